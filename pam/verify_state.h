/*
 * What both programs that judge codes know of one attempt: its folders, rules and clocks, and the
 * event that is made of it. Touches disk.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pam/judge.h"
#include "pam/login_clock.h"
#include "pam/rules_file.h"
#include "pam/verify_login.h"
#include "policy/login_event.h"

#define LOGIN_WAIT_MS 5000 /* for a record that another attempt holds */

struct login {
	const struct verify_request *request;
	int state_fd, secrets_fd, records_fd, spool_fd; /* or a negative errno */
	struct login_rules rules;
	enum rules_found found;
	struct login_decision decision;
	int64_t now_s, floor_s;
	bool is_clock_lost;
	struct judge_lost_clock clock;
	int64_t date_s; /* of the token, where it refuses */
	struct phone_shown shown;
	char boot[BOOT_ID_TEXT_SIZE];
	struct login_event event;
};

/* Opens the folders below root and reads the clocks; what cannot be opened refuses later. */
void login_open(const char *root, const struct verify_request *request, struct login *ret);
void login_close(struct login *login);
/* A folder below the state folder: a descriptor, or a negative errno. */
int login_open_folder(const struct login *login, const char *name);

/* Whom it is about, when, and a reference number. */
void login_begin_event(struct login *login);

/* What judge() is given; both point to nothing of *login. */
struct judge_place login_judge_place(const struct login *login);
struct judge_rules login_judge_rules(const struct login *login);

/* To the journal: what could not be kept of an attempt. */
void login_complain(const struct login_event *event, const char *what, int error);
