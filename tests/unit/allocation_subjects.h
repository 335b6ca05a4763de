/*
 * What test_allocation.c calls while memory runs out: the readers and verifiers of the pure core,
 * each with something right and with something wrong.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/problem.h"
#include "policy/verify.h"
#include "tests/unit/reader.h"

/* What an output points to before a call. */
extern char untouched;

/* What a call gave; before it, value is &untouched. */
struct outcome {
	int r;
	void *value;
	struct problems problems;
	struct verification verification;
};

/* One call. */
struct subject {
	const char *name;
	int (*act)(const struct subject *subject, struct outcome *ret);
	const struct reader *reader; /* of its value; some can only free it */
	bool (*is_same)(const void *left, const void *right);
	char *const *text; /* what is read; NULL: act knows */
	/* With all memory there is a value and no problem: without memory there is nothing. */
	bool is_good;
	enum document_verdict verdict; /* _REFUSED: it may be anything */
};

extern const struct subject subjects[];
extern const size_t n_subjects;

/* For cmocka: what the subjects read, made while there is memory. */
int subjects_setup(void **state);
int subjects_teardown(void **state);
