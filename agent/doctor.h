/*
 * What `sekisho doctor login` finds out, as a list of findings and a few facts, in no language.
 * Reads the system below a folder that stands for its /, and changes nothing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/pam_verdict.h"
#include "policy/login_rules.h"

enum doctor_word {
	DOCTOR_NONE = 0,
	/* of a stack */
	DOCTOR_OPEN,
	DOCTOR_NO_JUDGE,
	DOCTOR_PASSED_OVER,
	DOCTOR_SKIPPED,
	DOCTOR_TAKEN_BACK,
	DOCTOR_CODE_ALONE,
	DOCTOR_NOBODY,
	DOCTOR_BROKEN_STACK,
	DOCTOR_MODULE_MISSING,
	DOCTOR_MISSPELT,
	DOCTOR_NO_ASK,
	DOCTOR_ASKS_LATE,
	DOCTOR_JUDGES_EARLY,
	DOCTOR_JUDGES_TWICE,
	DOCTOR_CHARGED,
	DOCTOR_ONE_BOX,
	DOCTOR_TOO_LARGE,
	DOCTOR_NO_SERVICES,
	/* ways round */
	DOCTOR_AUTOLOGIN,
	DOCTOR_NOPASSWD,
	DOCTOR_SSH_KEYS,
	DOCTOR_SSH_EMPTY,
	DOCTOR_SSH_NO_PAM,
	DOCTOR_SSH_MATCH,
	DOCTOR_EXEMPT,
	/* of the terminal */
	DOCTOR_CLOCK_BEHIND,
	DOCTOR_NO_FLOOR,
	DOCTOR_RULES_LOST,
	DOCTOR_RULES_OLD,
	DOCTOR_POLICY_ENDED,
	DOCTOR_POLICY_ENDS,
	DOCTOR_TOKENS_ENDED,
	DOCTOR_NO_TOKENS,
	DOCTOR_KEY_MISSING,
	DOCTOR_KEY_NO_TPM,
	DOCTOR_NOT_OPENED,
	DOCTOR_NOT_READ,
	DOCTOR_WORD_COUNT
};

enum doctor_weight {
	DOCTOR_UNSEEN = 0, /* it could not be told */
	DOCTOR_WRONG,
	DOCTOR_REMARK, /* nothing has to be done */
};

/* Stable: "no-judge", …; "unseen", "wrong", "remark". NULL out of range. */
const char *doctor_word_name(enum doctor_word word);
const char *doctor_weight_name(enum doctor_weight weight);

#define DOCTOR_DETAIL_SIZE 128
#define DOCTOR_PLACE_SIZE  256

struct doctor_finding {
	enum doctor_word word;
	enum doctor_weight weight;
	char service[LOGIN_NAME_SIZE]; /* or empty */
	char file[DOCTOR_PLACE_SIZE];  /* or empty */
	unsigned line;                 /* 0: the file as a whole */
	char detail[DOCTOR_DETAIL_SIZE];
};

/* The stack of one service. */
struct doctor_service {
	char name[LOGIN_NAME_SIZE];
	enum pam_verdict verdict;
	uint32_t passes;         /* as pam_judged.passes */
	enum second_factor mode; /* for who is in no group that the policy names */
	bool is_wanted;          /* somebody needs a code there */
	enum login_boxes boxes;  /* that the policy says */
	bool has_one_box;        /* its screen */
};

enum doctor_rules {
	DOCTOR_RULES_NOT_HERE = 0, /* the strict ones hold */
	DOCTOR_RULES_OF_POLICY,
	DOCTOR_RULES_LAST_GOOD,
	DOCTOR_RULES_NEVER, /* no policy was ever seen */
};

enum doctor_seal { DOCTOR_SEAL_UNSEEN = 0, DOCTOR_SEAL_NONE, DOCTOR_SEAL_TPM, DOCTOR_SEAL_FILE };

/* Times are seconds since 1970; -1: not seen, or not there. */
struct doctor {
	int root_fd;
	int64_t now_s;        /* of the clock */
	bool ssh_has_one_box; /* sshd asks for one password and nothing else */
	bool is_out_of_memory;
	struct doctor_finding *findings;
	size_t n_findings;
	struct doctor_service *services;
	size_t n_services;
	struct login_rules rules;
	enum doctor_rules rules_found;
	int64_t floor_s;
	int64_t policy_issued_s, policy_ends_s, tokens_ends_s;
	uint64_t policy_serial, tokens_serial; /* 0: not seen */
	enum doctor_seal seal;
	int64_t n_people, n_open; /* records, and secrets that are open */
	int64_t enrolled_s;       /* when the latest record was last written */
};

/* Where something was found; file may be NULL. */
struct doctor_place {
	const char *service, *file;
	unsigned line;
};

__attribute__((format(printf, 5, 6))) void doctor_find(struct doctor *doctor, enum doctor_word word,
	enum doctor_weight weight, const struct doctor_place *place, const char *format, ...);
/* A file that is there and could not be read. */
void doctor_find_unread(struct doctor *doctor, const char *file, int error);

/* Each looks at its part: first the state, which says what is wanted, then the ways round. */
void doctor_look_at_state(struct doctor *doctor);
void doctor_look_at_services(struct doctor *doctor);
void doctor_look_at_ways_round(struct doctor *doctor);

/* What holds for a service, and whether anybody needs a code there. */
void doctor_decide(const struct doctor *doctor, const char *service, struct login_decision *ret,
	bool *ret_is_wanted);
void doctor_clear(struct doctor *doctor);
