#include "agent/cli_request_device.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli.h"
#include "agent/cli_ask.h"
#include "agent/cli_bus.h"
#include "agent/cli_device.h"
#include "agent/cli_may_request.h"
#include "agent/cli_text.h"
#include "agent/cli_typed.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/printable.h"
#include "policy/value.h"

#define CANDIDATES_MAX 16

struct candidates {
	struct cli_wanted_medium items[CANDIDATES_MAX];
	size_t n;
	bool is_there; /* a device of that name */
};

/* "1-3.4" */
static bool is_device_name(const char *text)
{
	return is_digit(text[0]) && text[strspn(text, "0123456789.-")] == '\0' && strchr(text, '-');
}

static void describe(const struct cli_device *device, struct cli_wanted_medium *ret)
{
	char claim[CLI_MEDIUM_WORDS_SIZE], words[2 * CLI_MEDIUM_WORDS_SIZE];

	cli_device_claim(device, claim, sizeof(claim));
	if (!claim[0])
		snprintf(claim, sizeof(claim), "%04" PRIx16 ":%04" PRIx16, device->vendor,
			device->product);
	snprintf(ret->device, sizeof(ret->device), "%s", device->name);
	snprintf(ret->number, sizeof(ret->number), "%s", device->medium);
	snprintf(words, sizeof(words), "%s%s%s (%s)", ret->number, ret->number[0] ? " " : "", claim,
		ret->device);
	printable_copy(ret->words, sizeof(ret->words), words);
}

/* typed: only those of that name or control number; empty: any. */
static int find(const char *typed, struct candidates *ret)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct cli_device device;
	int r = cli_bus_prepare("ListDevices", &bus, &call);

	if (r < 0 || (r = cli_bus_call(bus, call, &reply)) < 0)
		return r;
	r = sd_bus_message_enter_container(reply, 'a', "a{sv}");
	while (r >= 0 && (r = cli_device_read(reply, &device)) > 0) {
		if (typed[0] && strcmp(device.name, typed) != 0 &&
			strcmp(device.medium, typed) != 0)
			continue;
		ret->is_there |= typed[0] != '\0';
		if (cli_device_may_be_asked(&device) && ret->n < CANDIDATES_MAX)
			describe(&device, &ret->items[ret->n++]);
	}
	if (r < 0)
		cli_tell_bad_answer(r);
	return r;
}

static int tell_none(const char *typed, bool is_there)
{
	if (!typed[0])
		fputs(_("sekisho: no medium is connected for which permission is needed.\n"
			"Plug it in first, and leave it plugged in.\n"),
			stderr);
	else if (is_there)
		fprintf(stderr,
			_("sekisho: %s is no medium that a permission can open. To see why:\n"
			  "sekisho explain %s\n"),
			typed, typed);
	else
		fprintf(stderr, _("sekisho: %s is not connected\n"), typed);
	return CLI_NO;
}

/* 0 and *ret, or an exit status. */
static int ask_which(const struct candidates *candidates, struct cli_wanted_medium *ret)
{
	char typed[64];
	uint64_t number;

	fputs(_("Several media are connected:\n"), stderr);
	for (size_t i = 0; i < candidates->n; i++)
		fprintf(stderr, "  %zu: %s\n", i + 1, candidates->items[i].words);
	for (;;) {
		int r = cli_ask(_("Which one (its number)? "), false, typed, sizeof(typed));

		if (r == -EMSGSIZE)
			continue;
		if (r < 0)
			return CLI_UNKNOWN;
		cli_typed_fold(typed);
		if (number_parse(typed, 1, candidates->n, &number) == 0)
			break;
		fprintf(stderr, _("Expected: a number from 1 to %zu\n"), candidates->n);
	}
	*ret = candidates->items[number - 1];
	return 0;
}

static void list_for_option(const struct candidates *candidates)
{
	fputs(_("sekisho: several media are connected; name one by --device:\n"), stderr);
	for (size_t i = 0; i < candidates->n; i++)
		fprintf(stderr, "  --device %s   %s\n", candidates->items[i].device,
			candidates->items[i].words);
}

int cli_request_device(const char *typed, bool may_ask, struct cli_wanted_medium *ret)
{
	struct candidates candidates = {.n = 0};

	if (find(typed, &candidates) < 0)
		return CLI_UNKNOWN;
	/* A number on a sticker: it need not be plugged in yet. */
	if (candidates.n == 0 && !candidates.is_there && typed[0] && !is_device_name(typed)) {
		*ret = (struct cli_wanted_medium){.device = ""};
		snprintf(ret->number, sizeof(ret->number), "%s", typed);
		printable_copy(ret->words, sizeof(ret->words), typed);
		return 0;
	}
	if (candidates.n == 0)
		return tell_none(typed, candidates.is_there);
	if (candidates.n > 1 && !may_ask) {
		list_for_option(&candidates);
		return CLI_UNKNOWN;
	}
	if (candidates.n > 1)
		return ask_which(&candidates, ret);
	*ret = candidates.items[0];
	return 0;
}
