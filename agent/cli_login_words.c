#include "agent/cli_login_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli_text.h"
#include "policy/login_event.h"

static const char *const sentences[LOGIN_REASON_COUNT] = {
	[LOGIN_FAULT] = N_("a login was refused: the second factor failed"),
	[LOGIN_NOT_OWN] = N_("a login was refused: somebody else asked for it"),
	[LOGIN_NOT_ASKED] = N_("a login was refused: its service did not ask for the code"),
	[LOGIN_NOT_ENROLLED] = N_("a login was refused: the person has no token here"),
	[LOGIN_NO_SECRET] = N_("a login was refused: the token's secret could not be opened"),
	[LOGIN_METHOD] = N_("a login was refused: the policy lets no token of this kind in"),
	[LOGIN_BUSY] = N_("a login was refused: another one was being judged"),
	[LOGIN_DAMAGED] = N_("a login was refused: what is stored of the token is damaged"),
	[LOGIN_LOCKED] = N_("a login was refused: too many wrong codes came before"),
	[LOGIN_WRONG] = N_("a login was refused: the code was wrong"),
	[LOGIN_USED] = N_("a login was refused: the code had been used already"),
	[LOGIN_FAR] = N_("a login was refused: the token is far off, its next code is needed too"),
	[LOGIN_NOT_YET] = N_("a login was refused: the token does not count yet"),
	[LOGIN_EXPIRED] = N_("a login was refused: the time of the token is over"),
	[LOGIN_OPERATOR_OFF] = N_("a change of operator was refused: the policy has none here"),
	[LOGIN_TICKET_USED] = N_("a login was refused: the ticket had been used already"),
	[LOGIN_TICKET_OVER] = N_("a login was refused: the time of the ticket is over"),
	[LOGIN_TEMPORARY_OVER] = N_("a login was refused: the day of the same-day code is over"),
	[LOGIN_PHONE_SHOWN] = N_("a challenge was shown, to be let in by telephone"),
	[LOGIN_PHONE_LATER] = N_("a login was refused: too many challenges were shown"),
	[LOGIN_PHONE_MISTYPED] = N_("a login was refused: a digit of the desk's was mistyped"),
	[LOGIN_PHONE_OFF] = N_("a login was refused: no desk lets anybody in by telephone here"),
	[LOGIN_RIGHT] = N_("a login with password and code"),
	[LOGIN_RECOVERY_RIGHT] = N_("a login with password and recovery code"),
	[LOGIN_ENVELOPE_RIGHT] = N_("a login with password and a code from a sealed envelope"),
	[LOGIN_TICKET_RIGHT] = N_("a login with password and ticket, to enrol"),
	[LOGIN_TEMPORARY_RIGHT] = N_("a login with password and a same-day code"),
	[LOGIN_PHONE_RIGHT] = N_("a login with password and a same-day code by telephone"),
	[LOGIN_EXEMPT] = N_("a login with the password alone: the account is exempt"),
	[LOGIN_REHEARSED] = N_("a login with the password alone: a code would have been asked for"),
	[LOGIN_NOT_REQUIRED] = N_("a login with the password alone: no code is required"),
	[LOGIN_TOKEN_INSTALLED] = N_("a person's token counts here"),
	[LOGIN_TOKEN_RESET] = N_("what was remembered of a person's token was forgotten"),
	[LOGIN_TOKEN_UNLOCKED] = N_("the wrong codes of a person were forgotten"),
	[LOGIN_TOKEN_RETIRED] = N_("a person's token does not count any more"),
	[LOGIN_SECRET_SHOWN] = N_("the secret of a token was shown to its person, to enrol"),
	[LOGIN_ENROLLED] = N_("a person has enrolled with two codes of the token"),
	[LOGIN_SECRET_UNREADABLE] = N_("the secret of a person's token cannot be opened"),
	[LOGIN_KEY_LOST] = N_("this terminal's key cannot be opened: nobody's code counts"),
	[LOGIN_KEY_MADE] = N_("this terminal made its key"),
	[LOGIN_ENVELOPE_MADE] = N_("root made a code to log in with at the console"),
	[LOGIN_RULES_LOST] =
		N_("the rules of logins cannot be read: everybody is asked for a code"),
	[LOGIN_OPERATOR_RIGHT] = N_("the operator changed, by one-time code"),
	[LOGIN_OPERATOR_ENDED] = N_("the operator ended"),
};

__attribute__((format(printf, 3, 4))) static void add(
	char *buffer, size_t size, const char *format, ...)
{
	size_t used = strlen(buffer);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(buffer + used, size - used, format, arguments);
	va_end(arguments);
}

static void add_details(const struct cli_login *login, char *buffer, size_t size)
{
	if (login->service[0])
		add(buffer, size, _(", service %s"), login->service);
	if (login->terminal[0])
		add(buffer, size, _(", terminal %s"), login->terminal);
	if (login->host[0])
		add(buffer, size, _(", from %s"), login->host);
	if (login->token[0])
		add(buffer, size, _(", token %s"), login->token);
	if (login->number)
		add(buffer, size, _(", number %" PRIu64), login->number);
	if (login->drift)
		add(buffer, size, _(", the token's clock is off by %" PRId64 " steps"),
			login->drift);
	if (login->wait_s)
		add(buffer, size, _(", the next try in %" PRIu64 " s"), login->wait_s);
	if (login->reference[0])
		add(buffer, size, _(", reference number %s"), login->reference);
}

bool cli_login_words(const struct cli_login *login, char *buffer, size_t size)
{
	enum login_reason reason;

	if (!login->reason[0])
		return false;
	/* An agent that is newer than this program may know other reasons. */
	if (login_reason_from_name(login->reason, &reason) == 0 && sentences[reason])
		add(buffer, size, "%s", _(sentences[reason]));
	else
		add(buffer, size, "%s", login->reason);
	if (login->user[0])
		add(buffer, size, ": %s", login->user);
	add_details(login, buffer, size);
	return true;
}

static char as_written(char said)
{
	if (said >= 'a' && said <= 'z')
		said = (char)(said - 'a' + 'A');
	if (said == 'O')
		return '0';
	return said == 'I' || said == 'L' ? '1' : said;
}

bool cli_login_has_reference(const struct cli_login *login, const char *said)
{
	size_t i = 0;

	if (!login->reference[0])
		return false;
	while (said[i] && as_written(said[i]) == login->reference[i])
		i++;
	return !said[i] && !login->reference[i];
}
