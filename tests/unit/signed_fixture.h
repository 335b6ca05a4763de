/* Documents of tests/data/documents cut into text and signatures, for the tests of signatures. */
#pragma once

#include "tests/unit/fixture.h"

#include "policy/document.h"
#include "policy/sshsig.h"

#define SPACE "policy@sekisho"

/* A document of tests/data/documents, cut. */
struct signed_fixture {
	struct fixture file;
	struct signed_document document;
};

static inline struct signed_fixture read_document(const char *name)
{
	struct signed_fixture fixture;
	struct problems problems = {0};
	char path[128];

	snprintf(path, sizeof(path), "documents/%s", name);
	fixture.file = fixture_read(path);
	assert_int_equal(
		document_split(fixture.file.bytes, fixture.file.size, &problems, &fixture.document),
		0);
	return fixture;
}

static inline enum sshsig_fault verify(const struct document_slice *armour, const char *name_space,
	const struct document_slice *text, struct sshsig *ret)
{
	sshsig_verify(armour->bytes, armour->size, name_space, text->bytes, text->size, ret);
	/* Whoever forgets to look at the fault finds no key. */
	if (ret->fault != SSHSIG_GOOD)
		assert_string_equal(ret->fingerprint, "");
	return ret->fault;
}
