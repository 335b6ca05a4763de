/*
 * Prints records of logins, one for each reason, in a chain from the first on, for what shows them.
 * The reference number of the first is R0000000.
 */
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/record_login.h"

static struct login_event login_for(enum login_reason reason)
{
	struct login_event login = {
		.reason = reason,
		.realtime_ms = 1780272000000 + reason,
		.user = "tanaka",
		.service = "sshd",
		.terminal = "ssh",
		.host = "10.20.0.7",
		.token = "00012345",
		.number = reason == LOGIN_RECOVERY_RIGHT ? 3 : 0,
		.drift = reason == LOGIN_FAR ? 12 : 0,
		.wait_s = reason == LOGIN_LOCKED ? 300 : 0,
		.error = reason == LOGIN_FAULT ? 28 : 0,
	};

	snprintf(login.reference, sizeof(login.reference), "R%07u", (unsigned)reason);
	return login;
}

int main(void)
{
	struct record_link link = {.boot_id = "01234567-89ab-cdef-0123-456789abcdef"};
	static char line[RECORD_LINE_MAX];

	for (int reason = 0; reason < LOGIN_REASON_COUNT; reason++) {
		const struct login_event login = login_for((enum login_reason)reason);
		const struct record record = {
			.event = record_login_event(login.reason),
			.realtime_ms = login.realtime_ms,
			.error = login.error,
			.login = &login,
		};
		int length;

		link.sequence++;
		length = record_format(&record, &link, line, sizeof(line));
		if (length < 0 || fwrite(line, 1, (size_t)length, stdout) != (size_t)length)
			return EXIT_FAILURE;
		SHA256((const unsigned char *)line, (size_t)length, link.previous_sha256);
	}
	return EXIT_SUCCESS;
}
