/*
 * What `sekisho join` is to write into /etc/sekisho, read and looked through before anything is
 * written: the server, the CA, the first root, the ticket.
 */
#pragma once

#include <stdint.h>

#include "agent/cli.h"
#include "policy/document.h"
#include "policy/join_ticket.h"
#include "policy/site.h"

#define CA_SIZE_MAX (64 * 1024)

struct join_plan {
	int etc_fd; /* /etc/sekisho, or below --root */
	struct site site;
	char *site_text;
	char *ca; /* NULL: stays as it is */
	size_t ca_size;
	char *root; /* NULL: stays as it is */
	size_t root_size;
	uint8_t root_sha256[SHA256_SIZE]; /* of its text */
	bool is_root_new;                 /* nobody has compared it with paper yet */
	struct join_ticket ticket;
};

/* CLI_DONE with *ret, or another exit status after telling the person; ret is for join_plan_clear()
 * in every case. */
int join_plan_make(const struct cli_request *request, struct join_plan *ret);
/* Wipes. */
void join_plan_clear(struct join_plan *plan);

/* Writes all of it, the ticket last; whoever starts sekishod then asks to join. 0 or a negative
 * errno, with the name of the file. */
int join_plan_write(const struct join_plan *plan, const char **ret_name);
