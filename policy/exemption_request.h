/*
 * A request: the application form as a terminal hands it up. Nobody signed it; an approver reads
 * it, and what is approved is an exemption of the same number.
 *
 *	[request]
 *	kind = request
 *	format = 1
 *	site, tier, epoch (of the root), issued as everywhere
 *	id = E-7K3M9Q2X
 *	terminal = desk-17
 *	requester = tanaka
 *	from = 2026-11-24T09:00:00+09:00   wanted from then on; absent: at once
 *
 *	[medium]                     registered or device, or both
 *	registered, device, descriptors as in an exemption
 *	maker, model = TEXT          as the device calls itself; may be absent
 *	capacity, volume as in an exemption; absent where nobody has looked
 *
 *	[use], [form] as in an exemption
 */
#pragma once

#include <stdint.h>

#include "policy/exemption.h"

struct exemption_request {
	struct document_header header; /* kind DOCUMENT_NONE; serial, not_before, not_after are 0 */
	char id[EXEMPTION_ID_SIZE];
	char terminal[TERMINAL_NAME_MAX + 1];
	char requester[ACCOUNT_NAME_MAX + 1];
	int64_t from;                   /* 0: at once */
	struct exemption_medium medium; /* of kind _REGISTERED where it has a number; the identity
					   is there too where the terminal has seen the device */
	char maker[FORM_TEXT_MAX + 1];
	char model[FORM_TEXT_MAX + 1];
	struct exemption_use use;
	struct exemption_form form;
};

/* As policy_parse(). A request holds no pointer. */
int exemption_request_parse(
	const char *text, size_t size, struct problems *problems, struct exemption_request **ret);
void exemption_request_free(struct exemption_request *request);
/* For CLEANUP(). */
void exemption_request_cleanup(struct exemption_request **request);
