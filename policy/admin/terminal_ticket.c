#include "policy/admin/terminal_ticket.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/day.h"
#include "policy/admin/descriptor.h"
#include "policy/admin/moment.h"
#include "policy/admin/options.h"
#include "policy/admin/ticket_file.h"
#include "policy/cleanup.h"
#include "policy/terminal_words.h"
#include "policy/timestamp.h"
#include "policy/value.h"

#define LASTS_S (14 * DAY_S)

struct options {
	const char *folder, *count_text, *until_text, *out;
	uint32_t count;
	int64_t now_s, until_s;
	int offset_minutes;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " TERMINAL_TICKET_USAGE "\n\n"
	       "Makes a ticket with which terminals of a tier may ask to join. It is shown once; "
	       "what\n"
	       "authenticates a terminal by it stays in " TICKETS_FILE " of the tier's folder, "
	       "for its owner\n"
	       "alone. Nobody joins by it alone: \"sekisho-admin terminal approve\" decides.\n"
	       "  --folder FOLDER  of the tier; this one if not given\n"
	       "  --count N        so many terminals may join with it; 1 if not given\n"
	       "  --until DATE     the last day, or moment; in 14 days if not given\n"
	       "  --out FILE       written into a new file for its owner alone, and not shown: "
	       "to be\n"
	       "                   copied to /etc/sekisho/join-ticket\n"
	       "Exit status: 0 made, 1 refused, 2 could not be tried.\n");
}

static int settle(struct options *options)
{
	uint64_t count = 1;

	options->now_s = admin_now(&options->offset_minutes);
	if (options->count_text &&
		number_parse(options->count_text, 1, TICKET_COUNT_MAX, &count) < 0) {
		admin_complain("--count needs a number of 1 to %d", TICKET_COUNT_MAX);
		return EXIT_UNKNOWN;
	}
	options->count = (uint32_t)count;
	options->until_s = options->now_s + LASTS_S;
	if (options->until_text && moment_parse(options->until_text, MOMENT_ENDS, DAY_NONE,
					   options->offset_minutes, &options->until_s) < 0) {
		admin_complain("--until needs a day, as 2026-12-31: %s", options->until_text);
		return EXIT_UNKNOWN;
	}
	if (options->until_s <= options->now_s) {
		admin_complain("--until lies in the past");
		return EXIT_UNKNOWN;
	}
	return EXIT_DONE;
}

static int read_options(int argc, char **argv, struct options *ret)
{
	const struct admin_option table[] = {
		{"folder", &ret->folder, NULL},
		{"count", &ret->count_text, NULL},
		{"until", &ret->until_text, NULL},
		{"out", &ret->out, NULL},
	};
	int code = admin_read_options(argc, argv, table, sizeof(table) / sizeof(table[0]),
		TERMINAL_TICKET_USAGE, print_help);

	if (code == EXIT_DONE && optind < argc)
		return admin_usage(TERMINAL_TICKET_USAGE);
	if (!ret->folder)
		ret->folder = ".";
	return code == EXIT_DONE ? settle(ret) : code;
}

/* Tickets that were over for long are forgotten, so that the list stays short. */
static void drop_old(struct join_tickets *tickets, int64_t now_s)
{
	size_t kept = 0;

	for (size_t i = 0; i < tickets->n; i++)
		if (tickets->items[i].until > now_s - 400 * DAY_S)
			tickets->items[kept++] = tickets->items[i];
	tickets->n = kept;
}

static int add(struct join_tickets *tickets, const struct options *options,
	const struct join_ticket *ticket)
{
	struct known_ticket *known;
	int r;

	drop_old(tickets, options->now_s);
	if (tickets->n == TICKETS_MAX || join_tickets_find(tickets, ticket->id)) {
		admin_complain(
			"there are %d tickets already; \"terminal tickets --revoke\" removes one",
			TICKETS_MAX);
		return EXIT_NO;
	}
	known = &tickets->items[tickets->n++];
	*known = (struct known_ticket){
		.made = options->now_s, .until = options->until_s, .count = options->count};
	memcpy(known->id, ticket->id, sizeof(known->id));
	r = join_ticket_key(ticket, known->key);
	if (r < 0)
		admin_complain("a ticket cannot be made: %s", strerror(-r));
	return r < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

/* Before the list names it: what cannot be handed out is not to count. */
static int write_out(const char *path, const char *text)
{
	CLEANUP(admin_close)
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	char line[TICKET_TEXT_SIZE + 1];
	int r = fd < 0 ? -errno : 0;

	snprintf(line, sizeof(line), "%s\n", text);
	if (r == 0)
		r = admin_write_whole(fd, line, strlen(line));
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	explicit_bzero(line, sizeof(line));
	if (r == -EEXIST)
		admin_complain("%s is there already, and stays as it is", path);
	else if (r < 0)
		admin_complain("%s cannot be written: %s", path, strerror(-r));
	if (r < 0 && fd >= 0)
		(void)unlink(path);
	return r < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

static void print_made(const struct options *options, const struct join_tickets *tickets,
	const struct join_ticket *ticket, const char *text)
{
	char until[MOMENT_TEXT_SIZE];

	if (options->out)
		printf("ticket      %s, in %s\n", ticket->id, options->out);
	else
		printf("ticket      %s\n", text);
	printf("for         %" PRIu32 " terminal%s of %s (%s), until %s\n", options->count,
		options->count == 1 ? "" : "s", tickets->tier, tickets->site,
		moment_format(options->until_s, options->offset_minutes, until));
}

static int make(const struct options *options, struct ticket_file *file)
{
	uint8_t random[TICKET_RANDOM_SIZE];
	char text[TICKET_TEXT_SIZE];
	struct join_ticket ticket;
	int code;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
		admin_complain("there are no random numbers: %s", strerror(errno));
		return EXIT_UNKNOWN;
	}
	join_ticket_make(random, &ticket);
	explicit_bzero(random, sizeof(random));
	join_ticket_format(&ticket, text);
	code = add(file->tickets, options, &ticket);
	if (code == EXIT_DONE && options->out)
		code = write_out(options->out, text);
	if (code == EXIT_DONE) {
		code = ticket_file_write(file);
		if (code == EXIT_DONE)
			print_made(options, file->tickets, &ticket, text);
		else if (options->out)
			(void)unlink(options->out);
	}
	explicit_bzero(&ticket, sizeof(ticket));
	explicit_bzero(text, sizeof(text));
	return code;
}

int admin_terminal_ticket(int argc, char **argv)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	CLEANUP(ticket_file_close) struct ticket_file file = {.lock = -1};
	struct options options = {0};
	int code = read_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (options.out && admin_check_path(options.out) < 0)
		return EXIT_UNKNOWN;
	code = ticket_folder_find(options.folder, &folders);
	if (code == EXIT_DONE)
		code = ticket_file_open(&folders.items[0], &file);
	return code == EXIT_DONE ? make(&options, &file) : code;
}
