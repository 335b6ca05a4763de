/* What the parts of agent_phone.h share. Nobody else includes it. */
#pragma once

#include "agent/agent_phone.h"
#include "policy/exemption_fault.h"

#define PHONE_ATTEMPTS_FILE "attempts"
#define PHONE_REQUEST_FILE  "request"
/* After it was given, an exemption waits so long for its first use. */
#define PHONE_FIRST_USE_S 3600

/* Desks that agreed, or are to. */
struct phone_desks {
	char names[PHONE_DESKS_ASKED][DESK_NAME_MAX + 1];
	size_t n;
};

struct phone_grants {
	struct phone_given {
		struct exemption exemption;
		struct phone_desks desks;
	} items[PHONE_GRANTS_MAX];
	size_t n;
};

struct phone {
	int folder_fd; /* -1: fault says why */
	char keys_folder[64];
	char fault[160]; /* empty: none */
	struct phone_attempts attempts;
	struct phone_request request; /* of attempts.id */
	struct phone_grants grants;
	struct core_exemption told[PHONE_GRANTS_MAX];
};

/* --- agent_phone_files.c: 0 or a negative errno --- */

/* -ENOENT: there is none yet. */
int phone_read_attempts(int folder_fd, struct phone_attempts *ret);
int phone_write_attempts(int folder_fd, const struct phone_attempts *attempts);
int phone_read_request(int folder_fd, char ret_id[EXEMPTION_ID_SIZE], struct phone_request *ret);
int phone_write_request(int folder_fd, const struct phone_now *now, const char *id,
	const struct phone_request *request);
int phone_write_given(int folder_fd, const struct phone_given *given);
/* All that can be read; what cannot is left alone and opens nothing. */
int phone_read_grants(int folder_fd, struct phone_grants *ret);
/* The key that a desk shares with this terminal, for exemptions. -ENOKEY: there is none. */
int phone_read_key(const char *folder, const char *desk, uint8_t ret[PHONE_KEY_SIZE]);

/* --- agent_phone.c --- */

/* Of exemptions that were given; false: all of PHONE_GRANTS_MAX still count. */
bool phone_make_room(struct phone *phone, int64_t now_s);

/* --- agent_phone_judge.c: pure --- */

/* What of an exemption that these desks give, or gave, does not count now. */
enum exemption_fault phone_judge(const struct phone_now *now, const struct exemption *exemption,
	const struct phone_desks *desks);
/* What is asked for, as the exemption that it would be. */
void phone_make_exemption(const struct phone_now *now, const char *id,
	const struct phone_request *request, struct exemption *ret);
