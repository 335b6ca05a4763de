/* What the parts of `sekisho enrol` share: all of it that is secret, in one locked place. */
#pragma once

#include "agent/cli_enrol_helper.h"
#include "agent/cli_enrol_page.h"
#include "agent/cli_enrol_qr.h"
#include "agent/cli_enrol_terminal.h"
#include "policy/enrol_line.h"
#include "policy/site.h"

struct enrolment_secrets {
	struct enrol_helper helper;
	struct enrol_line first; /* what the helper began with: SECRET or CODES */
	struct enrol_line said;  /* and what it said last */
	struct enrol_qr qr;
	char uri[OTPAUTH_SIZE];
	char row[ENROL_QR_ROW_SIZE]; /* of the screen */
	char typed[256];
	char page[ENROL_PAGE_SIZE];
};

/* Draws the secret: as a QR code where it fits, in letters, and as a URI where there is room. */
void enrol_show_secret(struct enrol_terminal *terminal, struct enrolment_secrets *secrets,
	enum enrol_qr_form form, const char *notice, const char *prompt);
/* Draws the recovery codes, and how to go on. */
void enrol_show_recovery(struct enrol_terminal *terminal, struct enrolment_secrets *secrets);
