/* Folders of records and secrets in a temporary one, and the rules by which codes are judged. */
#pragma once

#include <sys/types.h>

#include "pam/judge.h"
#include "pam/own_file.h"

/* Codes of this secret, and the end of the step of the sixth of them. */
#define KEY   "12345678901234567890"
#define STEP5 (5 * 30 + 29)
/* yescrypt of ABCDEFGH23. */
#define RECOVERY_HASH "$y$j75$abcdefghijklmnop$iepZ4Iqn2JlRBtD0Z3qpAkIYH7Adkvvm1Ldbj47nJK4"

extern struct judge_place bench_place;
extern const struct judge_rules bench_rules;
extern const struct own_file_owner bench_owner; /* whoever runs the test */
extern const char *const bench_codes[10];

/* Around each test; *state becomes the temporary folder. */
int judge_bench_setup(void **state);
int judge_bench_teardown(void **state);

/* In place of the secret that is there. */
void bench_write_secret(const char *user, const char *bytes, mode_t mode);
