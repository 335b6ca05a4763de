/*
 * A revocation: an exemption, a registered medium or a request that is to count no more. Signed by
 * one approver of the tier at least; it holds from the moment it is read, and for ever.
 *
 *	[revocation]
 *	kind = revocation
 *	format = 1
 *	site, tier, epoch, issued as everywhere
 *	exemption = E-7K3M9Q2X       exactly one of exemption, medium and request
 *	medium = M-00123             a control number
 *	request = E-7K3M9Q2X         it is not granted
 *	reason = TEXT                what the employee is told; may be absent
 */
#pragma once

#include <stddef.h>

#include "policy/document.h"
#include "policy/exemption.h"
#include "policy/media.h"
#include "policy/problem.h"

enum revocation_kind {
	REVOCATION_NONE = 0,
	REVOCATION_EXEMPTION,
	REVOCATION_MEDIUM,
	REVOCATION_REQUEST,
	REVOCATION_KIND_COUNT
};

/* "exemption", "medium", "request"; NULL out of range. */
const char *revocation_kind_name(enum revocation_kind kind);
/* 0 and *ret, or -EINVAL. */
int revocation_kind_from_name(const char *name, enum revocation_kind *ret);

struct revocation {
	struct document_header header; /* serial 0; not_before is issued, not_after INT64_MAX */
	enum revocation_kind kind;
	char subject[MEDIUM_NUMBER_MAX + 1]; /* the number of what is revoked */
	char reason[FORM_TEXT_MAX + 1];      /* UTF-8, decoded; may be empty */
};

/* As policy_parse(). A revocation holds no pointer. */
int revocation_parse(
	const char *text, size_t size, struct problems *problems, struct revocation **ret);
void revocation_free(struct revocation *revocation);
/* For CLEANUP(). */
void revocation_cleanup(struct revocation **revocation);
