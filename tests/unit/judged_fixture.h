/* Documents of tests/data/documents and the time at which tests judge them. */
#pragma once

#include "tests/unit/fixture.h"

#include "policy/timestamp.h"
#include "policy/verify.h"

#define NOW "2026-06-01T09:00:00+09:00"

static inline int64_t time_of(const char *text)
{
	int64_t time_s = 0;

	assert_int_equal(timestamp_parse(text, &time_s), 0);
	return time_s;
}

static inline struct fixture read_document(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "documents/%s", name);
	return fixture_read(path);
}
