#include "policy/admin/phone_ask.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/characters.h"
#include "policy/exemption.h"
#include "policy/medium_text.h"
#include "policy/value.h"

#define ANSWER_SIZE 256

/* One step: what is asked, and how the answer is taken; NULL, or what would be right. */
struct step {
	const char *option, *question;
	const char *(*take)(const char *text, struct phone_grant *grant);
	const char *said;
};

static const char *take_challenge(const char *text, struct phone_grant *grant)
{
	switch (phone_challenge_read(text, grant->challenge)) {
	case PHONE_TYPED_WHOLE: return NULL;
	case PHONE_TYPED_MISTYPED:
		return "a digit was misheard or mistyped: have it read out again";
	case PHONE_TYPED_NOTHING: break;
	}
	return "nine digits, as they stand on the screen: 1234-5678-4";
}

static const char *take_terminal(const char *text, struct phone_grant *grant)
{
	if (!word_is_valid(text) || strlen(text) > TERMINAL_NAME_MAX)
		return "the terminal's name as the screen shows it: a-z 0-9 -";
	memcpy(grant->terminal, text, strlen(text) + 1);
	return NULL;
}

static const char *take_user(const char *text, struct phone_grant *grant)
{
	if (!account_name_is_valid(text))
		return "the account as the screen shows it: a-z 0-9 - _";
	memcpy(grant->user, text, strlen(text) + 1);
	return NULL;
}

static const char *take_medium(const char *text, struct phone_grant *grant)
{
	if (medium_number_fault(text))
		return "the control number of the medium, such as M-00123";
	memcpy(grant->medium, text, strlen(text) + 1);
	return NULL;
}

static const char *take_direction(const char *text, struct phone_grant *grant)
{
	if (strcmp(text, "r") == 0 || strcmp(text, "read-only") == 0)
		grant->access = VERDICT_READ_ONLY;
	else if (strcmp(text, "w") == 0 || strcmp(text, "read-write") == 0)
		grant->access = VERDICT_ALLOW;
	else
		return "read-only or read-write; r or w will do";
	return NULL;
}

static const char *take_minutes(const char *text, struct phone_grant *grant)
{
	uint64_t minutes;

	if (number_parse(text, 1, PHONE_MINUTES_MAX, &minutes) < 0)
		return "a number of minutes from 1 to 44640";
	grant->minutes = (uint32_t)minutes;
	return NULL;
}

/* Japanese width becomes ASCII, blanks at the ends go. */
static void narrow(const char *text, char ret[ANSWER_SIZE])
{
	size_t size = strcspn(text, "\r\n"), n = 0;

	for (size_t at = 0; at < size && n < ANSWER_SIZE - 5;) {
		uint32_t character;
		size_t taken = utf8_decode(text + at, size - at, &character);
		char ascii = taken > 0 ? character_narrow(character) : '\0';

		if (taken == 0)
			taken = 1;
		if (character == 0x3000 && taken == 3)
			ascii = ' ';
		if (ascii != '\0') {
			ret[n++] = ascii;
		} else {
			memcpy(ret + n, text + at, taken);
			n += taken;
		}
		at += taken;
	}
	while (n > 0 && ret[n - 1] == ' ')
		n--;
	ret[n] = '\0';
	memmove(ret, ret + strspn(ret, " "), n + 1 - strspn(ret, " "));
}

static int ask(const struct step *step, struct phone_grant *grant)
{
	char line[ANSWER_SIZE], answer[ANSWER_SIZE];
	const char *wanted;

	do {
		printf("%s: ", step->question);
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin)) {
			admin_complain("nothing is granted: there is no answer");
			return EXIT_UNKNOWN;
		}
		narrow(line, answer);
		wanted = step->take(answer, grant);
		if (wanted)
			printf("  %s\n", wanted);
	} while (wanted);
	return EXIT_DONE;
}

static int take(const struct step *step, struct phone_grant *grant)
{
	char answer[ANSWER_SIZE];
	const char *wanted;

	if (!step->said)
		return ask(step, grant);
	narrow(step->said, answer);
	wanted = step->take(answer, grant);
	if (!wanted)
		return EXIT_DONE;
	admin_complain("--%s: %s", step->option, wanted);
	return EXIT_UNKNOWN;
}

int phone_ask(const struct phone_said *said, struct phone_grant *grant)
{
	const struct step steps[] = {
		{"challenge", "Challenge (確認番号)", take_challenge, said->challenge},
		{"terminal", "Terminal (端末名)", take_terminal, said->terminal},
		{"user", "Account (利用者)", take_user, said->user},
		{"medium", "Medium (媒体管理番号)", take_medium, said->medium},
		{"direction", "Direction (区分): read-only or read-write", take_direction,
			said->direction},
		{"minutes", "Minutes (分)", take_minutes, said->minutes},
	};
	size_t n = grant->kind == PHONE_EXEMPTION ? sizeof(steps) / sizeof(steps[0]) : 3;
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < n; i++)
		code = take(&steps[i], grant);
	return code;
}
