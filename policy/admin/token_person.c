#include "policy/admin/token_person.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/login_name.h"

void token_person_begin(struct token_fresh *ret)
{
	*ret = (struct token_fresh){
		.kind = {.type = CODE_TOTP, .hash = CODE_SHA1, .digits = CODE_DIGITS_MIN}};
	ret->job.time.now_s = admin_now(&ret->job.time.offset_minutes);
}

int token_person_option(int letter, const char *usage, struct token_fresh *fresh)
{
	struct token_handout *kind = &fresh->kind;
	uint64_t number = 0;
	int code;

	switch (letter) {
	case 't': return token_option_word("type", token_type_from_name(optarg, &kind->type));
	case 'H': return token_option_word("hash", token_hash_from_name(optarg, &kind->hash));
	case 'd':
		code = token_option_number("digits", CODE_DIGITS_MIN, CODE_DIGITS_MAX, &number);
		kind->digits = (uint8_t)number;
		return code;
	case 'p':
		code = token_option_number(
			"period", TOKEN_PERIOD_MIN_S, TOKEN_PERIOD_MAX_S, &number);
		kind->period_s = (uint16_t)number;
		return code;
	default: return token_option_job(letter, usage, &fresh->job);
	}
}

int token_person_check_places(const struct token_fresh *fresh, const char *usage, size_t n_users)
{
	int code = token_option_check_terminals(&fresh->job, usage);

	if (code != EXIT_DONE || n_users <= TOKENS_MAX)
		return code;
	admin_complain("at most %d persons at a terminal", TOKENS_MAX);
	return EXIT_UNKNOWN;
}

int token_person_check_kind(struct token_handout *kind)
{
	if (kind->type == CODE_HOTP && kind->period_s > 0) {
		admin_complain("a HOTP token has no --period");
		return EXIT_UNKNOWN;
	}
	if (kind->type == CODE_HOTP && kind->hash != CODE_SHA1) {
		admin_complain("a HOTP token is of --hash sha1 (RFC 4226)");
		return EXIT_UNKNOWN;
	}
	if (kind->type == CODE_TOTP && kind->period_s == 0)
		kind->period_s = 30;
	return EXIT_DONE;
}

int token_person_check(char **users, size_t at)
{
	if (!account_name_is_valid(users[at])) {
		admin_complain("%s is no account: a-z 0-9 - _, no digit first, at most %d letters",
			users[at], ACCOUNT_NAME_MAX);
		return EXIT_UNKNOWN;
	}
	for (size_t i = 0; i < at; i++)
		if (strcmp(users[i], users[at]) == 0) {
			admin_complain("%s is said twice", users[at]);
			return EXIT_UNKNOWN;
		}
	return EXIT_DONE;
}

int token_person_make(const struct token_handout *kind, const char *user, const char *number,
	struct token_handout *ret)
{
	int code;

	*ret = *kind;
	snprintf(ret->user, sizeof(ret->user), "%s", user);
	code = token_make_secret(ret);
	if (code != EXIT_DONE)
		return code;
	if (!number)
		return token_make_number(ret->number);
	snprintf(ret->number, sizeof(ret->number), "%s", number);
	return EXIT_DONE;
}
