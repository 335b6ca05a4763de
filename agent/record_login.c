#include "agent/record_login.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policy/operator.h"

/* A text of an event, each character escaped. */
#define BYTES_MAX      (2 * LOGIN_EVENT_TEXT)
#define STATUS_SUCCESS 1
#define STATUS_FAILURE 2
/* Of 3001. */
#define ACTIVITY_FACTOR_ENABLE  10
#define ACTIVITY_FACTOR_DISABLE 11
#define ACTIVITY_OTHER          99
#define ACTIVITY_LOGON          1
/* factor_type_id of OCSF's authentication factor. */
#define FACTOR_OTP      7
#define FACTOR_PASSWORD 11
#define FACTOR_OTHER    99

enum possession {
	NO_POSSESSION = 0,
	BY_CODE,
	BY_RECOVERY_CODE,
	BY_ENVELOPE,
	BY_TICKET,
	BY_TEMPORARY,
	BY_PHONE
};

static const struct row {
	enum record_event event;
	const char *sentence;
	enum possession possession; /* beside the password: asked for, where it was refused */
} rows[LOGIN_REASON_COUNT] = {
	[LOGIN_FAULT] = {RECORD_LOGIN_FAILED, "A login was refused: the second factor failed",
		BY_CODE},
	[LOGIN_NOT_OWN] = {RECORD_LOGIN_REFUSED,
		"A login was refused: it was asked for by somebody else", NO_POSSESSION},
	[LOGIN_NOT_ASKED] = {RECORD_LOGIN_FAILED,
		"A login was refused: its service did not ask for the code", NO_POSSESSION},
	[LOGIN_NOT_ENROLLED] = {RECORD_LOGIN_REFUSED,
		"A login was refused: the person has no token here", BY_CODE},
	[LOGIN_NO_SECRET] = {RECORD_LOGIN_FAILED,
		"A login was refused: the secret of the token could not be opened", BY_CODE},
	[LOGIN_METHOD] = {RECORD_LOGIN_REFUSED,
		"A login was refused: the policy lets no token of this kind in", BY_CODE},
	[LOGIN_BUSY] = {RECORD_LOGIN_REFUSED, "A login was refused: another one was being judged",
		BY_CODE},
	[LOGIN_DAMAGED] = {RECORD_LOGIN_FAILED,
		"A login was refused: what is stored of the token is damaged", BY_CODE},
	[LOGIN_LOCKED] = {RECORD_LOGIN_LOCKED,
		"A login was refused: too many wrong codes came before", BY_CODE},
	[LOGIN_WRONG] = {RECORD_LOGIN_REFUSED, "A login was refused: the code was wrong", BY_CODE},
	[LOGIN_USED] = {RECORD_LOGIN_REFUSED, "A login was refused: the code had been used already",
		BY_CODE},
	[LOGIN_FAR] = {RECORD_LOGIN_REFUSED,
		"A login was refused: the token is far off, and its next code is needed too",
		BY_CODE},
	[LOGIN_NOT_YET] = {RECORD_LOGIN_REFUSED,
		"A login was refused: the person's token does not count yet", BY_CODE},
	[LOGIN_EXPIRED] = {RECORD_LOGIN_REFUSED,
		"A login was refused: the time of the person's token is over", BY_CODE},
	[LOGIN_OPERATOR_OFF] = {RECORD_LOGIN_REFUSED,
		"A change of operator was refused: the policy has none here", BY_CODE},
	[LOGIN_TICKET_USED] = {RECORD_LOGIN_REFUSED,
		"A login was refused: the ticket had been used already", BY_TICKET},
	[LOGIN_TICKET_OVER] = {RECORD_LOGIN_REFUSED,
		"A login was refused: the time of the ticket is over", BY_TICKET},
	[LOGIN_TEMPORARY_OVER] = {RECORD_LOGIN_REFUSED,
		"A login was refused: the day of the same-day code is over", BY_TEMPORARY},
	[LOGIN_PHONE_SHOWN] = {RECORD_LOGIN_REFUSED,
		"A challenge was shown, for a desk to let the person in by telephone", BY_PHONE},
	[LOGIN_PHONE_LATER] = {RECORD_LOGIN_REFUSED,
		"A login was refused: too many challenges were shown", BY_PHONE},
	[LOGIN_PHONE_MISTYPED] = {RECORD_LOGIN_REFUSED,
		"A login was refused: a digit of what a desk answered was mistyped", BY_PHONE},
	[LOGIN_PHONE_OFF] = {RECORD_LOGIN_REFUSED,
		"A login was refused: no desk lets anybody in here by telephone", BY_PHONE},
	[LOGIN_RIGHT] = {RECORD_LOGIN_ALLOWED, "Somebody logged in with password and one-time code",
		BY_CODE},
	[LOGIN_RECOVERY_RIGHT] = {RECORD_LOGIN_ALLOWED,
		"Somebody logged in with password and recovery code", BY_RECOVERY_CODE},
	[LOGIN_ENVELOPE_RIGHT] = {RECORD_LOGIN_BY_ENVELOPE,
		"Somebody logged in with password and a code from a sealed envelope", BY_ENVELOPE},
	[LOGIN_TICKET_RIGHT] = {RECORD_LOGIN_ALLOWED,
		"Somebody logged in with password and ticket, to enrol", BY_TICKET},
	[LOGIN_TEMPORARY_RIGHT] = {RECORD_LOGIN_ALLOWED,
		"Somebody logged in with password and a same-day code", BY_TEMPORARY},
	[LOGIN_PHONE_RIGHT] = {RECORD_LOGIN_ALLOWED,
		"Somebody logged in with password and a same-day code given by telephone",
		BY_PHONE},
	[LOGIN_EXEMPT] = {RECORD_LOGIN_ALLOWED,
		"Somebody logged in with the password alone: the policy exempts the account",
		NO_POSSESSION},
	[LOGIN_REHEARSED] = {RECORD_LOGIN_REHEARSED,
		"Somebody logged in with the password alone: a code would have been asked for",
		NO_POSSESSION},
	[LOGIN_NOT_REQUIRED] = {RECORD_LOGIN_ALLOWED,
		"Somebody logged in with the password alone: no code is required", NO_POSSESSION},
	[LOGIN_TOKEN_INSTALLED] = {RECORD_TOKEN_INSTALLED, "A person's token counts here",
		NO_POSSESSION},
	[LOGIN_TOKEN_RESET] = {RECORD_TOKEN_RESET,
		"What was remembered of a person's token was forgotten", NO_POSSESSION},
	[LOGIN_TOKEN_UNLOCKED] = {RECORD_TOKEN_RESET, "The wrong codes of a person were forgotten",
		NO_POSSESSION},
	[LOGIN_TOKEN_RETIRED] = {RECORD_TOKEN_RETIRED, "A person's token does not count any more",
		NO_POSSESSION},
	[LOGIN_SECRET_SHOWN] = {RECORD_TOKEN_SHOWN,
		"The secret of a person's token was shown to the person, to enrol", NO_POSSESSION},
	[LOGIN_ENROLLED] = {RECORD_TOKEN_ENROLLED,
		"A person has enrolled with two codes of the token", NO_POSSESSION},
	[LOGIN_SECRET_UNREADABLE] = {RECORD_SECRET_UNREADABLE,
		"The secret of a person's token cannot be opened", NO_POSSESSION},
	[LOGIN_KEY_LOST] = {RECORD_LOGIN_KEY_LOST,
		"This terminal's key cannot be opened: nobody's code counts", NO_POSSESSION},
	[LOGIN_KEY_MADE] = {RECORD_LOGIN_KEY_MADE, "This terminal made its key", NO_POSSESSION},
	[LOGIN_ENVELOPE_MADE] = {RECORD_ENVELOPE_MADE,
		"Root made a code to log in with at the console", NO_POSSESSION},
	[LOGIN_RULES_LOST] = {RECORD_LOGIN_RULES_LOST,
		"The rules of logins cannot be read: everybody is asked for a code", NO_POSSESSION},
	[LOGIN_OPERATOR_RIGHT] = {RECORD_OPERATOR_CHANGED,
		"Somebody else works in this session, by one-time code", BY_CODE},
	[LOGIN_OPERATOR_ENDED] = {RECORD_OPERATOR_ENDED,
		"Nobody says any more who works in this session", NO_POSSESSION},
};

static const struct row *row_of(enum login_reason reason)
{
	return &rows[(unsigned)reason < LOGIN_REASON_COUNT ? reason : LOGIN_FAULT];
}

enum record_event record_login_event(enum login_reason reason)
{
	return row_of(reason)->event;
}

static bool is_operators(enum record_event event)
{
	return event == RECORD_OPERATOR_CHANGED || event == RECORD_OPERATOR_ENDED;
}

unsigned record_login_class(enum record_event event, unsigned *ret_activity_id)
{
	if (event == RECORD_TOKEN_INSTALLED || event == RECORD_TOKEN_ENROLLED)
		*ret_activity_id = ACTIVITY_FACTOR_ENABLE;
	else if (event == RECORD_TOKEN_RETIRED)
		*ret_activity_id = ACTIVITY_FACTOR_DISABLE;
	else if (event == RECORD_TOKEN_RESET || event == RECORD_TOKEN_SHOWN || is_operators(event))
		*ret_activity_id = ACTIVITY_OTHER;
	else
		*ret_activity_id = ACTIVITY_LOGON;
	if (is_operators(event))
		return CLASS_AUTHENTICATION;
	if (*ret_activity_id != ACTIVITY_LOGON)
		return CLASS_ACCOUNT_CHANGE;
	return event == RECORD_LOGIN_ALLOWED || event == RECORD_LOGIN_REFUSED ||
			       event == RECORD_LOGIN_LOCKED || event == RECORD_LOGIN_FAILED ||
			       event == RECORD_LOGIN_BY_ENVELOPE || event == RECORD_LOGIN_REHEARSED
		       ? CLASS_AUTHENTICATION
		       : 0;
}

/* Its number is the step or counter behind that of the code: nothing to tell people. */
static bool has_next(enum login_reason reason)
{
	return reason == LOGIN_RIGHT || reason == LOGIN_OPERATOR_RIGHT;
}

/* --- for people --- */

/* Of a record whose reason is not to be told: to everybody on the bus. */
static const char *sentence_of(enum record_event event)
{
	if (event == RECORD_LOGIN_LINE_DAMAGED)
		return "A line of the spool of logins is damaged: what it said is lost";
	if (event == RECORD_LOGIN_RULES_NOT_STORED)
		return "The rules of logins could not be stored: those before hold on";
	if (event == RECORD_LOGIN_ALLOWED)
		return "Somebody logged in";
	if (event == RECORD_LOGIN_REFUSED)
		return "A login was refused";
	if (event == RECORD_LOGIN_FAILED)
		return "A login was refused: the second factor does not work as it should";
	/* The others have one reason each. */
	for (size_t i = 0; i < LOGIN_REASON_COUNT; i++)
		if (rows[i].event == event)
			return rows[i].sentence;
	return "Something happened to a login";
}

static size_t add(char *buffer, size_t size, size_t used, const char *label, const char *text)
{
	int n;

	if (!text[0] || used >= size)
		return used;
	n = snprintf(buffer + used, size - used, "%s%s", label, text);
	return used + (n > 0 ? (size_t)n : 0);
}

static const char *number_text(int64_t number, char buffer[24])
{
	snprintf(buffer, 24, "%" PRId64, number);
	return number ? buffer : "";
}

int record_describe_login(const struct record *record, char *buffer, size_t size)
{
	const struct login_event *login = record->login;
	const char *sentence = login ? row_of(login->reason)->sentence : sentence_of(record->event);
	int n = snprintf(buffer, size, "%s", sentence);
	size_t used = n > 0 ? (size_t)n : 0;
	char text[24];

	if (!login)
		return n;
	used = add(buffer, size, used, ", user ", login->user);
	used = add(buffer, size, used, ", service ", login->service);
	used = add(buffer, size, used, ", terminal ", login->terminal);
	used = add(buffer, size, used, ", from ", login->host);
	used = add(buffer, size, used, ", token ", login->token);
	used = add(buffer, size, used, ", number ",
		number_text(has_next(login->reason) ? 0 : login->number, text));
	used = add(buffer, size, used, ", steps that the token is ahead ",
		number_text(login->drift, text));
	used = add(buffer, size, used, ", seconds to wait ", number_text(login->wait_s, text));
	used = add(buffer, size, used, ", reference number ", login->reference);
	return (int)used;
}

/* --- for programs --- */

static void put_text(struct json *json, const char *key, const char *text)
{
	if (text[0])
		(void)json_string(json, key, text, BYTES_MAX);
}

static void put_factor(struct json *json, unsigned type_id, const char *type)
{
	json_open(json, NULL, '{');
	json_unsigned(json, "factor_type_id", type_id);
	put_text(json, "factor_type", type);
	json_close(json, '}');
}

/* Who changes the operator is in a session already, and was asked for the code alone. */
static bool has_password(const struct login_event *login)
{
	return strcmp(login->service, OPERATOR_SERVICE) != 0;
}

static bool has_possession(const struct login_event *login)
{
	return row_of(login->reason)->possession != NO_POSSESSION;
}

static void put_factors(struct json *json, const struct login_event *login)
{
	json_open(json, "auth_factors", '[');
	if (has_password(login))
		put_factor(json, FACTOR_PASSWORD, "Password");
	switch (row_of(login->reason)->possession) {
	case NO_POSSESSION: break;
	case BY_CODE: put_factor(json, FACTOR_OTP, "OTP"); break;
	case BY_RECOVERY_CODE: put_factor(json, FACTOR_OTHER, "Recovery Code"); break;
	case BY_TICKET: put_factor(json, FACTOR_OTHER, "Ticket"); break;
	case BY_TEMPORARY: put_factor(json, FACTOR_OTHER, "Same-day code"); break;
	case BY_PHONE: put_factor(json, FACTOR_OTHER, "Same-day code by telephone"); break;
	case BY_ENVELOPE: put_factor(json, FACTOR_OTHER, "Sealed Envelope Code"); break;
	}
	json_close(json, ']');
}

/* No name of a host has a colon, or is of digits and dots alone. */
static bool is_address(const char *host)
{
	return strchr(host, ':') || !host[strspn(host, "0123456789.")];
}

static void put_endpoint(struct json *json, const char *host)
{
	if (!host[0])
		return;
	json_open(json, "src_endpoint", '{');
	put_text(json, is_address(host) ? "ip" : "hostname", host);
	json_close(json, '}');
}

void record_put_authentication(struct json *json, const struct record *record)
{
	const struct login_event *login = record->login;
	unsigned activity_id, class_uid = record_login_class(record->event, &activity_id);

	if (!login || class_uid == 0)
		return;
	json_unsigned(json, "status_id",
		class_uid == CLASS_ACCOUNT_CHANGE || is_operators(record->event) ||
				login_reason_lets_in(login->reason)
			? STATUS_SUCCESS
			: STATUS_FAILURE);
	put_text(json, "status_detail", login_reason_name(login->reason));
	json_open(json, "user", '{');
	put_text(json, "name", login->user);
	json_close(json, '}');
	if (class_uid != CLASS_AUTHENTICATION)
		return;
	json_open(json, "service", '{');
	put_text(json, "name", login->service);
	json_close(json, '}');
	json_bool(json, "is_mfa", has_password(login) && has_possession(login));
	json_bool(json, "is_remote", login->host[0]);
	put_factors(json, login);
	put_endpoint(json, login->host);
}

/* In the words of the rules that ask for two of them. */
static void put_kinds(struct json *json, const struct record *record)
{
	bool is_known = has_password(record->login), is_had = has_possession(record->login);
	unsigned activity_id;

	if (record_login_class(record->event, &activity_id) != CLASS_AUTHENTICATION ||
		(!is_known && !is_had))
		return;
	json_open(json, "factors", '[');
	if (is_known)
		put_text(json, NULL, "knowledge");
	if (is_had)
		put_text(json, NULL, "possession");
	json_close(json, ']');
	put_text(json, "factors_ja", !is_had ? "知識" : is_known ? "知識・所持" : "所持");
}

void record_put_login(struct json *json, const struct record *record)
{
	const struct login_event *login = record->login;

	if (!login)
		return;
	json_open(json, "login", '{');
	put_text(json, "reason", login_reason_name(login->reason));
	put_text(json, "reference", login->reference);
	put_kinds(json, record);
	put_text(json, "terminal", login->terminal);
	put_text(json, "token", login->token);
	if (login->number)
		json_unsigned(json, has_next(login->reason) ? "next" : "number", login->number);
	if (login->drift)
		json_signed(json, "drift", login->drift);
	if (login->wait_s)
		json_signed(json, "wait", login->wait_s);
	json_unsigned(json, "caller_uid", login->caller);
	json_unsigned(json, "boottime_ms", login->boottime_ms);
	json_close(json, '}');
}
