#include "agent/cli_phone.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "agent/bus.h"
#include "agent/cli.h"
#include "agent/cli_ask.h"
#include "agent/cli_bus.h"
#include "agent/cli_fill.h"
#include "agent/cli_may_request.h"
#include "agent/cli_redeem.h"
#include "agent/cli_refusal.h"
#include "agent/cli_table.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "agent/cli_typed.h"
#include "agent/cli_wrap.h"
#include "policy/cleanup.h"
#include "policy/printable.h"
#include "policy/value.h"

#define MINUTE_S 60

struct desk {
	char name[CLI_FORM_VALUE_SIZE];
	uint32_t minutes;
	bool is_called;
};

struct desks {
	struct desk items[BUS_DESKS_MAX];
	size_t n, n_all;
};

/* --- which desk --- */

static bool may_grant(const struct cli_form *form, const char *access, uint32_t longest)
{
	uint64_t minutes;

	return number_parse(form->values[FIELD_DURATION], 1, UINT32_MAX, &minutes) == 0 &&
	       minutes <= longest &&
	       (strcmp(access, "read-write") == 0 ||
		       strcmp(form->values[FIELD_DIRECTION], "read-only") == 0);
}

static int read_desks(sd_bus_message *reply, const struct cli_form *form, struct desks *ret)
{
	const char *name, *access;
	uint32_t longest;
	int r = sd_bus_message_enter_container(reply, 'a', "(ssu)");

	while (r >= 0 && (r = sd_bus_message_read(reply, "(ssu)", &name, &access, &longest)) > 0) {
		ret->n_all++;
		if (!may_grant(form, access, longest) || ret->n == BUS_DESKS_MAX)
			continue;
		snprintf(ret->items[ret->n].name, CLI_FORM_VALUE_SIZE, "%s", name);
		ret->items[ret->n++].minutes = longest;
	}
	return r;
}

static int find_desks(const struct cli_form *form, struct desks *ret)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	CLEANUP(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = cli_bus_prepare("PhoneDesks", &bus, &call);

	if (r < 0)
		return CLI_UNKNOWN;
	if ((r = cli_bus_try(bus, call, &error, &reply)) < 0)
		return cli_refusal_tell(&error, r, NULL);
	r = read_desks(reply, form, ret);
	if (r < 0)
		cli_tell_bad_answer(r);
	return r < 0 ? CLI_UNKNOWN : 0;
}

/* Appends the name to the desks of the form. */
static void call_desk(struct cli_form *form, struct desk *desk)
{
	char *desks = form->values[FIELD_DESK];
	size_t used = strlen(desks);

	snprintf(desks + used, CLI_FORM_VALUE_SIZE - used, "%s%s", used > 0 ? " " : "", desk->name);
	desk->is_called = true;
}

static void list_desks(const struct desks *desks)
{
	char span[CLI_TIME_SIZE];

	fputs(_("Several desks can permit this by phone:\n"), stderr);
	for (size_t i = 0; i < desks->n; i++)
		if (!desks->items[i].is_called)
			fprintf(stderr, _("  %zu: %s (up to %s)\n"), i + 1, desks->items[i].name,
				cli_minutes_words(desks->items[i].minutes, span));
}

static int ask_which(struct desks *desks, struct cli_form *form)
{
	char typed[64];
	uint64_t number;

	list_desks(desks);
	for (;;) {
		int r = cli_ask(
			_("Which one do you call (its number)? "), false, typed, sizeof(typed));

		if (r < 0 && r != -EMSGSIZE)
			return CLI_UNKNOWN;
		cli_typed_fold(typed);
		if (r >= 0 && number_parse(typed, 1, desks->n, &number) == 0 &&
			!desks->items[number - 1].is_called)
			break;
		fprintf(stderr, _("Expected: a number from 1 to %zu\n"), desks->n);
	}
	call_desk(form, &desks->items[number - 1]);
	return 0;
}

static int tell_too_few(const struct desks *desks, size_t needed)
{
	if (desks->n_all == 0)
		fputs(_("sekisho: this terminal knows no desk that permits by phone\n"), stderr);
	else if (desks->n > 0 && needed > 1)
		fputs(_("sekisho: two desks have to permit this, and only one can.\n"
			"Ask for less time, or for reading only.\n"),
			stderr);
	else
		fputs(_("sekisho: no desk can permit this by phone.\n"
			"Ask for less time, or for reading only.\n"),
			stderr);
	return CLI_NO;
}

int cli_phone_choose_desk(struct cli_form *form)
{
	struct desks desks = {.n = 0};
	size_t needed = cli_approvals_needed(form->values[FIELD_DIRECTION]);
	int status = 0;

	if (form->values[FIELD_DESK][0])
		return 0;
	status = find_desks(form, &desks);
	if (status != 0)
		return status;
	if (desks.n < needed)
		return tell_too_few(&desks, needed);
	if (desks.n > needed && !cli_fill_may_ask()) {
		fputs(_("sekisho: several desks can permit this by phone; name one by --desk\n"),
			stderr);
		return CLI_UNKNOWN;
	}
	for (size_t i = 0; i < needed && status == 0; i++) {
		if (desks.n > needed)
			status = ask_which(&desks, form);
		else
			call_desk(form, &desks.items[i]);
	}
	return status;
}

/* --- what is read out --- */

/* What the desk asks for, in the words of the reader; what is read out stays as it is. */
static const char *label_of(const char *key)
{
	static const char *const labels[][2] = {
		{"challenge", N_("Number")},
		{"terminal", N_("Terminal")},
		{"user", N_("Account")},
		{"medium", N_("Medium")},
		{"direction", N_("Direction")},
		{"minutes", N_("Minutes")},
		{"desk", N_("Desk")},
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i][0], key) == 0)
			return _(labels[i][1]);
	return NULL;
}

static int add_line(struct cli_table *table, const char *line, int size)
{
	char text[BUS_CHALLENGE_SIZE], shown[BUS_CHALLENGE_SIZE];
	const char *label = NULL;
	char *value;

	snprintf(text, sizeof(text), "%.*s", size, line);
	printable_copy(shown, sizeof(shown), text);
	value = strchr(shown, ' ');
	if (value) {
		*value = '\0';
		label = label_of(shown);
		*value = ' ';
	}
	return cli_table_add(
		table, (const char *const[]){"  ", label ? label : "", label ? value + 1 : shown});
}

static int print_challenge(const char *desks, const char *challenge)
{
	struct cli_table table = {.n_columns = 3};
	int r = 0;

	printf(_("Call %s and read out:\n\n"), desks);
	for (const char *line = challenge; r == 0 && *line;) {
		int size = (int)strcspn(line, "\n");

		r = add_line(&table, line, size);
		line += size + (line[size] == '\n');
	}
	if (r == 0)
		cli_table_print(&table, false);
	cli_table_clear(&table);
	putchar('\n');
	cli_wrap_print(stdout,
		_("[Emergency use] Type the 10-digit number that you are given on the phone. A "
		  "report is due by the next working day."),
		0, 0, cli_screen_width());
	putchar('\n');
	fflush(stdout);
	return r;
}

/* Nobody has typed a wrong number: challenges are counted, whatever becomes of them. */
static int tell_later(const sd_bus_error *error)
{
	fprintf(stderr,
		_("Numbers to read out were shown too often. The terminal has to run for %ld min. "
		  "before the next.\n"),
		(cli_refusal_number(error) + MINUTE_S - 1) / MINUTE_S);
	return CLI_NO;
}

int cli_phone_ask(const struct cli_form *form)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	CLEANUP(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	const char *id, *challenge;
	int r = cli_bus_prepare("BeginPhone", &bus, &call);

	if (r < 0)
		return CLI_UNKNOWN;
	r = cli_fill_append(call, form, FIELD_OF_REQUEST);
	if (r >= 0 && (r = cli_bus_try(bus, call, &error, &reply)) < 0)
		return sd_bus_error_has_name(&error, BUS_ERROR_LOCKED)
			       ? tell_later(&error)
			       : cli_refusal_tell(&error, r, NULL);
	if (r >= 0)
		r = sd_bus_message_read(reply, "ss", &id, &challenge);
	if (r < 0) {
		cli_tell_bad_answer(r);
		return CLI_UNKNOWN;
	}
	printf(_("Reference number %s\n"), id);
	if (print_challenge(form->values[FIELD_DESK], challenge) < 0) {
		fputs(_("sekisho: out of memory\n"), stderr);
		return CLI_UNKNOWN;
	}
	if (cli_fill_may_ask())
		return cli_redeem_ask(id, CODE_OF_PHONE);
	printf(_("To type it: sekisho redeem %s\n"), id);
	return CLI_DONE;
}
