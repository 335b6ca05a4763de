#include "agent/cli_choose.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli.h"
#include "agent/cli_bus.h"
#include "agent/cli_exemption.h"
#include "agent/cli_exemption_words.h"
#include "agent/cli_text.h"
#include "policy/cleanup.h"

static bool fits(enum cli_choice choice, const struct cli_exemption *exemption)
{
	enum cli_phase phase = cli_phase_from_name(exemption->phase);

	switch (choice) {
	case CHOOSE_TO_REDEEM:
		return phase == PHASE_SEALED ||
		       (phase == PHASE_REQUESTED && strcmp(exemption->method, "phone") == 0);
	case CHOOSE_TO_EJECT: return phase == PHASE_ACTIVE || phase == PHASE_WARNED;
	case CHOOSE_TO_RETURN: return phase == PHASE_ENDED;
	case CHOOSE_TO_REPORT: return exemption->is_report_due;
	}
	return false;
}

static const char *none_words(enum cli_choice choice)
{
	switch (choice) {
	case CHOOSE_TO_REDEEM: return _("Nothing waits for a code.");
	case CHOOSE_TO_EJECT: return _("No medium is in use.");
	case CHOOSE_TO_RETURN: return _("No medium is to be put back.");
	case CHOOSE_TO_REPORT: return _("No report is due.");
	}
	return "";
}

/* The first one, and how many. A negative errno. */
static int count(sd_bus_message *reply, enum cli_choice choice, char ret[CLI_EXEMPTION_ID_SIZE])
{
	struct cli_exemption exemption;
	int n = 0, r;

	while ((r = cli_exemption_read(reply, &exemption)) > 0) {
		if (!fits(choice, &exemption))
			continue;
		if (n++ == 0)
			snprintf(ret, CLI_EXEMPTION_ID_SIZE, "%s", exemption.id);
	}
	return r < 0 ? r : n;
}

static void list(sd_bus_message *reply, enum cli_choice choice)
{
	struct cli_exemption exemption;
	char what[CLI_EXEMPTION_WORDS_SIZE];

	while (cli_exemption_read(reply, &exemption) > 0) {
		if (!fits(choice, &exemption))
			continue;
		cli_exemption_what(&exemption, what);
		fprintf(stderr, "  %s  %s\n", exemption.id, what);
	}
}

int cli_choose(enum cli_choice choice, char ret[CLI_EXEMPTION_ID_SIZE])
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	char id[CLI_EXEMPTION_ID_SIZE] = "";
	int n;

	if (cli_exemptions_ask(&reply) < 0)
		return CLI_UNKNOWN;
	n = count(reply, choice, id);
	if (n < 0) {
		cli_tell_bad_answer(n);
		return CLI_UNKNOWN;
	}
	if (n == 0) {
		fprintf(stderr, "sekisho: %s\n", none_words(choice));
		return CLI_NO;
	}
	if (n > 1) {
		fputs(_("sekisho: there are several; type the number of one behind the command:\n"),
			stderr);
		if (sd_bus_message_rewind(reply, true) >= 0 &&
			sd_bus_message_enter_container(reply, 'a', "a{sv}") >= 0)
			list(reply, choice);
		return CLI_UNKNOWN;
	}
	memcpy(ret, id, CLI_EXEMPTION_ID_SIZE);
	return 0;
}

int cli_choose_by_port(const char *port, char ret[CLI_EXEMPTION_ID_SIZE])
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct cli_exemption exemption;
	int r;

	if (cli_exemptions_ask(&reply) < 0)
		return CLI_UNKNOWN;
	while ((r = cli_exemption_read(reply, &exemption)) > 0)
		if (fits(CHOOSE_TO_EJECT, &exemption) && strcmp(exemption.port, port) == 0) {
			snprintf(ret, CLI_EXEMPTION_ID_SIZE, "%s", exemption.id);
			return 0;
		}
	if (r < 0)
		cli_tell_bad_answer(r);
	else
		fprintf(stderr, _("sekisho: %s is not in use by a permission of yours\n"), port);
	return r < 0 ? CLI_UNKNOWN : CLI_NO;
}

int cli_choose_of_word(
	int n_words, char **words, enum cli_choice choice, char ret[CLI_EXEMPTION_ID_SIZE])
{
	if (n_words == 0)
		return cli_choose(choice, ret);
	if (cli_typed_exemption_id(words[0], ret) == 0)
		return 0;
	fprintf(stderr, _("sekisho: %s is no reference number such as E-7K3M9Q2X\n"), words[0]);
	return CLI_UNKNOWN;
}
