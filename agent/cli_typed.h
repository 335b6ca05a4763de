/*
 * What a person types as an answer, taken for what is meant: also in Japanese width, with an input
 * method switched on, with the marks that people put between digits. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Without spaces at either end, those of Japanese width too; in place. */
void cli_typed_trim(char *text);

/* ASCII in Japanese width becomes ASCII; else as cli_typed_trim(). */
void cli_typed_narrow(char *text);
/* The same, and capitals become small letters. */
void cli_typed_fold(char *text);

/* y, yes, n, no, はい, いいえ, 有, 無 and the like. 0 and *ret, or -EINVAL. */
int cli_typed_yes(const char *text, bool *ret);

/*
 * "30" and "30m" are minutes; "2h", "1h30m", "1d", 30分, 2時間, 1時間30分, 1日. 0 and *ret of 1 to
 * max, or -EINVAL.
 */
int cli_typed_minutes(const char *text, uint32_t max, uint32_t *ret);

/*
 * The symbols of a code or of a number, without what people put between them: digits and capital
 * letters. Their number, or -EINVAL with ret wiped: another character, more than size - 1, or none.
 */
int cli_typed_symbols(const char *text, char *ret, size_t size);

/* "E-7K3M9Q2X", typed with or without E-, in any case; I and L are 1, O is 0. 0 and ret, or
 * -EINVAL. */
#define CLI_EXEMPTION_ID_SIZE 11
int cli_typed_exemption_id(const char *text, char ret[CLI_EXEMPTION_ID_SIZE]);
