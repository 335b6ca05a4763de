#include "policy/admin/terminal_requests.h"

#include <getopt.h>
#include <stdio.h>

#include "policy/admin/admin.h"
#include "policy/admin/moment.h"
#include "policy/admin/options.h"
#include "policy/cleanup.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " TERMINAL_REQUESTS_USAGE "\n\n"
	       "Lists the terminals that ask to join and have not joined, in three lines each, "
	       "and\n"
	       "whether they may be approved: by their ticket, their signature, and the terminals\n"
	       "that there are. The key is the one that \"sekisho status\" shows at the terminal.\n"
	       "  FOLDER  of the site or of a tier; this one if not given\n"
	       "\"sekisho-admin terminal approve NAME\" approves one.\n"
	       "Exit status: 0 listed, 1 some could not be read, 2 could not be tried.\n");
}

static const char *word_of(enum join_verdict verdict)
{
	switch (verdict) {
	case JOIN_GOOD: return "may be approved";
	case JOIN_TAKEN: return "its name is taken";
	case JOIN_JOINED: return "has joined";
	case JOIN_REFUSED: break;
	}
	return "refused";
}

void terminal_request_print(const struct join_entry *entry, int offset_minutes)
{
	const struct join_request *request = &entry->request;
	char asked[MOMENT_TEXT_SIZE];

	printf("%-11s asked %s with %s, machine %s, agent %s\n", request->terminal,
		moment_format(request->issued, offset_minutes, asked), request->ticket,
		request->machine, request->agent);
	printf("            key %s\n", entry->key);
	printf("            %s%s%s\n", word_of(entry->verdict), entry->reason[0] ? ": " : "",
		entry->reason);
}

static int list(const struct exemption_folder *folder, int offset_minutes, size_t *n)
{
	CLEANUP(join_site_close) struct join_site site = {.tickets = {.lock = -1}};
	CLEANUP(join_inbox_clear) struct join_inbox inbox = {0};
	int code = join_site_open(folder, false, &site), read_code;

	if (code == EXIT_UNKNOWN || !site.tickets.tickets)
		return code;
	read_code = join_inbox_read(&site, &inbox);
	for (size_t i = 0; i < inbox.n; i++) {
		join_judge(&site, &inbox.items[i]);
		if (inbox.items[i].verdict == JOIN_JOINED)
			continue;
		terminal_request_print(&inbox.items[i], offset_minutes);
		(*n)++;
	}
	return read_code > code ? read_code : code;
}

int admin_terminal_requests(int argc, char **argv)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	int offset_minutes, code;
	size_t n = 0;

	code = admin_read_options(argc, argv, NULL, 0, TERMINAL_REQUESTS_USAGE, print_help);
	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (argc - optind > 1)
		return admin_usage(TERMINAL_REQUESTS_USAGE);
	(void)admin_now(&offset_minutes);
	code = exemption_folders_find(optind < argc ? argv[optind] : ".", &folders);
	for (size_t i = 0; code != EXIT_UNKNOWN && i < folders.n; i++) {
		int one = list(&folders.items[i], offset_minutes, &n);

		code = one > code ? one : code;
	}
	if (code == EXIT_DONE && n == 0)
		printf("nobody asks to join\n");
	return code;
}
