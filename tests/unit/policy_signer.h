/*
 * Policies that are signed while a test runs, by ssh-keygen with the test-only keys. Every failure
 * ends the test.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* For cmocka: copies the keys, because ssh-keygen wants them private. */
int policy_signer_setup(void **state);
int policy_signer_teardown(void **state);

/* What a test cares about; zeros mean: as in tests/data/documents/policy.ini. */
struct policy_wish {
	unsigned serial;
	const char *issued, *not_before, *not_after; /* "2026-04-01T00:00:00+09:00" */
	const char *old, *new;                       /* any text, and what stands there instead */
};

struct signed_policy {
	char *bytes; /* with a final NUL */
	size_t size;
};

/* Signed by two persons; kept until the teardown. The same wish gives the same bytes. */
struct signed_policy policy_signed(const struct policy_wish *wish);
