#include "policy/phone_code.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/check_digit.h"
#include "policy/names.h"
#include "policy/timestamp.h"

#define HEADING "sekisho phone 1"

static const char *const kinds[] = {[PHONE_EXEMPTION] = "exemption", [PHONE_LOGIN] = "login"};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *phone_kind_name(enum phone_kind kind)
{
	return names_get(kinds, N_KINDS, kind);
}

static const char *access_name(enum verdict access)
{
	switch (access) {
	case VERDICT_READ_ONLY: return "read-only";
	case VERDICT_ALLOW: return "read-write";
	case VERDICT_BLOCK:
	case VERDICT_COUNT: break;
	}
	return NULL;
}

static bool is_day(const char *day)
{
	char text[TIMESTAMP_SIZE];
	int64_t ignored_s;

	if (strlen(day) != PHONE_DAY_SIZE - 1)
		return false;
	snprintf(text, sizeof(text), "%sT00:00:00Z", day);
	return timestamp_parse(text, &ignored_s) == 0;
}

static bool is_line(const char *text)
{
	return text[0] != '\0' && !strchr(text, '\n');
}

static bool is_challenge(const char *challenge)
{
	return strspn(challenge, "0123456789") == PHONE_CHALLENGE_DIGITS &&
	       challenge[PHONE_CHALLENGE_DIGITS] == '\0';
}

/* Whether it says all that its kind needs and nothing of another. */
static bool is_whole(const struct phone_grant *grant)
{
	if (!is_line(grant->site) || !is_line(grant->terminal) || !is_line(grant->user) ||
		!is_line(grant->desk) || !is_challenge(grant->challenge))
		return false;
	switch (grant->kind) {
	case PHONE_EXEMPTION:
		return is_line(grant->medium) && access_name(grant->access) &&
		       grant->minutes >= 1 && grant->minutes <= PHONE_MINUTES_MAX &&
		       grant->day[0] == '\0';
	case PHONE_LOGIN:
		return grant->medium[0] == '\0' && grant->access == VERDICT_BLOCK &&
		       grant->minutes == 0 && is_day(grant->day);
	case PHONE_NOTHING: break;
	}
	return false;
}

/* None of the values has a line feed in it, so that no two grants have one text. */
static int describe(const struct phone_grant *grant, char ret[OCRA_SESSION_MAX])
{
	char minutes[12] = "";
	bool is_exemption = grant->kind == PHONE_EXEMPTION;

	_Static_assert(sizeof(HEADING) + sizeof(struct phone_grant) + 64 < OCRA_SESSION_MAX,
		"every grant fits");
	if (!is_whole(grant))
		return -EINVAL;
	if (is_exemption)
		snprintf(minutes, sizeof(minutes), "%u", grant->minutes);
	return snprintf(ret, OCRA_SESSION_MAX, HEADING "\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n",
		phone_kind_name(grant->kind), grant->site, grant->terminal, grant->user,
		grant->medium, is_exemption ? access_name(grant->access) : "", minutes, grant->day,
		grant->desk);
}

int phone_code(const struct phone_grant *grant, ocra_hmac *hmac, const uint8_t key[PHONE_KEY_SIZE],
	char ret[PHONE_CODE_DIGITS + 1])
{
	char text[OCRA_SESSION_MAX], digits[OCRA_DIGITS_MAX + 1];
	struct ocra_input input = {.challenge = grant->challenge, .session = (const uint8_t *)text};
	struct ocra_suite suite;
	int r = ocra_suite_parse(PHONE_SUITE, &suite), n;

	if (r < 0)
		return r;
	n = describe(grant, text);
	if (n < 0)
		return n;
	input.session_size = (size_t)n;
	r = ocra_code(&suite, hmac, key, PHONE_KEY_SIZE, &input, digits);
	if (r == 0) {
		memcpy(ret, digits, PHONE_CODE_DIGITS - 1);
		ret[PHONE_CODE_DIGITS - 1] = check_digit(digits, PHONE_CODE_DIGITS - 1);
		ret[PHONE_CODE_DIGITS] = '\0';
	}
	explicit_bzero(digits, sizeof(digits));
	return r;
}

bool phone_code_is_same(const char a[PHONE_CODE_DIGITS + 1], const char b[PHONE_CODE_DIGITS + 1])
{
	volatile unsigned char differs = 0;

	for (size_t i = 0; i < PHONE_CODE_DIGITS; i++)
		differs |= (unsigned char)(a[i] ^ b[i]);
	return differs == 0;
}
