/*
 * Requests to join that terminals handed up: SITE/up/FOLDER/join-HHHH.ini. Whoever reaches the
 * server can write there, so that each is judged: its form, its signature, where it lies, its
 * ticket, and whether its name and keys are free.
 */
#pragma once

#include "policy/admin/exemption_folder.h"
#include "policy/admin/terminal_list.h"
#include "policy/admin/ticket_file.h"
#include "policy/join_request.h"

/* REFUSED is zero. */
enum join_verdict {
	JOIN_REFUSED = 0,
	JOIN_GOOD,
	JOIN_TAKEN,  /* good, but another PC has the name: "terminal move" */
	JOIN_JOINED, /* this very key has joined under this name */
};

#define JOIN_REASON_SIZE 256

struct join_entry {
	struct join_request request;
	char key[FINGERPRINT_LENGTH + 1];
	char seal_key[SEAL_FINGERPRINT_SIZE]; /* empty: none */
	bool is_from_ticket;                  /* its ticket is known, and authenticates it */
	enum join_verdict verdict;
	char reason[JOIN_REASON_SIZE]; /* why not, or what is to be known */
};

struct join_inbox {
	struct join_entry *items; /* the newest of each key and name, the oldest first */
	size_t n;
};

/* What requests are compared with. */
struct join_site {
	const struct exemption_folder *folder;
	struct ticket_file tickets;
	struct terminal_list list;
	struct name_index seal_keys; /* the index in the list of who has it */
	char (*seal_key_texts)[SEAL_FINGERPRINT_SIZE];
	int64_t now_s;
};

/* Reads them; with is_locked for a change. As ticket_file_read(); also EXIT_NO where an entry of
 * the list was complained of. ret is for join_site_close() in every case. */
int join_site_open(const struct exemption_folder *folder, bool is_locked, struct join_site *ret);
void join_site_close(struct join_site *site);

/*
 * All that are for the tier of the folder. EXIT_DONE; EXIT_NO: some were complained of, and the
 * others are there; EXIT_UNKNOWN. ret is for join_inbox_clear() in every case.
 */
int join_inbox_read(const struct join_site *site, struct join_inbox *ret);
void join_inbox_clear(struct join_inbox *inbox);

/* Fills verdict and reason, as the tickets and the list are now. */
void join_judge(struct join_site *site, struct join_entry *entry);
