#include "agent/cli_exemption_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "agent/exemption_state.h"
#include "policy/printable.h"

#define MINUTE_S 60

struct words {
	char *text;
	size_t used;
};

/* A sentence on a line of its own. What strangers wrote in it is made printable. */
__attribute__((format(printf, 2, 3))) static void say(struct words *words, const char *format, ...)
{
	char sentence[CLI_EXEMPTION_WORDS_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	if (words->used > 0 && words->used + 2 < CLI_EXEMPTION_WORDS_SIZE)
		words->text[words->used++] = '\n';
	words->used += printable_copy(
		words->text + words->used, CLI_EXEMPTION_WORDS_SIZE - words->used, sentence);
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

	snprintf(text, sizeof(text), "%s%s%s%s%s%s%s", medium,
		medium[0] && exemption->direction[0] ? _(", ") : "",
		cli_direction_words(exemption->direction), exemption->minutes > 0 ? _(", ") : "",
		exemption->minutes > 0 ? cli_minutes_words(exemption->minutes, span) : "",
		exemption->purpose[0] ? _(", ") : "", exemption->purpose);
	printable_copy(ret, CLI_EXEMPTION_WORDS_SIZE, text);
}

static const char *end_reason_words(const char *reason)
{
	static const char *const sentences[EXEMPTION_END_COUNT] = {
		[EXEMPTION_END_TIME] = N_("The permitted time is over."),
		[EXEMPTION_END_NOT_AFTER] = N_("The permitted period is over."),
		[EXEMPTION_END_EJECT] = N_("You took it out."),
		[EXEMPTION_END_RETURNED] = N_("The medium was put back."),
		[EXEMPTION_END_LOGOUT] = N_("The session ended."),
		[EXEMPTION_END_UNPLUG] = N_("The medium was pulled out."),
		[EXEMPTION_END_INSERTIONS] = N_("It was plugged in as often as is permitted."),
		[EXEMPTION_END_REBOOT] = N_("The PC was started anew."),
		[EXEMPTION_END_REVOKED] = N_("The permission was revoked."),
		[EXEMPTION_END_POLICY] = N_("The rules of this terminal have changed."),
		[EXEMPTION_END_WITHDRAWN] = N_("The permission is no longer on this terminal."),
		[EXEMPTION_END_LEASE] = N_("The office could not be reached any more."),
		[EXEMPTION_END_LOST] = N_("The terminal lost what it knew of it."),
	};
	enum exemption_end end;

	return exemption_end_from_name(reason, &end) == 0 && sentences[end] ? _(sentences[end])
									    : "";
}

/* Of what came for the terminal and does not count there. */
static const char *fault_words(const struct cli_exemption *exemption)
{
	static const struct cli_sentence rows[] = {
		{"no-exemptions", N_("the rules of this terminal know no permissions")},
		{"rehearsal", N_("the rules of this terminal are only tried out, and nothing is "
				 "refused")},
		{"scan", N_("the rules ask for a virus check, which this version cannot do")},
		{"terminal", N_("it is for another terminal")},
		{"threshold", N_("the permission of another person is missing")},
		{"own-request", N_("nobody may permit a request of his own")},
		{"no-request", N_("nobody asked for it at this terminal")},
		{"other-request", N_("it is not what was asked for at this terminal")},
		{"too-long", N_("it is longer than the rules of this terminal allow")},
		{"past-fiscal-year", N_("it would go on after the end of the fiscal year")},
		{"revoked", N_("it was revoked")},
		{"medium-revoked", N_("the medium may not be used any more")},
		{"not-yet", N_("it has not begun")},
		{"ended", N_("its time is over")},
		{"policy-ended", N_("the rules of this terminal have run out; call the IT staff")},
		{"online", N_("nothing was heard of the office for too long")},
	};

	return cli_text_of_agent(rows, sizeof(rows) / sizeof(rows[0]), exemption->reason,
		exemption->text[0] ? exemption->text : exemption->reason);
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
			cli_minutes_words(exemption->minutes, span));
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
	if (exemption->path[0] || exemption->port[0])
		say(words, _("When you are done: sekisho eject %s"), exemption->id);
	else
		say(words, "%s", _("It is not plugged in. To go on, plug it in."));
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

	if (is_time && !exemption->is_used)
		say(words, "%s",
			_("The permitted period is over, and it was not used. To use it, a new "
			  "permission is needed."));
	else if (is_time && exemption->is_clean)
		say(words, "%s",
			_("The permitted time is over. The medium was taken out safely. To go on, "
			  "a new permission is needed."));
	else if (why[0])
		say(words, "%s", why);
	else if (exemption->text[0])
		say(words, "%s", exemption->text);
	if (!exemption->is_clean)
		say(words, "%s",
			_("It was taken out while it was still being used. Check the files on "
			  "it."));
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
		if (exemption->holders[0])
			say(words, _("Close these programs: %s"), exemption->holders);
		return;
	case PHASE_ENDED: say_ended(words, exemption); return;
	case PHASE_RETURNED: say(words, "%s", _("The medium was put back.")); return;
	case PHASE_NOT_HERE:
		say(words, _("It cannot be used on this terminal: %s"), fault_words(exemption));
		return;
	case PHASE_OTHER:
	case PHASE_COUNT: break;
	}
	if (exemption->text[0])
		say(words, "%s", exemption->text);
}

static void say_report(struct words *words, const struct cli_exemption *exemption)
{
	say(words,
		_("The report afterwards is still missing (reference number %s). This is shown "
		  "until it is filed: sekisho report-after %s"),
		exemption->id, exemption->id);
}

void cli_exemption_report_words(
	const struct cli_exemption *exemption, char ret[CLI_EXEMPTION_WORDS_SIZE])
{
	struct words words = {.text = ret};

	say_report(&words, exemption);
}

void cli_exemption_words(
	const struct cli_exemption *exemption, int64_t now_s, char ret[CLI_EXEMPTION_WORDS_SIZE])
{
	struct words words = {.text = ret};

	ret[0] = '\0';
	say_phase(&words, exemption, now_s);
	if (exemption->is_report_due)
		say_report(&words, exemption);
}
