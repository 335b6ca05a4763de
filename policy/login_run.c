#include "policy/login_run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/checksum.h"
#include "policy/timestamp.h"

void login_run_day(int64_t now_s, char ret[PHONE_DAY_SIZE])
{
	char stamp[TIMESTAMP_SIZE];

	timestamp_format(now_s, JAPAN_MINUTES, stamp);
	snprintf(ret, PHONE_DAY_SIZE, "%.10s", stamp);
}

void login_run_see(struct login_run *run, const char *day)
{
	if (strcmp(run->day, day) == 0)
		return;
	if (run->day[0] && run->days < UINT64_MAX)
		run->days++;
	snprintf(run->day, sizeof(run->day), "%s", day);
}

size_t login_run_encode(const struct login_run *run, char ret[LOGIN_RUN_SIZE])
{
	int size = snprintf(ret, LOGIN_RUN_SIZE, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %s %s\n",
		run->run.ms, run->run.boottime_ms, run->days,
		run->run.boot_id[0] ? run->run.boot_id : "-", run->day[0] ? run->day : "-");

	size += snprintf(ret + size, LOGIN_RUN_SIZE - (size_t)size, "%08" PRIx32 "\n",
		checksum((const uint8_t *)ret, (size_t)size));
	return (size_t)size;
}

static uint64_t take_number(const char **at)
{
	char *end;
	uint64_t number = strtoull(*at, &end, 10);

	*at = *end == ' ' ? end + 1 : end;
	return number;
}

/* "-" stands for nothing. What is too long is cut, and then is not what would be written. */
static void take_word(const char **at, char *ret, size_t size)
{
	size_t n = strcspn(*at, " \n");

	if (n != 1 || **at != '-')
		snprintf(ret, size, "%.*s", (int)n, *at);
	*at += n + ((*at)[n] != '\0');
}

int login_run_decode(const char *text, size_t size, struct login_run *ret)
{
	char copy[LOGIN_RUN_SIZE], expected[LOGIN_RUN_SIZE];
	struct login_run run = {};
	const char *at = copy;

	if (size == 0 || size >= sizeof(copy))
		return -EBADMSG;
	memcpy(copy, text, size);
	copy[size] = '\0';
	run.run.ms = take_number(&at);
	run.run.boottime_ms = take_number(&at);
	run.days = take_number(&at);
	take_word(&at, run.run.boot_id, sizeof(run.run.boot_id));
	take_word(&at, run.day, sizeof(run.day));
	/* Only what would be written for these is believed. */
	if (login_run_encode(&run, expected) != size || memcmp(text, expected, size) != 0)
		return -EBADMSG;
	*ret = run;
	return 0;
}
