/*
 * Exemptions, requests and revocations as canonical text: what the parsers read, values
 * percent-encoded. Pure.
 *
 * Each gives a string for free() in *ret and returns 0. What was written is read again by the
 * parser: -EBADMSG with problems where a value is none (their lines are those of the text that was
 * not given); -ENOMEM.
 */
#pragma once

#include "policy/exemption.h"
#include "policy/exemption_request.h"
#include "policy/problem.h"
#include "policy/revocation.h"

int exemption_write(const struct exemption *exemption, struct problems *problems, char **ret);
int exemption_request_write(
	const struct exemption_request *request, struct problems *problems, char **ret);
int revocation_write(const struct revocation *revocation, struct problems *problems, char **ret);
