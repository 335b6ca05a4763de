/*
 * The commands of sekisho, the program that people type. Each prints its answer and returns the
 * exit status. They know the bus interface (bus.h) and nothing of the agent behind it.
 */
#pragma once

#include <stdbool.h>

#include "agent/cli_form.h"

#define CLI_DONE    0
#define CLI_NO      1 /* the answer is no */
#define CLI_UNKNOWN 2 /* could not tell */

/* What was typed, the command's own name left out. */
struct cli_request {
	int n_words;
	char **words;
	bool is_json;                  /* --json: for programs */
	bool watches;                  /* --watch: goes on until it is interrupted */
	bool alerts_only;              /* --alerts */
	const char *last, *since;      /* --last N, --since TIME; NULL: not there */
	const char *why;               /* --why KEY */
	const char *reference;         /* --reference NUMBER */
	const char *root;              /* --root DIR: stands for / */
	bool prints, is_ascii, if_due; /* --print, --ascii, --if-due */
	bool shows, ends;              /* --show, --end */
	bool is_by_phone, keeps;       /* --phone, --keep */
	bool is_csv;                   /* --csv */
	const char *until;             /* --until TIME */
	const char *withdraw;          /* --withdraw ID */
	const char *ca, *ticket, *trust, *tier, *terminal, *proxy, *pin; /* of join */
	bool is_sure;                                                    /* --yes */
	char *file;                    /* --file FILE; more may be words */
	const char *form[FIELD_COUNT]; /* as typed; NULL: not there */
};

/* CLI_NO where the agent names a problem. */
int cli_status(const struct cli_request *request);
int cli_devices(const struct cli_request *request);
/* One word, a name as `devices` prints it: CLI_NO for a device that is refused. */
int cli_explain(const struct cli_request *request);
/* Hands in the documents of folders, or single files: CLI_NO when one is refused. */
int cli_update_from(const struct cli_request *request);
/* The policy in force, or where one value of it comes from. */
int cli_policy_show(const struct cli_request *request);
/* A draft of rules for what is connected. */
int cli_propose_policy(const struct cli_request *request);
int cli_records_show(const struct cli_request *request);
/* Of the agent's files, or of those that are named: CLI_NO when the chain is not whole. */
int cli_records_verify(const struct cli_request *request);
/* The SHA-256 of the texts of documents, without the agent. */
int cli_sha256(const struct cli_request *request);
/* Somebody else works in this session now, by his code: CLI_NO where it was not taken. */
int cli_operator(const struct cli_request *request);
/* The secret of one's own token into a phone, after a login by ticket: CLI_NO where there is
 * nothing to enrol, or it was not ended. */
int cli_enrol(const struct cli_request *request);
/* Who gets in here without a code: CLI_NO when something is to be put right. */
int cli_doctor_login(const struct cli_request *request);
/* Makes this PC a terminal of the site at a URL: CLI_NO where the person does not want it. */
int cli_join(const struct cli_request *request);
/* Takes this terminal out of service: CLI_NO where the person does not want it. */
int cli_decommission(const struct cli_request *request);
/* Asks for a permission to use a medium: CLI_NO where none can be asked for. */
int cli_request(const struct cli_request *request);
/* No longer asks, by the number as typed. */
int cli_withdraw(const char *typed);
/* One's own requests and permissions. */
int cli_exemptions(const struct cli_request *request);
/* The code for one of them: CLI_NO where it was not right. */
int cli_redeem(const struct cli_request *request);
/* Ends the use of a medium: CLI_NO where a program still used it. */
int cli_eject(const struct cli_request *request);
/* Writes down where a medium was put back, and what was done with it. */
int cli_return(const struct cli_request *request);
int cli_report_after(const struct cli_request *request);
/* The ledger of exemptions: CLI_NO where the records are not whole. */
int cli_ledger_exemptions(const struct cli_request *request);
