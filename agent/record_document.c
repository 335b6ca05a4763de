#include "agent/record_document.h"

#include <inttypes.h>
#include <stdio.h>

enum middle { NOTHING = 0, NUMBER, POLICY_SERIAL, FAULT };

static const struct sentence {
	enum record_event event;
	const char *before;
	enum middle middle;
	const char *after;
} sentences[] = {
	{RECORD_POLICY_APPLIED, "The policy with serial ", POLICY_SERIAL, " is in force"},
	{RECORD_POLICY_NEXT, "The policy with serial ", NUMBER,
		" was accepted and waits for its day"},
	{RECORD_POLICY_REFUSED, "A policy was refused (", FAULT, ")"},
	{RECORD_POLICY_REVERTED, "The policy with serial ", NUMBER,
		" failed its self-test; the last good one is back"},
	{RECORD_POLICY_LOST, "The applied policy cannot be read any more", NOTHING, ""},
	{RECORD_POLICY_NOT_HERE, "A policy is good, but not for this terminal yet", NOTHING, ""},
	{RECORD_ROOT_APPLIED, "Root number ", NUMBER,
		" is in force: it says who the administrators are"},
	{RECORD_ROOT_REFUSED, "A root was refused (", FAULT, ")"},
	{RECORD_ROOT_LOST, "The newest root cannot be read any more", NOTHING, ""},
	{RECORD_MEDIA_APPLIED, "The list of registered media with serial ", NUMBER, " is in force"},
	{RECORD_MEDIA_REFUSED, "A list of registered media was refused (", FAULT, ")"},
	{RECORD_MEDIA_LOST, "The list of registered media cannot be read any more", NOTHING, ""},
	{RECORD_MEDIA_ENDED, "The list of registered media with serial ", NUMBER, " has ended"},
	{RECORD_FRESH_TAKEN, "It was confirmed which documents are the newest (serial ", NUMBER,
		")"},
	{RECORD_FRESH_REFUSED, "A confirmation of the newest documents was refused (", FAULT, ")"},
	{RECORD_FRESH_ENDED,
		"Nobody has confirmed for too long which documents are the newest (serial ", NUMBER,
		")"},
	{RECORD_REHEARSAL_BEGAN, "The policy with serial ", POLICY_SERIAL,
		" is only rehearsed and refuses nothing yet"},
	{RECORD_REHEARSAL_ENDED, "The rehearsal is over: the policy with serial ", POLICY_SERIAL,
		" is enforced"},
	{RECORD_TOKENS_APPLIED, "The list of tokens with serial ", NUMBER, " is in force"},
	{RECORD_TOKENS_REFUSED, "A list of tokens was refused (", FAULT, ")"},
	{RECORD_REVOCATION_REFUSED, "A revocation was not believed (", FAULT, ")"},
	{RECORD_DESKS_APPLIED, "The list of desks with serial ", NUMBER, " is in force"},
	{RECORD_DESKS_REFUSED, "A list of desks was refused (", FAULT, ")"},
	{RECORD_REVOCATIONS_LOST, "What was revoked cannot be read any more", NOTHING, ""},
	{RECORD_TOKENS_LOST, "The list of tokens cannot be read any more", NOTHING, ""},
	{RECORD_TERMINAL_KEY_MADE, "This terminal made the key that it signs with", NOTHING, ""},
	{RECORD_TERMINAL_COPIED,
		"What this terminal keeps was copied from another machine; its keys are put aside",
		NOTHING, ""},
	{RECORD_TERMINAL_ASKED, "This terminal asked to join", NOTHING, ""},
	{RECORD_TERMINAL_ENDED, "This terminal was taken out of service", NOTHING, ""},
	{RECORD_DOCUMENT_WAITS, "A document is good, but its day has not come", NOTHING, ""},
};

int record_describe_document(const struct record *record, char *buffer, size_t size)
{
	const struct sentence *sentence = NULL;
	char middle[sizeof(record->fault)] = "";

	if (record->event == RECORD_POLICY_APPLIED && record->policy_serial == 0)
		return snprintf(buffer, size, "The built-in policy is in force");
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if (sentences[i].event == record->event)
			sentence = &sentences[i];
	if (!sentence)
		return snprintf(buffer, size, "A document arrived");
	switch (sentence->middle) {
	case NOTHING: break;
	case NUMBER: snprintf(middle, sizeof(middle), "%" PRIu64, record->number); break;
	case POLICY_SERIAL:
		snprintf(middle, sizeof(middle), "%" PRIu64, record->policy_serial);
		break;
	case FAULT:
		snprintf(middle, sizeof(middle), "%s",
			record->fault[0] ? record->fault : "no reason given");
		break;
	}
	return snprintf(buffer, size, "%s%s%s", sentence->before, middle, sentence->after);
}
