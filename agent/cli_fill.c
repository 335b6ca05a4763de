#include "agent/cli_fill.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "agent/cli_ask.h"
#include "agent/cli_text.h"
#include "agent/cli_typed.h"

int cli_fill_options(const struct cli_request *request, struct cli_form *form)
{
	for (int field = 0; field < FIELD_COUNT; field++) {
		const char *typed = request->form[field];

		if (!typed || cli_form_take(form, (enum cli_form_field)field, typed,
				      (int64_t)time(NULL)) == 0)
			continue;
		fprintf(stderr, _("sekisho: --%s needs another answer than \"%s\": %s\n"),
			cli_form_option((enum cli_form_field)field), typed,
			_(cli_form_expected((enum cli_form_field)field)));
		return CLI_UNKNOWN;
	}
	if (!cli_form_contradicts(form))
		return 0;
	fputs(_("sekisho: --personal-data no and --specific-personal-data yes contradict each "
		"other\n"),
		stderr);
	return CLI_UNKNOWN;
}

bool cli_fill_may_ask(void)
{
	return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

/* 0; -EAGAIN: once more; or another negative errno. */
static int read_answer(const char *question, char typed[CLI_FORM_VALUE_SIZE])
{
	int r = cli_ask(_(question), false, typed, CLI_FORM_VALUE_SIZE);

	/* What is left of a line that is too long is no answer to the next question. */
	if (r == -EMSGSIZE) {
		(void)tcflush(STDIN_FILENO, TCIFLUSH);
		return -EAGAIN;
	}
	if (r == -ENODATA)
		fputs(_("\nsekisho: nothing was sent\n"), stderr);
	return r < 0 ? r : 0;
}

int cli_fill_ask(struct cli_form *form, enum cli_form_field field)
{
	char typed[CLI_FORM_VALUE_SIZE];

	for (;;) {
		int r = read_answer(cli_form_question(field), typed);

		if (r < 0 && r != -EAGAIN)
			return CLI_UNKNOWN;
		if (r == 0 && cli_form_take(form, field, typed, (int64_t)time(NULL)) == 0)
			return 0;
		fprintf(stderr, _("Expected: %s\n"), _(cli_form_expected(field)));
	}
}

int cli_fill_ask_yes(const char *question, bool *ret)
{
	char typed[CLI_FORM_VALUE_SIZE];

	for (;;) {
		int r = read_answer(question, typed);

		if (r < 0 && r != -EAGAIN)
			return CLI_UNKNOWN;
		if (r == 0 && cli_typed_yes(typed, ret) == 0)
			return 0;
		fprintf(stderr, _("Expected: %s\n"), _(cli_form_expected(FIELD_PERSONAL_DATA)));
	}
}

int cli_fill_all(struct cli_form *form, bool *ret_asked)
{
	enum cli_form_field field;

	while ((field = cli_form_next(form)) != FIELD_COUNT) {
		int status = cli_fill_ask(form, field);

		if (status != 0)
			return status;
		*ret_asked = true;
	}
	return 0;
}

int cli_fill_complain(struct cli_form *form)
{
	enum cli_form_field field;

	fputs(_("sekisho: without a terminal nobody can be asked; these are missing:"), stderr);
	while ((field = cli_form_next(form)) != FIELD_COUNT) {
		fprintf(stderr, " --%s", cli_form_option(field));
		/* What else is asked does not depend on it. */
		snprintf(form->values[field], CLI_FORM_VALUE_SIZE, "?");
	}
	fputc('\n', stderr);
	return CLI_UNKNOWN;
}

int cli_fill_append(sd_bus_message *message, const struct cli_form *form, unsigned commands)
{
	int r = sd_bus_message_open_container(message, 'a', "{ss}");

	for (int field = 0; r >= 0 && field < FIELD_COUNT; field++) {
		const char *value = form->values[field];

		if (value[0] && cli_form_commands((enum cli_form_field)field) & commands)
			r = sd_bus_message_append(
				message, "{ss}", cli_form_key((enum cli_form_field)field), value);
	}
	return r < 0 ? r : sd_bus_message_close_container(message);
}
