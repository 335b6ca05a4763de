#include "agent/cli_exemption_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "policy/printable.h"

#define MINUTE_S 60

struct words {
	char *text;
	size_t used;
};

/* A sentence behind those before it. Without a space after 。, which has its own. */
__attribute__((format(printf, 2, 3))) static void say(
	struct words *words, const char *format, ...)
{
	size_t left = CLI_EXEMPTION_WORDS_SIZE - words->used;
	bool needs_space = words->used > 0 && words->text[words->used - 1] == '.';
	va_list arguments;
	int n = 0;

	if (needs_space && left > 1) {
		words->text[words->used++] = ' ';
		left--;
	}
	va_start(arguments, format);
	n = vsnprintf(words->text + words->used, left, format, arguments);
	va_end(arguments);
	if (n > 0)
		words->used += (size_t)n < left ? (size_t)n : left - 1;
}

const char *cli_direction_words(const char *direction)
{
	if (strcmp(direction, "read-only") == 0)
		return _("reading only");
	if (strcmp(direction, "read-write") == 0)
		return _("reading and writing");
	return direction;
}

void cli_exemption_what(const struct cli_exemption *exemption, char ret[CLI_EXEMPTION_WORDS_SIZE])
{
	char text[CLI_EXEMPTION_WORDS_SIZE], span[CLI_TIME_SIZE];
	const char *medium = exemption->medium[0] ? exemption->medium : exemption->device;

	snprintf(text, sizeof(text), "%s%s%s%s%s", medium,
		medium[0] && exemption->direction[0] ? _(", ") : "",
		cli_direction_words(exemption->direction), exemption->minutes > 0 ? _(", ") : "",
		exemption->minutes > 0
			? cli_span_words((uint64_t)exemption->minutes * MINUTE_S, span)
			: "");
	printable_copy(ret, CLI_EXEMPTION_WORDS_SIZE, text);
}

static const char *end_reason_words(const char *reason)
{
	static const struct cli_sentence rows[] = {
		{"time", N_("The permitted time is over.")},
		{"not-after", N_("The permitted period is over.")},
		{"eject", N_("You took it out.")},
		{"logout", N_("The session ended.")},
		{"unplug", N_("The medium was pulled out.")},
		{"insertions", N_("It was plugged in as often as is permitted.")},
		{"reboot", N_("The PC was started anew.")},
		{"revoked", N_("The permission was withdrawn.")},
		{"policy", N_("The rules of this terminal have changed.")},
		{"lease", N_("The office could not be reached any more.")},
		{"user", N_("Somebody else works at the terminal.")},
	};

	return cli_text_of_agent(rows, sizeof(rows) / sizeof(rows[0]), reason, "");
}

static uint64_t minutes_until(int64_t until, int64_t now_s)
{
	return until > now_s ? (uint64_t)(until - now_s + MINUTE_S - 1) / MINUTE_S : 0;
}

/* Message 18; before the first use the end is that of the permission. */
static void say_permitted(struct words *words, const struct cli_exemption *exemption)
{
	char from[CLI_TIME_SIZE], until[CLI_TIME_SIZE], span[CLI_TIME_SIZE];

	say(words, _("Permitted: on %s from %s to %s."), exemption->terminal,
		cli_time_words(exemption->not_before, from),
		cli_time_words(exemption->not_after, until));
	if (exemption->minutes > 0)
		say(words, _("Usable for %s, counted from the first use."),
			cli_span_words((uint64_t)exemption->minutes * MINUTE_S, span));
}

static void say_in_use(struct words *words, const struct cli_exemption *exemption)
{
	char until[CLI_TIME_SIZE];

	if (exemption->until > 0)
		say(words, _("Usable until %s."), cli_time_words(exemption->until, until));
	if (strcmp(exemption->direction, "read-only") == 0)
		say(words, "%s", _("Only reading is permitted. Nothing can be written to it."));
	if (exemption->path[0])
		say(words, _("Its files are in %s."), exemption->path);
	say(words, _("When you are done: sekisho eject %s"), exemption->id);
}

/* Message 20. */
static void say_warning(struct words *words, const struct cli_exemption *exemption, int64_t now_s)
{
	uint64_t minutes = minutes_until(exemption->until, now_s);

	say(words,
		ngettext("%" PRIu64 " minute is left. Save your files and take the medium out. If "
			 "you need more time, ask for it: sekisho request",
			"%" PRIu64 " minutes are left. Save your files and take the medium out. If "
			"you need more time, ask for it: sekisho request",
			minutes),
		minutes);
}

/* Message 21, or why else it ended. */
static void say_ended(struct words *words, const struct cli_exemption *exemption)
{
	const char *why = end_reason_words(exemption->reason);

	bool is_time = strcmp(exemption->reason, "time") == 0 ||
		       strcmp(exemption->reason, "not-after") == 0;

	if (is_time && !exemption->holders[0])
		say(words, "%s",
			_("The permitted time is over. The medium was taken out safely. To go on, "
			  "a new permission is needed."));
	else if (why[0])
		say(words, "%s", why);
	else if (exemption->text[0])
		say(words, "%s", exemption->text);
	if (exemption->holders[0])
		say(words, _("It was still being used by: %s. Check the files on it."),
			exemption->holders);
	say(words, _("When the medium is put back: sekisho return %s"), exemption->id);
}

static void say_refused(struct words *words, const struct cli_exemption *exemption)
{
	if (exemption->text[0] || exemption->reason[0])
		say(words, _("Not permitted. Reason: %s"),
			exemption->text[0] ? exemption->text : exemption->reason);
	else
		say(words, "%s", _("Not permitted."));
}

static void say_phase(struct words *words, const struct cli_exemption *exemption, int64_t now_s)
{
	switch (cli_phase_from_name(exemption->phase)) {
	case PHASE_REQUESTED:
		say(words, "%s",
			_("The request was received. Please wait for the permission of your "
			  "section head."));
		return;
	case PHASE_REFUSED: say_refused(words, exemption); return;
	case PHASE_WITHDRAWN: say(words, "%s", _("You withdrew the request.")); return;
	case PHASE_APPROVED: say_permitted(words, exemption); return;
	case PHASE_SEALED:
		say_permitted(words, exemption);
		say(words, _("Before the first use type its code: sekisho redeem %s"),
			exemption->id);
		return;
	case PHASE_ACTIVE: say_in_use(words, exemption); return;
	case PHASE_WARNED: say_warning(words, exemption, now_s); return;
	case PHASE_ENDING:
		say(words, "%s", _("It is being taken out. Please do not pull it out yet."));
		return;
	case PHASE_ENDED: say_ended(words, exemption); return;
	case PHASE_RETURNED: say(words, "%s", _("The medium was put back.")); return;
	case PHASE_NOT_HERE:
		say(words, _("It cannot be used on this terminal: %s"),
			exemption->text[0] ? exemption->text : exemption->reason);
		return;
	case PHASE_OTHER:
	case PHASE_COUNT: break;
	}
	if (exemption->text[0])
		say(words, "%s", exemption->text);
}

void cli_exemption_report_words(
	const struct cli_exemption *exemption, char ret[CLI_EXEMPTION_WORDS_SIZE])
{
	char text[CLI_EXEMPTION_WORDS_SIZE];

	snprintf(text, sizeof(text),
		_("The report afterwards is still missing (reference number %s). This is shown "
		  "until it is filed: sekisho report-after %s"),
		exemption->id, exemption->id);
	printable_copy(ret, CLI_EXEMPTION_WORDS_SIZE, text);
}

void cli_exemption_words(const struct cli_exemption *exemption, int64_t now_s,
	char ret[CLI_EXEMPTION_WORDS_SIZE])
{
	char text[CLI_EXEMPTION_WORDS_SIZE] = "", report[CLI_EXEMPTION_WORDS_SIZE];
	struct words words = {.text = text};

	say_phase(&words, exemption, now_s);
	if (exemption->is_report_due) {
		cli_exemption_report_words(exemption, report);
		say(&words, "%s", report);
	}
	printable_copy(ret, CLI_EXEMPTION_WORDS_SIZE, text);
}
