/* Folders of records and secrets in a temporary one, the rules by which codes are judged, and
 * people whose codes they are. */
#pragma once

#include <sys/types.h>

#include "pam/judge.h"
#include "pam/own_file.h"
#include "pam/user_file.h"

/* Codes of this secret, and the end of the step of the sixth of them. */
#define KEY           "12345678901234567890"
#define STEP5         (5 * 30 + 29)
#define RECOVERY_CODE "abcde-fgh23"
/* yescrypt of it, as ABCDEFGH23. */
#define RECOVERY_HASH "$y$j75$abcdefghijklmnop$iepZ4Iqn2JlRBtD0Z3qpAkIYH7Adkvvm1Ldbj47nJK4"
/* With a lost clock a date has to hold for so long. */
#define FAR_S (30 * 86400)

extern struct judge_place bench_place;
extern const struct judge_rules bench_rules;
extern const struct own_file_owner bench_owner; /* whoever runs the test */
extern const char *const bench_codes[10];

/* Around each test; *state becomes the temporary folder. */
int judge_bench_setup(void **state);
int judge_bench_teardown(void **state);

/* In place of the secret that is there. */
void bench_write_secret(const char *user, const char *bytes, mode_t mode);

/* Token T-000123 of that kind, which counts between the dates, and one recovery code. */
struct user_head bench_head(enum code_kind kind, int64_t from_s, int64_t until_s);
/* A fresh record with that head, and KEY as the secret. */
void bench_enrol(const char *user, const struct user_head *head);
/* By bench_rules; lost: NULL while the clock is right. */
struct judge_answer bench_attempt(
	const char *user, const char *typed, int64_t now_s, const struct judge_lost_clock *lost);
/* What the user's record remembers. */
struct login_state bench_remembered(const char *user);
