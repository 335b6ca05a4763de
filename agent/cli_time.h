/* Moments and spans in the reader's language. */
#pragma once

#include <stdint.h>

#define CLI_TIME_SIZE 96

/* Local time to the minute: "2027-04-30 23:59 +0900", or with the year of the era. */
const char *cli_time_words(int64_t seconds, char buffer[CLI_TIME_SIZE]);
/* Local time in columns, alike in every language: "2026-04-01 08:30:00", "08:30:00". */
const char *cli_time_digits(int64_t seconds, char buffer[CLI_TIME_SIZE]);
const char *cli_clock_digits(int64_t seconds, char buffer[CLI_TIME_SIZE]);
/* "3 hours", the largest unit of which there are at least two. */
const char *cli_span_words(uint64_t seconds, char buffer[CLI_TIME_SIZE]);
/* The same where people agree to it, so never rounded: "90 minutes", "99 hours". */
const char *cli_minutes_words(uint64_t minutes, char buffer[CLI_TIME_SIZE]);
