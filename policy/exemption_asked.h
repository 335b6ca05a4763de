/*
 * Is an exemption what was asked for? Who asked is the approver's word in it, and the terminal
 * knows better: it compares with the request that was made there, or with the exemption that is
 * extended. Pure.
 */
#pragma once

#include <stddef.h>

#include "policy/exemption.h"
#include "policy/exemption_fault.h"
#include "policy/exemption_request.h"

/*
 * request: the one of its number that was made here, NULL: none was. extended: the exemption here
 * that it names as extended, NULL: none. EXEMPTION_FAULT_NONE where it was prepared ahead and
 * nobody asked, or it is for the person who asked, the medium, and no more than the direction;
 * _NO_REQUEST or _OTHER_REQUEST with why in buffer, a sentence without its full stop.
 */
enum exemption_fault exemption_asked(const struct exemption *exemption,
	const struct exemption_request *request, const struct exemption *extended, char *buffer,
	size_t size);
