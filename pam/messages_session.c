#include "pam/messages_session.h"

#include <stdio.h>

/* Marks a text for translation: xgettext --keyword=N_. */
#define N_(message) message

#define PLACE_SIZE 256

/* Where from: what the service said of it, or its name. */
static void name_place(const struct last_login *last, const char *terminal, char ret[PLACE_SIZE])
{
	const char *here = last->terminal[0] ? last->terminal : last->service;

	if (last->host[0])
		snprintf(
			ret, PLACE_SIZE, message_say(terminal, N_("%s from %s")), here, last->host);
	else
		snprintf(ret, PLACE_SIZE, "%s", here);
}

static void say_last(const struct last_login *last, const char *terminal, char ret[MESSAGE_SIZE])
{
	char when[MESSAGE_TIME_SIZE], where[PLACE_SIZE];

	name_place(last, terminal, where);
	if (last->time_s == 0) {
		snprintf(ret, MESSAGE_SIZE,
			message_say(terminal, N_("Last login on this terminal: %s, at a time that "
						 "the clock had lost.\n"
						 "If you do not know of it, call the IT staff.")),
			where);
		return;
	}
	message_time(last->time_s, when);
	snprintf(ret, MESSAGE_SIZE,
		message_say(terminal, N_("Last login on this terminal: %s, %s.\n"
					 "If you do not know of it, call the IT staff.")),
		when, where);
}

static size_t tell_last(const struct session_answer *answer, const char *terminal,
	char ret[SESSION_MESSAGES][MESSAGE_SIZE])
{
	switch (answer->found) {
	case LAST_FOUND: say_last(&answer->last, terminal, ret[0]); return 1;
	case LAST_NONE:
		snprintf(ret[0], MESSAGE_SIZE, "%s",
			message_say(terminal, N_("This is your first login on this terminal.")));
		return 1;
	case LAST_UNKNOWN: break;
	}
	return 0;
}

size_t messages_session(const struct session_answer *answer, const char *terminal,
	char ret[SESSION_MESSAGES][MESSAGE_SIZE])
{
	size_t n = tell_last(answer, terminal, ret);
	char when[MESSAGE_TIME_SIZE];

	if (answer->wrong > 0)
		snprintf(ret[n++], MESSAGE_SIZE,
			message_say(
				terminal, N_("Wrong codes behind your password since then: %u.\n"
					     "If you did not type them, somebody knows your "
					     "password: call the IT staff.")),
			answer->wrong);
	if (answer->until_s > 0) {
		message_time(answer->until_s, when);
		snprintf(ret[n++], MESSAGE_SIZE,
			message_say(terminal, N_("Your token ends on %s.\n"
						 "Ask the IT staff in time.")),
			when);
	}
	if (answer->is_short_of_recovery)
		snprintf(ret[n++], MESSAGE_SIZE,
			message_say(terminal, N_("Recovery codes left: %u.\n"
						 "Ask the IT staff for new ones.")),
			answer->recovery);
	if (answer->has_to_enrol)
		snprintf(ret[n++], MESSAGE_SIZE, "%s",
			message_say(terminal, N_("You have not enrolled yet. In a terminal, type:\n"
						 "sekisho enrol")));
	return n;
}
