/*
 * The policy in force as a list of settings, each with its value and where that comes from. Knows
 * the tables of policy/policy_*.c; prints nothing, asks nobody.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/enforced_key.h"
#include "policy/ini_document.h"
#include "policy/policy.h"

enum cli_origin {
	ORIGIN_NOT_NAMED = 0, /* a class that the policy does not name: it is blocked */
	ORIGIN_NO_SECTION,    /* its section is not there, so nothing of it holds */
	ORIGIN_NOTHING,       /* not said, and nothing holds instead */
	ORIGIN_DEFAULT,       /* not said; this holds then */
	ORIGIN_BUILTIN,
	ORIGIN_DOCUMENT,
	ORIGIN_COUNT,
};

/* "document", …: the stable word; NULL out of range. */
const char *cli_origin_name(enum cli_origin origin);

#define CLI_SETTING_VALUE_SIZE 320
#define CLI_SETTING_NAME_SIZE  256

struct cli_setting {
	const char *section, *name, *key; /* "[section name]"; name may be NULL */
	char value[CLI_SETTING_VALUE_SIZE];
	unsigned line; /* 0 unless origin is the document */
	enum cli_origin origin;
	enum key_effect effect;
	bool is_blocked_instead; /* read-only, which this version cannot keep */
};

/* "[section] key" or "[section name] key". */
const char *cli_setting_name(const struct cli_setting *setting, char buffer[CLI_SETTING_NAME_SIZE]);

struct cli_settings {
	struct policy *policy;
	struct ini_document *document; /* NULL: the built-in policy */
	struct cli_setting *items;
	size_t n;
};

/* Of a text as GetPolicy gives it. 0 and *ret; -EBADMSG for what is no policy; -ENOMEM. */
int cli_settings_read(const char *text, struct cli_settings *ret);
/* For CLEANUP(). */
void cli_settings_clear(struct cli_settings *settings);
