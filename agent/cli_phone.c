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
#include "agent/cli_redeem.h"
#include "agent/cli_refusal.h"
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

static int ask_which(const struct desks *desks, struct cli_form *form)
{
	char typed[64], span[CLI_TIME_SIZE];
	uint64_t number;

	fputs(_("Several desks can permit this by phone:\n"), stderr);
	for (size_t i = 0; i < desks->n; i++)
		fprintf(stderr, _("  %zu: %s (up to %s)\n"), i + 1, desks->items[i].name,
			cli_span_words((uint64_t)desks->items[i].minutes * MINUTE_S, span));
	for (;;) {
		int r = cli_ask(_("Which one do you call (its number)? "), false, typed,
			sizeof(typed));

		if (r < 0 && r != -EMSGSIZE)
			return CLI_UNKNOWN;
		cli_typed_fold(typed);
		if (r >= 0 && number_parse(typed, 1, desks->n, &number) == 0)
			break;
		fprintf(stderr, _("Expected: a number from 1 to %zu\n"), desks->n);
	}
	memcpy(form->values[FIELD_DESK], desks->items[number - 1].name, CLI_FORM_VALUE_SIZE);
	return 0;
}

int cli_phone_choose_desk(struct cli_form *form)
{
	struct desks desks = {.n = 0};
	int status;

	if (form->values[FIELD_DESK][0])
		return 0;
	status = find_desks(form, &desks);
	if (status != 0)
		return status;
	if (desks.n == 0) {
		fputs(desks.n_all > 0
				? _("sekisho: no desk can permit this by phone.\n"
				    "Ask for less time, or for reading only.\n")
				: _("sekisho: this terminal knows no desk that permits by "
				    "phone\n"),
			stderr);
		return CLI_NO;
	}
	if (desks.n > 1 && cli_fill_may_ask())
		return ask_which(&desks, form);
	if (desks.n > 1) {
		fputs(_("sekisho: several desks can permit this by phone; name one by --desk\n"),
			stderr);
		return CLI_UNKNOWN;
	}
	memcpy(form->values[FIELD_DESK], desks.items[0].name, CLI_FORM_VALUE_SIZE);
	return 0;
}

/* --- what is read out --- */

static void print_challenge(const char *desk, const char *challenge)
{
	printf(_("Call %s and read out:\n\n"), desk);
	for (const char *line = challenge; *line;) {
		char text[BUS_CHALLENGE_SIZE], shown[BUS_CHALLENGE_SIZE];
		int size = (int)strcspn(line, "\n");

		snprintf(text, sizeof(text), "%.*s", size, line);
		printable_copy(shown, sizeof(shown), text);
		printf("    %s\n", shown);
		line += size + (line[size] == '\n');
	}
	putchar('\n');
	cli_wrap_print(stdout,
		_("[Emergency use] Type the 10-digit number that you are given on the phone. A "
		  "report is due by the next working day."),
		0, 0, cli_screen_width());
	putchar('\n');
	fflush(stdout);
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
		return cli_refusal_tell(&error, r, NULL);
	if (r >= 0)
		r = sd_bus_message_read(reply, "ss", &id, &challenge);
	if (r < 0) {
		cli_tell_bad_answer(r);
		return CLI_UNKNOWN;
	}
	printf(_("Reference number %s\n"), id);
	print_challenge(form->values[FIELD_DESK], challenge);
	if (cli_fill_may_ask())
		return cli_redeem_ask(id, CODE_OF_PHONE);
	printf(_("To type it: sekisho redeem %s\n"), id);
	return CLI_DONE;
}
