/* sekisho-admin fleet alerts: what somebody has to look into. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/fleet_codes.h"
#include "policy/admin/fleet_command.h"
#include "policy/admin/fleet_records.h"
#include "policy/admin/fleet_remark.h"
#include "policy/admin/moment.h"
#include "policy/admin/options.h"
#include "policy/cleanup.h"
#include "policy/printable.h"

static void print_help(void)
{
	printf("usage: sekisho-admin " FLEET_ALERTS_USAGE "\n\n"
	       "Lists what somebody has to look into: terminals of which something fell that only\n"
	       "rises, logins without a second factor, alerts that terminals recorded that day,\n"
	       "and one-time codes that were right at two terminals.\n"
	       "  FOLDER             of the site or of a tier; this one if not given\n"
	       "  --up DIR           where reports came, if not in up/ of the site's folder\n"
	       "  --records DIR      records that syslog carried on, too: DIR/TERMINAL.jsonl or\n"
	       "                     files below DIR/TERMINAL\n"
	       "  --close TERMINAL   somebody has looked into what fell there: from now on its\n"
	       "                     newest report is what the next ones are compared with\n"
	       "Exit status: 0 there is none, 1 there are some, 2 could not be tried.\n");
}

struct alerts {
	const char *up, *records, *close;
	const struct fleet *fleet;
	struct fleet_codes codes;
	size_t n;
	bool is_closed;
};

/* --- codes --- */

static int take_lines(void *context, const char *terminal, const char *lines, size_t size)
{
	struct fleet_codes *codes = context;
	int r = 0;

	for (const char *at = lines, *end = lines + size; r == 0 && at < end;) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((line_end ? line_end : end) - at);

		r = fleet_codes_take(codes, terminal, at, length);
		at += length + 1;
	}
	return r;
}

static void tell_code(void *context, const struct fleet_code *first, const struct fleet_code *other)
{
	struct alerts *alerts = context;
	char one[MOMENT_TEXT_SIZE], two[MOMENT_TEXT_SIZE];
	char user[sizeof(first->user)], token[sizeof(first->token)];
	int offset_minutes = alerts->fleet->offset_minutes;

	printable_copy(user, sizeof(user), first->user);
	printable_copy(token, sizeof(token), first->token);
	printf("one code of %s's token %s was right at %s (%s) and at %s (%s)\n", user, token,
		first->terminal, moment_format(first->time_ms / 1000, offset_minutes, one),
		other->terminal, moment_format(other->time_ms / 1000, offset_minutes, two));
	alerts->n++;
}

static int list_codes(struct alerts *alerts, const struct fleet *fleet)
{
	int code;

	if (fleet_codes_init(&alerts->codes) < 0)
		return admin_no_memory();
	code = fleet_records_up(fleet, alerts->up, take_lines, &alerts->codes);
	if (code == EXIT_DONE && alerts->records)
		code = fleet_records_files(alerts->records, take_lines, &alerts->codes);
	if (code == EXIT_DONE)
		fleet_codes_find(&alerts->codes, tell_code, alerts);
	fleet_codes_clear(&alerts->codes);
	return code;
}

/* --- terminals --- */

static void print_terminal(const struct fleet *fleet, const struct fleet_terminal *terminal)
{
	char when[MOMENT_TEXT_SIZE] = "-", remark[FLEET_REMARK_MAX];

	if (terminal->report)
		moment_format(terminal->report->seen, fleet->offset_minutes, when);
	fleet_remark(fleet, terminal, fleet_flaws_alarms(~0u), false, remark);
	printf("%s  %s  %s\n", terminal->entry->terminal, when, remark);
}

static int run(struct fleet *fleet, void *context)
{
	struct alerts *alerts = context;
	struct fleet_terminal *closed = alerts->close ? fleet_find(fleet, alerts->close) : NULL;

	alerts->fleet = fleet;
	if (closed) {
		closed->flaws &= ~fleet_flaws_kept(~0u);
		closed->is_closed = alerts->is_closed = true;
	}
	if (alerts->close)
		return EXIT_DONE;
	for (size_t i = 0; i < fleet->n; i++)
		if (fleet_flaws_alarms(fleet->items[i].flaws)) {
			print_terminal(fleet, &fleet->items[i]);
			alerts->n++;
		}
	return list_codes(alerts, fleet);
}

int admin_fleet_alerts(int argc, char **argv)
{
	struct fleet_words words = {0};
	struct alerts alerts = {0};
	const struct admin_option table[] = {{"up", &words.up, NULL},
		{"records", &alerts.records, NULL}, {"close", &alerts.close, NULL}};
	int code = admin_read_options(argc, argv, table, 3, FLEET_ALERTS_USAGE, print_help);

	if (code == EXIT_DONE)
		code = fleet_read_folder(argc, argv, FLEET_ALERTS_USAGE, &words);
	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	alerts.up = words.up;
	code = fleet_each(&words, run, &alerts);
	if (code == EXIT_DONE && alerts.close && !alerts.is_closed) {
		admin_complain("no terminal that joined is called %s", alerts.close);
		return EXIT_NO;
	}
	if (code == EXIT_DONE && !alerts.close && alerts.n == 0)
		printf("there is nothing to look into\n");
	return code == EXIT_DONE && alerts.n > 0 ? EXIT_NO : code;
}
