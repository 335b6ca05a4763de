/* sekisho eject: ends the use of a medium now, and says when it may be pulled out. */
#include "agent/cli.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/cli_bus.h"
#include "agent/cli_choose.h"
#include "agent/cli_exemption.h"
#include "agent/cli_refusal.h"
#include "agent/cli_text.h"
#include "policy/cleanup.h"
#include "policy/printable.h"

/* Longer than any grace that programs have to let a medium go. */
#define WAIT_S  90
#define LOOK_MS 250

static int send_eject(const char *id, bool keeps)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	CLEANUP(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = cli_bus_prepare("EjectMedium", &bus, &call);

	if (r < 0)
		return CLI_UNKNOWN;
	r = sd_bus_message_append(call, "sb", id, (int)keeps);
	if (r >= 0 && (r = cli_bus_try(bus, call, &error, &reply)) < 0)
		return cli_refusal_tell(&error, r, id);
	if (r < 0)
		cli_tell_bad_answer(r);
	return r < 0 ? CLI_UNKNOWN : CLI_DONE;
}

/* Programs that held it, as last seen; empty: none. */
struct holders {
	char text[512];
};

static int tell_end(const struct cli_exemption *exemption, const struct holders *holders)
{
	bool has_ended = cli_phase_from_name(exemption->phase) == PHASE_ENDED;
	bool is_clean = exemption->is_clean || (!has_ended && !holders->text[0]);

	if (holders->text[0])
		printf(_("%s: it was still being used by: %s\n"), exemption->id, holders->text);
	if (!is_clean)
		puts(_("It was taken out while it was still being used. Check the files on it."));
	printf(_("%s: you can pull the medium out now.\n"), exemption->id);
	/* Message 22. */
	puts(_("The medium is still connected.\nWhen you leave your seat, take it out and keep it "
	       "where it can be locked away."));
	return is_clean ? CLI_DONE : CLI_NO;
}

#define GO_ON (-1)

/* What is kept stays active when it was taken out: it has no device then. */
static bool is_in_use(const struct cli_exemption *exemption)
{
	enum cli_phase phase = cli_phase_from_name(exemption->phase);

	return phase == PHASE_ENDING ||
	       ((phase == PHASE_ACTIVE || phase == PHASE_WARNED) && exemption->port[0]);
}

/* GO_ON while it is still in use, else an exit status. */
static int look(const char *id, struct holders *holders)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct cli_exemption exemption;
	int r;

	if (cli_exemptions_ask(&reply) < 0)
		return CLI_UNKNOWN;
	while ((r = cli_exemption_read(reply, &exemption)) > 0) {
		if (strcmp(exemption.id, id) != 0)
			continue;
		if (!is_in_use(&exemption))
			return tell_end(&exemption, holders);
		if (exemption.holders[0])
			printable_copy(holders->text, sizeof(holders->text), exemption.holders);
		return GO_ON;
	}
	if (r < 0)
		cli_tell_bad_answer(r);
	else
		fprintf(stderr, _("sekisho: %s is not in the list any more\n"), id);
	return CLI_UNKNOWN;
}

static int wait_for_end(const char *id)
{
	const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
	struct holders holders = {.text = ""};
	int status = look(id, &holders);

	if (status == GO_ON)
		fputs(_("It is being taken out. Please do not pull it out yet.\n"), stderr);
	for (int n = 0; status == GO_ON && n < WAIT_S * 1000 / LOOK_MS; n++) {
		nanosleep(&pause, NULL);
		status = look(id, &holders);
	}
	if (status == GO_ON) {
		fprintf(stderr, _("sekisho: %s is still in use. To see why: sekisho exemptions\n"),
			id);
		return CLI_NO;
	}
	return status;
}

int cli_eject(const struct cli_request *request)
{
	char id[CLI_EXEMPTION_ID_SIZE];
	int status;

	if (request->n_words > 0 && cli_typed_exemption_id(request->words[0], id) < 0)
		status = cli_choose_by_port(request->words[0], id);
	else
		status = cli_choose_of_word(request->n_words, request->words, CHOOSE_TO_EJECT, id);
	if (status == 0)
		status = send_eject(id, request->keeps);
	return status == CLI_DONE ? wait_for_end(id) : status;
}
