#include "pam/messages.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DOMAIN   "sekisho"
#define MINUTE_S 60

/* A text console has no Japanese letters. */
static bool is_text_console(const char *terminal)
{
	if (strncmp(terminal, "/dev/", 5) == 0)
		terminal += 5;
	return strncmp(terminal, "tty", 3) == 0;
}

const char *message_say(const char *terminal, const char *message)
{
	return is_text_console(terminal) ? message : dgettext(DOMAIN, message);
}

/* Marks a text for translation: xgettext --keyword=N_. */
#define N_(message) message

const char *message_prompt_password(const char *terminal)
{
	return message_say(terminal, N_("Password: "));
}

const char *message_prompt_code(const char *terminal)
{
	return message_say(terminal, N_("One-time code: "));
}

const char *message_prompt_both(const char *terminal)
{
	return message_say(terminal, N_("Password and, right behind it, one-time code: "));
}

static void say_locked(
	const struct answer_judge *answer, const char *terminal, char ret[MESSAGE_SIZE])
{
	long long minutes = (answer->wait_s + MINUTE_S - 1) / MINUTE_S;

	snprintf(ret, MESSAGE_SIZE,
		message_say(terminal, N_("After several wrong codes you have to wait: %lld min.\n"
					 "In a hurry, call the IT staff. Reference: %s")),
		minutes, answer->reference);
}

void message_time(int64_t time_s, char ret[MESSAGE_TIME_SIZE])
{
	time_t time = (time_t)time_s;
	struct tm local;

	if (!localtime_r(&time, &local) ||
		strftime(ret, MESSAGE_TIME_SIZE, "%Y-%m-%d %H:%M", &local) == 0)
		snprintf(ret, MESSAGE_TIME_SIZE, "?");
}

/* With a lost clock nobody knows whether the day is past. */
static void say_date(
	const struct answer_judge *answer, const char *terminal, char ret[MESSAGE_SIZE])
{
	char when[MESSAGE_TIME_SIZE];

	message_time(answer->date_s, when);
	snprintf(ret, MESSAGE_SIZE,
		answer->reason == LOGIN_NOT_YET
			? message_say(terminal,
				  N_("Your token counts from %s.\n"
				     "If that time has come, call the IT staff. Reference: "
				     "%s"))
			: message_say(terminal,
				  N_("Your token ended on %s.\n"
				     "If that day is yet to come, or you go on working here, "
				     "call the IT staff.\nReference: %s")),
		when, answer->reference[0] ? answer->reference : "-");
}

static void say_ticket_over(
	const struct answer_judge *answer, const char *terminal, char ret[MESSAGE_SIZE])
{
	char when[MESSAGE_TIME_SIZE];

	message_time(answer->date_s, when);
	snprintf(ret, MESSAGE_SIZE,
		message_say(terminal,
			N_("Your ticket counted until %s.\n"
			   "Ask the desk that gave it to you for another. Reference: %s")),
		when, answer->reference[0] ? answer->reference : "-");
}

static void say_temporary_over(
	const struct answer_judge *answer, const char *terminal, char ret[MESSAGE_SIZE])
{
	char when[MESSAGE_TIME_SIZE];

	message_time(answer->date_s, when);
	snprintf(ret, MESSAGE_SIZE,
		message_say(terminal, N_("Your same-day code counted until %s.\n"
					 "Ask whoever gave it to you for another. Reference: %s")),
		when, answer->reference[0] ? answer->reference : "-");
}

static void say_later(
	const struct answer_judge *answer, const char *terminal, char ret[MESSAGE_SIZE])
{
	long long minutes = (answer->wait_s + MINUTE_S - 1) / MINUTE_S;

	snprintf(ret, MESSAGE_SIZE,
		message_say(terminal,
			N_("There were five calls already. The next is possible when this PC has\n"
			   "run for %lld more minutes. Reference: %s")),
		minutes, answer->reference[0] ? answer->reference : "-");
}

/* What is said before the reference. */
static const char *hint_of(enum login_reason reason)
{
	switch (reason) {
	case LOGIN_USED:
		return N_(
			"This code was used already. Wait for the next one (30 seconds at most).\n"
			"Reference: ");
	case LOGIN_TICKET_USED:
		return N_("This ticket was used already: it counts once. Type the code that your "
			  "phone shows,\nor ask the desk for another ticket. Reference: ");
	case LOGIN_FAR:
		return N_("Once more, please, with the next code that your token shows. "
			  "Reference: ");
	case LOGIN_PHONE_MISTYPED:
		return N_("A digit was mistyped, which costs no try: type the ten digits once more,"
			  "\nor have them read out again. Reference: ");
	case LOGIN_PHONE_OFF:
		return N_("Nobody is let in by telephone here. Call the IT staff. Reference: ");
	case LOGIN_FAULT:
	case LOGIN_NO_SECRET:
	case LOGIN_DAMAGED:
	case LOGIN_BUSY:
		return N_("One-time codes cannot be checked on this terminal now.\n"
			  "Call the IT staff. Reference: ");
	case LOGIN_LOCKED:
	case LOGIN_NOT_OWN:
	case LOGIN_NOT_ASKED:
	case LOGIN_NOT_ENROLLED:
	case LOGIN_METHOD:
	case LOGIN_WRONG:
	case LOGIN_NOT_YET:
	case LOGIN_EXPIRED:
	case LOGIN_OPERATOR_OFF:
	case LOGIN_TICKET_OVER:
	case LOGIN_TEMPORARY_OVER:
	case LOGIN_PHONE_SHOWN:
	case LOGIN_PHONE_LATER:
	case LOGIN_RIGHT:
	case LOGIN_RECOVERY_RIGHT:
	case LOGIN_ENVELOPE_RIGHT:
	case LOGIN_TICKET_RIGHT:
	case LOGIN_TEMPORARY_RIGHT:
	case LOGIN_PHONE_RIGHT:
	case LOGIN_EXEMPT:
	case LOGIN_REHEARSED:
	case LOGIN_NOT_REQUIRED:
	case LOGIN_TOKEN_INSTALLED:
	case LOGIN_TOKEN_RESET:
	case LOGIN_TOKEN_UNLOCKED:
	case LOGIN_TOKEN_RETIRED:
	case LOGIN_SECRET_UNREADABLE:
	case LOGIN_KEY_LOST:
	case LOGIN_KEY_MADE:
	case LOGIN_ENVELOPE_MADE:
	case LOGIN_SECRET_SHOWN:
	case LOGIN_ENROLLED:
	case LOGIN_RULES_LOST:
	case LOGIN_OPERATOR_RIGHT:
	case LOGIN_OPERATOR_ENDED:
	case LOGIN_REASON_COUNT: break;
	}
	return N_("Could not log you in. Check your name, password and one-time code.\n"
		  "Reference: ");
}

void message_refused(
	const struct answer_judge *answer, const char *terminal, char ret[MESSAGE_SIZE])
{
	if (answer->reason == LOGIN_LOCKED)
		say_locked(answer, terminal, ret);
	else if (answer->reason == LOGIN_NOT_YET || answer->reason == LOGIN_EXPIRED)
		say_date(answer, terminal, ret);
	else if (answer->reason == LOGIN_PHONE_LATER)
		say_later(answer, terminal, ret);
	else if (answer->reason == LOGIN_TEMPORARY_OVER)
		say_temporary_over(answer, terminal, ret);
	else if (answer->reason == LOGIN_TICKET_OVER)
		say_ticket_over(answer, terminal, ret);
	else
		snprintf(ret, MESSAGE_SIZE, "%s%s", message_say(terminal, hint_of(answer->reason)),
			answer->reference[0] ? answer->reference : "-");
}

void message_envelope(
	const struct answer_envelope *envelope, const char *terminal, char ret[MESSAGE_SIZE])
{
	char when[MESSAGE_TIME_SIZE];

	message_time(envelope->used_s, when);
	snprintf(ret, MESSAGE_SIZE,
		message_say(terminal, N_("The sealed envelope %u of this terminal was used on %s.\n"
					 "If you do not know of it, call the IT staff.")),
		envelope->number, when);
}

const char *message_enrol(const char *terminal)
{
	return message_say(terminal,
		N_("Your ticket was right, and counts no more. Now enrol, before you log out:\n"
		   "open a terminal and type: sekisho enrol"));
}

void message_phone(const struct phone_shown *shown, const char *user, const char *terminal,
	char ret[MESSAGE_SIZE])
{
	snprintf(ret, MESSAGE_SIZE,
		message_say(
			terminal, N_("Call the desk that gives same-day codes, and read this out:\n"
				     "  challenge  %s\n"
				     "  terminal   %s\n"
				     "  account    %s\n"
				     "  day        %s")),
		shown->challenge, shown->terminal, user, shown->day);
}

const char *message_prompt_phone(const char *terminal)
{
	return message_say(terminal, N_("The ten digits that the desk reads out: "));
}
