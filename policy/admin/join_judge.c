/* Whether a request to join may be approved, by what the tier's folder holds. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/join_inbox.h"
#include "policy/cleanup.h"
#include "policy/terminal_key.h"

/* --- what it is compared with --- */

/* Of one that has none, or that cannot be read, nobody can say that it is the same. */
static void read_seal_key(const char *tier, const char *terminal, char ret[SEAL_FINGERPRINT_SIZE])
{
	CLEANUP(cleanup_free)
	char *path = admin_format("%s/terminals/%s/terminal-key.ini", tier, terminal);
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(problems_clear) struct problems problems = {};
	struct terminal_key key;

	ret[0] = '\0';
	if (path && access(path, F_OK) == 0 &&
		admin_read(path, TERMINAL_KEY_SIZE_MAX, &file) == 0 &&
		terminal_key_parse(file.bytes, file.size, &problems, &key) == 0)
		memcpy(ret, key.fingerprint, SEAL_FINGERPRINT_SIZE);
}

static int read_seal_keys(struct join_site *site)
{
	const struct terminal_list *list = &site->list;

	site->seal_key_texts = calloc(list->n > 0 ? list->n : 1, sizeof(*site->seal_key_texts));
	if (!site->seal_key_texts)
		return admin_no_memory();
	for (size_t i = 0; i < list->n; i++) {
		read_seal_key(site->folder->tier, list->items[i].terminal, site->seal_key_texts[i]);
		if (site->seal_key_texts[i][0] &&
			name_index_put(&site->seal_keys, site->seal_key_texts[i], (uint32_t)i) < 0)
			return admin_no_memory();
	}
	return EXIT_DONE;
}

int join_site_open(const struct exemption_folder *folder, bool is_locked, struct join_site *ret)
{
	int offset_minutes, list_code, code;

	*ret = (struct join_site){
		.folder = folder, .now_s = admin_now(&offset_minutes), .tickets = {.lock = -1}};
	code = is_locked ? ticket_file_open(folder, &ret->tickets)
			 : ticket_file_read(folder, &ret->tickets);
	if (code != EXIT_DONE)
		return code;
	list_code = terminal_list_read(folder->tier, &ret->list);
	code = list_code == EXIT_UNKNOWN ? list_code : read_seal_keys(ret);
	return code == EXIT_DONE ? list_code : code;
}

void join_site_close(struct join_site *site)
{
	name_index_clear(&site->seal_keys);
	free(site->seal_key_texts);
	terminal_list_clear(&site->list);
	ticket_file_close(&site->tickets);
}

/* --- judging --- */

__attribute__((format(printf, 2, 3))) static enum join_verdict refuse(
	struct join_entry *entry, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(entry->reason, sizeof(entry->reason), format, arguments);
	va_end(arguments);
	return JOIN_REFUSED;
}

static enum join_verdict judge_ticket(struct join_site *site, struct join_entry *entry)
{
	const struct known_ticket *ticket =
		join_tickets_find(site->tickets.tickets, entry->request.ticket);
	const char *id = entry->request.ticket;

	switch (ticket_standing(ticket, site->now_s)) {
	case TICKET_REFUSED: return refuse(entry, "there is no ticket %s", id);
	case TICKET_OVER: return refuse(entry, "the ticket %s is over", id);
	case TICKET_USED_UP:
		return refuse(entry,
			"the ticket %s has been used %" PRIu32 " times, as often as "
			"it may",
			id, ticket->used);
	case TICKET_COUNTS: break;
	}
	if (!entry->is_from_ticket)
		return refuse(entry, "whoever sent it does not have the ticket %s", id);
	return JOIN_GOOD;
}

/* A copied disk has the key that secrets are sealed to, and would open those of the other. */
static enum join_verdict judge_seal_key(const struct join_site *site, struct join_entry *entry)
{
	uint32_t at;

	if (!entry->seal_key[0] || !name_index_find(&site->seal_keys, entry->seal_key, &at) ||
		strcmp(site->list.items[at].terminal, entry->request.terminal) == 0)
		return JOIN_GOOD;
	return refuse(entry,
		"its disk is a copy of that of %s: run \"sekisho-unseal --new-key\" there, "
		"restart sekishod, and join again",
		site->list.items[at].terminal);
}

static void note_machine(const struct join_site *site, struct join_entry *entry)
{
	for (size_t i = 0; i < site->list.n; i++)
		if (site->list.items[i].state == TERMINAL_ACTIVE &&
			strcmp(site->list.items[i].machine, entry->request.machine) == 0)
			snprintf(entry->reason, sizeof(entry->reason),
				"the same machine joined as %s: is that one to be retired?",
				site->list.items[i].terminal);
}

/* What was joined by the same key, certificate or name before. */
static enum join_verdict judge_name(const struct join_site *site, struct join_entry *entry)
{
	const struct join_request *request = &entry->request;
	const struct terminal_entry *same = terminal_list_by_key(&site->list, entry->key);

	if (!same && request->certificate[0])
		same = terminal_list_by_certificate(&site->list, request->certificate);
	if (same && strcmp(same->terminal, request->terminal) != 0)
		return refuse(entry, "its key or certificate is that of %s", same->terminal);
	same = terminal_list_by_name(&site->list, request->terminal);
	if (!same || same->state == TERMINAL_RETIRED)
		return JOIN_GOOD;
	/* What the PC before sent when it joined lies there still. */
	if (request->issued < same->joined)
		return refuse(
			entry, "it is older than the PC that is called %s now", request->terminal);
	snprintf(entry->reason, sizeof(entry->reason),
		"another PC is called %s: \"terminal move %s\" puts this one in its place, or give "
		"it another name",
		request->terminal, request->terminal);
	return JOIN_TAKEN;
}

/* A PC that was retired is retired, whatever it asked before. */
static bool is_joined(const struct join_site *site, const struct join_entry *entry)
{
	const struct terminal_entry *same = terminal_list_by_key(&site->list, entry->key);

	return same && strcmp(same->terminal, entry->request.terminal) == 0 &&
	       (same->state == TERMINAL_ACTIVE || entry->request.issued <= same->changed);
}

void join_judge(struct join_site *site, struct join_entry *entry)
{
	entry->reason[0] = '\0';
	if (is_joined(site, entry)) {
		entry->verdict = JOIN_JOINED;
		return;
	}
	entry->verdict = judge_ticket(site, entry);
	if (entry->verdict == JOIN_GOOD)
		entry->verdict = judge_seal_key(site, entry);
	if (entry->verdict != JOIN_GOOD)
		return;
	note_machine(site, entry);
	entry->verdict = judge_name(site, entry);
}
