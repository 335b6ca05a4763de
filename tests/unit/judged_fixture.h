/* Documents of tests/data/documents, the time at which tests judge them, and what they expect. */
#pragma once

#include "tests/unit/fixture.h"

#include "policy/timestamp.h"
#include "policy/verify.h"

#define NOW "2026-06-01T09:00:00+09:00"

/* In a row: what is expected. */
#define ACCEPT      .verdict = DOCUMENT_ACCEPTED, .fault = DOCUMENT_FAULT_NONE
#define REFUSE(why) .verdict = DOCUMENT_REFUSED, .fault = DOCUMENT_FAULT_##why
#define NOT_YET     .verdict = DOCUMENT_NOT_YET, .fault = DOCUMENT_FAULT_NONE
#define NOT_HERE    .verdict = DOCUMENT_NOT_HERE, .fault = DOCUMENT_FAULT_NONE

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

/* The root of that name, believed as a first one; for root_free(). */
static inline struct root *read_trusted_root(const char *name)
{
	struct fixture file = read_document(name);
	struct verify_request request = {.site = "tosu", .now_s = time_of(NOW)};
	struct problems problems = {0};
	struct verification result;
	struct root *root = NULL;

	assert_int_equal(
		verify_first_root(&request, file.bytes, file.size, &problems, &result, &root), 0);
	if (!root)
		fail_msg("%s: %s", name, result.detail);
	free(file.bytes);
	return root;
}

/* Fails the test where the row of that name expects something else; detail is NULL, or part of the
 * sentence. */
static inline void check_verification(const char *name, const struct verification *found,
	enum document_verdict verdict, enum document_fault fault, const char *detail)
{
	if (found->verdict != verdict || found->fault != fault)
		fail_msg("%s: %s (%s)", name, document_fault_name(found->fault), found->detail);
	if (detail && !strstr(found->detail, detail))
		fail_msg("%s: says '%s'", name, found->detail);
}
