#include "agent/cli_record_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli_login_words.h"
#include "agent/cli_outcome.h"
#include "agent/cli_text.h"
#include "agent/record.h"
#include "policy/printable.h"

static const char *const happened[RECORD_EVENT_COUNT] = {
	[RECORD_STARTED] = N_("the agent started"),
	[RECORD_STOPPED] = N_("the agent stopped"),
	[RECORD_CONTROLLER_CLOSED] = N_("a USB controller was open and was shut"),
	[RECORD_DEVICE_BLOCKED] = N_("a device was refused"),
	[RECORD_DEVICE_ALLOWED] = N_("a device was let in"),
	[RECORD_DEVICE_REMOVED] = N_("a device was unplugged"),
	[RECORD_DEVICE_FAILED] = N_("a device could not be set as decided"),
	[RECORD_DEVICE_SLOW] = N_("a device does not answer"),
	[RECORD_DEVICE_FLAPPING] = N_("a device comes and goes too often and has to wait"),
	[RECORD_DEVICE_CHANGED] = N_("a device is no longer the one that was judged"),
	[RECORD_DEVICE_DISGUISED] = N_("a device is something else than it said"),
	[RECORD_TAMPERED] = N_("somebody else changed what is let in, and it was undone"),
	[RECORD_ALERT_LAST_INPUT] = N_("a device was kept so that somebody can type"),
	[RECORD_EVENTS_LOST] = N_("events were lost, so everything was looked at again"),
	[RECORD_POLICY_APPLIED] = N_("another policy is in force"),
	[RECORD_POLICY_NEXT] = N_("a policy waits for its day"),
	[RECORD_POLICY_REFUSED] = N_("a policy was not believed"),
	[RECORD_POLICY_REVERTED] = N_("nobody could type, so the policy before came back"),
	[RECORD_POLICY_LOST] = N_("the policy cannot be read any more"),
	[RECORD_POLICY_NOT_HERE] = N_("a policy has not reached this terminal yet"),
	[RECORD_ROOT_APPLIED] = N_("another root is in force"),
	[RECORD_ROOT_REFUSED] = N_("a root was not believed"),
	[RECORD_ROOT_LOST] = N_("a root cannot be read any more"),
	[RECORD_MEDIA_APPLIED] = N_("another list of registered media is in force"),
	[RECORD_MEDIA_REFUSED] = N_("a list of registered media was not believed"),
	[RECORD_MEDIA_LOST] = N_("the list of registered media cannot be read any more"),
	[RECORD_MEDIA_ENDED] = N_("the list of registered media has ended"),
	[RECORD_FRESH_TAKEN] = N_("the newest documents were named"),
	[RECORD_FRESH_REFUSED] = N_("a word on the newest documents was not believed"),
	[RECORD_FRESH_ENDED] = N_("nobody confirmed the newest documents for too long"),
	[RECORD_DOCUMENT_WAITS] = N_("a document came before its day"),
	[RECORD_TORN] = N_("the last line of the records was cut"),
	[RECORD_REHEARSAL_BEGAN] = N_("a rehearsal began: nothing is refused"),
	[RECORD_REHEARSAL_ENDED] = N_("the rehearsal ended: the policy is enforced"),
	[RECORD_TOKENS_APPLIED] = N_("another list of tokens is in force"),
	[RECORD_TOKENS_REFUSED] = N_("a list of tokens was not believed"),
	[RECORD_REVOCATION_REFUSED] = N_("a revocation was not believed"),
	[RECORD_DESKS_APPLIED] = N_("another list of desks is in force"),
	[RECORD_DESKS_REFUSED] = N_("a list of desks was not believed"),
	[RECORD_REVOCATIONS_LOST] = N_("what was revoked cannot be read any more"),
	[RECORD_TOKENS_LOST] = N_("the list of tokens cannot be read any more"),
	[RECORD_TERMINAL_KEY_MADE] = N_("this terminal made its key for signing"),
	[RECORD_TERMINAL_COPIED] =
		N_("the disk was copied from another machine; its keys are put aside"),
	[RECORD_TERMINAL_ASKED] = N_("this terminal asked to join"),
	[RECORD_TERMINAL_ENDED] = N_("this terminal was taken out of service"),
	[RECORD_LOGIN_RULES_NOT_STORED] =
		N_("the rules of logins could not be stored; those before hold on"),
	[RECORD_LOGIN_LINE_DAMAGED] = N_("what became of a login was damaged and is lost"),
	[RECORD_EXEMPTION_REQUESTED] = N_("an exemption was asked for"),
	[RECORD_EXEMPTION_RECEIVED] = N_("an approved exemption has come"),
	[RECORD_EXEMPTION_REFUSED] = N_("an exemption does not count here"),
	[RECORD_EXEMPTION_REQUEST_REFUSED] = N_("a request for an exemption was refused"),
	[RECORD_EXEMPTION_REQUEST_WITHDRAWN] = N_("a request for an exemption was withdrawn"),
	[RECORD_EXEMPTION_REVOKED] = N_("an exemption was revoked"),
	[RECORD_EXEMPTION_REDEEMED] = N_("the code of an exemption was typed"),
	[RECORD_EXEMPTION_REDEEM_FAILED] = N_("a code for an exemption was not accepted"),
	[RECORD_EXEMPTION_ACTIVE] = N_("an exemption is in use"),
	[RECORD_EXEMPTION_WARNED] = N_("an exemption ends soon"),
	[RECORD_EXEMPTION_ENDING] = N_("the medium of an exemption is being taken away"),
	[RECORD_EXEMPTION_ENDED] = N_("an exemption has ended"),
	[RECORD_EXEMPTION_RETURNED] = N_("the medium of an exemption was handed back"),
	[RECORD_EXEMPTION_REPORTED] = N_("the use of an exemption was reported after the fact"),
	[RECORD_MEDIUM_SHOWN] = N_("a medium is shown to its user"),
	[RECORD_MEDIUM_REFUSED] = N_("a medium could not be shown"),
	[RECORD_PHONE_CHALLENGE] = N_("a number was shown for the telephone"),
	/* The others say more by their reason. */
};

/* What came of it stands in records of a judgement alone; others repeat the last one. */
static bool is_judgement(const struct cli_record *record)
{
	enum record_event event;

	return record_event_from_name(record->event, &event) == 0 &&
	       record_event_is_judgement(event);
}

const char *cli_record_outcome(const struct cli_record *record)
{
	if (!record->verdict[0] || !is_judgement(record))
		return "";
	return cli_outcome_words(
		cli_outcome_of(record->verdict, record->is_partly), record->is_rehearsed);
}

/* Appends ": TEXT" where there is any. */
static void append(char *buffer, const char *text)
{
	size_t used = strlen(buffer);

	if (text[0])
		snprintf(buffer + used, CLI_RECORD_WORDS_SIZE - used, ": %s", text);
}

/* Of a change of operator the sentence says it already. */
static void append_operator(char *buffer, const struct cli_record *record)
{
	size_t used = strlen(buffer);

	if (record->operator[0] && strcmp(record->operator, record->login.user) != 0)
		snprintf(buffer + used, CLI_RECORD_WORDS_SIZE - used, _(", operator %s"),
			record->operator);
}

void cli_record_happened(const struct cli_record *record, char ret[CLI_RECORD_WORDS_SIZE])
{
	char words[CLI_RECORD_WORDS_SIZE];
	enum record_event event;
	bool is_known = record_event_from_name(record->event, &event) == 0 && happened[event];

	words[0] = '\0';
	/* An agent that is newer than this program may write other events. */
	if (!cli_login_words(&record->login, words, sizeof(words)))
		snprintf(words, sizeof(words), "%s", is_known ? _(happened[event]) : record->event);
	if (strcmp(record->event, record_event_name(RECORD_DEVICE_REMOVED)) != 0)
		append(words, record->reason);
	append(words, record->fault);
	append(words, record->text);
	append_operator(words, record);
	printable_copy(ret, CLI_RECORD_WORDS_SIZE, words);
}

void cli_record_device(const struct cli_record *record, char ret[CLI_RECORD_WORDS_SIZE])
{
	char words[CLI_RECORD_WORDS_SIZE];
	size_t used;

	if (!record->product[0])
		snprintf(words, sizeof(words), "%s", record->device);
	else
		snprintf(words, sizeof(words), "%s %s:%s %s", record->device, record->vendor,
			record->product, record->manufacturer);
	used = strlen(words);
	if (record->product[0] && record->model[0])
		snprintf(words + used, sizeof(words) - used, "%s%s",
			record->manufacturer[0] ? " " : "", record->model);
	printable_copy(ret, CLI_RECORD_WORDS_SIZE, words);
}
