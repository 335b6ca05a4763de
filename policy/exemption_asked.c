#include "policy/exemption_asked.h"

#include <stdio.h>
#include <string.h>

/* What was asked for, or granted before. */
struct asked {
	const char *requester; /* empty: nobody */
	const struct exemption_medium *medium;
	enum verdict access;
};

static const char *person_of(const char *requester)
{
	return requester[0] ? requester : "nobody";
}

static bool is_same_device(const struct exemption_medium *a, const struct exemption_medium *b)
{
	return a->identity.vendor == b->identity.vendor &&
	       a->identity.product == b->identity.product &&
	       strcmp(a->identity.serial, b->identity.serial) == 0 &&
	       memcmp(a->descriptors_sha256, b->descriptors_sha256, SHA256_SIZE) == 0;
}

/* A request may name a medium by its number and as a device. */
static bool is_same_medium(
	const struct exemption_medium *granted, const struct exemption_medium *asked)
{
	switch (granted->kind) {
	case EXEMPTION_MEDIUM_REGISTERED:
		return asked->kind == EXEMPTION_MEDIUM_REGISTERED &&
		       strcmp(granted->number, asked->number) == 0;
	case EXEMPTION_MEDIUM_DEVICE:
		return asked->kind != EXEMPTION_MEDIUM_CLASS && is_same_device(granted, asked);
	case EXEMPTION_MEDIUM_CLASS: return asked->kind == EXEMPTION_MEDIUM_CLASS;
	case EXEMPTION_MEDIUM_NONE: break;
	}
	return false;
}

static enum exemption_fault compare(
	const struct asked *asked, const struct exemption *exemption, char *buffer, size_t size)
{
	if (strcmp(asked->requester, exemption->requester) != 0)
		snprintf(buffer, size, "%s asked for it here, and it says %s",
			person_of(asked->requester), person_of(exemption->requester));
	else if (!is_same_medium(&exemption->medium, asked->medium))
		snprintf(buffer, size, "another medium was asked for here");
	else if (exemption->use.access > asked->access)
		snprintf(buffer, size, "%s was asked for here, and it grants %s",
			exemption_direction_name(asked->access),
			exemption_direction_name(exemption->use.access));
	else
		return EXEMPTION_FAULT_NONE;
	return EXEMPTION_FAULT_OTHER_REQUEST;
}

static enum exemption_fault compare_request(const struct exemption_request *request,
	const struct exemption *exemption, char *buffer, size_t size)
{
	const struct asked asked = {request->requester, &request->medium, request->use.access};
	enum exemption_fault fault = compare(&asked, exemption, buffer, size);

	if (fault != EXEMPTION_FAULT_NONE ||
		(exemption->n_users == 1 && strcmp(exemption->users[0], request->requester) == 0))
		return fault;
	snprintf(buffer, size, "%s asked for it here, and %s is to use it", request->requester,
		exemption->n_users == 0   ? "whoever has its code"
		: exemption->n_users == 1 ? exemption->users[0]
					  : "somebody else, too,");
	return EXEMPTION_FAULT_OTHER_REQUEST;
}

/* Whoever asked may be nobody: it was prepared ahead, and so is what extends it. */
static enum exemption_fault compare_extended(const struct exemption *extended,
	const struct exemption *exemption, char *buffer, size_t size)
{
	const struct asked asked = {extended->requester, &extended->medium, extended->use.access};
	enum exemption_fault fault = compare(&asked, exemption, buffer, size);
	bool is_same = exemption->n_users == extended->n_users;

	for (size_t i = 0; is_same && i < exemption->n_users; i++)
		is_same = strcmp(exemption->users[i], extended->users[i]) == 0;
	if (fault != EXEMPTION_FAULT_NONE || is_same)
		return fault;
	snprintf(buffer, size, "it extends %s and is for other people", extended->id);
	return EXEMPTION_FAULT_OTHER_REQUEST;
}

enum exemption_fault exemption_asked(const struct exemption *exemption,
	const struct exemption_request *request, const struct exemption *extended, char *buffer,
	size_t size)
{
	if (request)
		return compare_request(request, exemption, buffer, size);
	if (extended)
		return compare_extended(extended, exemption, buffer, size);
	if (!exemption->requester[0])
		return EXEMPTION_FAULT_NONE;
	snprintf(buffer, size, "it says that %s asked for it, and nobody did so here under %s",
		exemption->requester, exemption->extends[0] ? exemption->extends : exemption->id);
	return EXEMPTION_FAULT_NO_REQUEST;
}
