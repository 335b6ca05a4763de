/* The screens of `sekisho enrol`. */
#include "agent/cli_enrol.h"

#include <stdio.h>
#include <string.h>

#include "agent/cli_text.h"

#define QUIET_LEAST 2 /* fewer light modules round it, and a phone may not find it */

/* How the screen is shared out. */
struct layout {
	unsigned quiet; /* 0: no QR code fits */
	bool has_uri;
};

static unsigned uri_rows(
	const struct enrol_terminal *terminal, const struct enrolment_secrets *secrets)
{
	return ((unsigned)strlen(secrets->uri) + terminal->columns - 1) / terminal->columns;
}

static bool fits(const struct enrol_terminal *terminal, const struct enrolment_secrets *secrets,
	enum enrol_qr_form form, unsigned quiet, unsigned others)
{
	return enrol_qr_rows(&secrets->qr, form, quiet) + others <= terminal->rows &&
	       enrol_qr_columns(&secrets->qr, form, quiet) <= terminal->columns;
}

/* The more light round it, the better; but all of it has to be there. */
static struct layout lay_out(const struct enrol_terminal *terminal,
	const struct enrolment_secrets *secrets, enum enrol_qr_form form)
{
	unsigned uri = uri_rows(terminal, secrets), others = 3; /* letters, notice, prompt */

	if (secrets->qr.side > 0)
		for (unsigned quiet = ENROL_QR_QUIET; quiet >= QUIET_LEAST; quiet--) {
			if (fits(terminal, secrets, form, quiet, others + uri))
				return (struct layout){quiet, true};
			if (fits(terminal, secrets, form, quiet, others))
				return (struct layout){quiet, false};
		}
	return (struct layout){0, true};
}

static void show_letters(struct enrol_terminal *terminal, struct enrolment_secrets *secrets)
{
	size_t used = (size_t)snprintf(
		secrets->row, sizeof(secrets->row), "%s", _("To type it by hand:"));

	for (const char *at = secrets->first.secret; *at; at += strnlen(at, 4))
		used += (size_t)snprintf(
			secrets->row + used, sizeof(secrets->row) - used, " %.4s", at);
	enrol_terminal_row(terminal, secrets->row);
}

static void show_uri(struct enrol_terminal *terminal, struct enrolment_secrets *secrets)
{
	for (const char *at = secrets->uri; *at; at += strnlen(at, terminal->columns)) {
		snprintf(secrets->row, sizeof(secrets->row), "%.*s", (int)terminal->columns, at);
		enrol_terminal_row(terminal, secrets->row);
	}
}

void enrol_show_secret(struct enrol_terminal *terminal, struct enrolment_secrets *secrets,
	enum enrol_qr_form form, const char *notice, const char *prompt)
{
	struct layout layout = lay_out(terminal, secrets, form);

	enrol_terminal_clear(terminal);
	if (secrets->first.secret[0]) {
		for (unsigned i = 0;
			layout.quiet > 0 && i < enrol_qr_rows(&secrets->qr, form, layout.quiet);
			i++) {
			enrol_qr_row(&secrets->qr, form, layout.quiet, i, secrets->row);
			enrol_terminal_row(terminal, secrets->row);
		}
		show_letters(terminal, secrets);
		if (layout.has_uri)
			show_uri(terminal, secrets);
		if (layout.quiet == 0)
			notice = _("The QR code does not fit: make the window larger.");
	}
	explicit_bzero(secrets->row, sizeof(secrets->row));
	enrol_terminal_row(terminal, notice);
	enrol_terminal_row(terminal, prompt);
}

void enrol_show_recovery(struct enrol_terminal *terminal, struct enrolment_secrets *secrets)
{
	char code[CODE_TEXT_SIZE];

	enrol_terminal_clear(terminal);
	enrol_terminal_row(terminal, _("Recovery codes: each counts once in place of the code,"));
	enrol_terminal_row(terminal, _("when your phone is not at hand. They are shown only now."));
	enrol_terminal_row(terminal, "");
	for (size_t i = 0; i < secrets->said.n_recovery; i++) {
		code_text_group(secrets->said.recovery[i], code);
		snprintf(secrets->row, sizeof(secrets->row), "    %2zu   %s", i + 1, code);
		enrol_terminal_row(terminal, secrets->row);
	}
	explicit_bzero(code, sizeof(code));
	explicit_bzero(secrets->row, sizeof(secrets->row));
	enrol_terminal_row(terminal, "");
	enrol_terminal_row(terminal, _("Write them down, lock them away, and press Enter:"));
}
