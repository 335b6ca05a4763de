/* The tickets that were handed out, in one line each. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/moment.h"
#include "policy/admin/options.h"
#include "policy/admin/terminal_ticket.h"
#include "policy/admin/ticket_file.h"
#include "policy/cleanup.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " TERMINAL_TICKETS_USAGE "\n\n"
	       "Lists the tickets of a tier: how many terminals joined with each, how many may, "
	       "and\n"
	       "until when. Who has joined stays joined, whatever becomes of the ticket.\n"
	       "  --revoke TICKET  by its number: from now on nobody joins with it\n"
	       "  FOLDER           of the tier; this one if not given\n"
	       "Exit status: 0 done, 1 there is no such ticket, 2 could not be tried.\n");
}

static const char *word_of(enum ticket_standing standing)
{
	switch (standing) {
	case TICKET_COUNTS: return "open";
	case TICKET_USED_UP: return "used up";
	case TICKET_OVER: return "over";
	case TICKET_REFUSED: break;
	}
	return "unknown";
}

static int list(const struct join_tickets *tickets)
{
	int offset_minutes;
	int64_t now_s = admin_now(&offset_minutes);

	for (size_t i = 0; i < tickets->n; i++) {
		const struct known_ticket *ticket = &tickets->items[i];
		char until[MOMENT_TEXT_SIZE];

		printf("%s  %" PRIu32 " of %" PRIu32 " used, until %s: %s\n", ticket->id,
			ticket->used, ticket->count,
			moment_format(ticket->until, offset_minutes, until),
			word_of(ticket_standing(ticket, now_s)));
	}
	if (tickets->n == 0)
		printf("there are no tickets\n");
	return EXIT_DONE;
}

static int revoke(struct ticket_file *file, const char *id)
{
	struct join_tickets *tickets = file->tickets;
	struct known_ticket *ticket = join_tickets_find(tickets, id);
	size_t at;
	int code;

	if (!ticket) {
		admin_complain("there is no ticket %s in %s", id, file->path);
		return EXIT_NO;
	}
	at = (size_t)(ticket - tickets->items);
	memmove(ticket, ticket + 1, (tickets->n - at - 1) * sizeof(*ticket));
	tickets->n--;
	code = ticket_file_write(file);
	if (code == EXIT_DONE)
		printf("%s: nobody joins with it any more\n", id);
	return code;
}

int admin_terminal_tickets(int argc, char **argv)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	CLEANUP(ticket_file_close) struct ticket_file file = {.lock = -1};
	const char *id = NULL;
	const struct admin_option table[] = {{"revoke", &id, NULL}};
	int code = admin_read_options(argc, argv, table, 1, TERMINAL_TICKETS_USAGE, print_help);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (argc - optind > 1)
		return admin_usage(TERMINAL_TICKETS_USAGE);
	code = ticket_folder_find(optind < argc ? argv[optind] : ".", &folders);
	if (code == EXIT_DONE)
		code = id ? ticket_file_open(&folders.items[0], &file)
			  : ticket_file_read(&folders.items[0], &file);
	if (code != EXIT_DONE)
		return code;
	return id ? revoke(&file, id) : list(file.tickets);
}
