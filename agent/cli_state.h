/* What holds on this terminal, as the agent tells it: read from the bus, and for programs. */
#pragma once

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "agent/bus.h"

/* As the properties of bus.h. Strings point into the message. */
struct cli_state {
	const char *terminal, *login_mode, *terminal_key, *signing_key;
	uint64_t login_rules, tokens_serial;
	int64_t login_from, tokens_not_after;
	uint32_t tokens;
	const char *operator; /* empty: nobody said */
	int64_t operator_since;
	const char *version, *site, *tier, *policy_sha256, *next_sha256, *record_sha256;
	uint64_t policy_serial, next_serial, record_sequence, records_missing;
	int64_t policy_not_after, next_not_before;
	int is_builtin, is_on_trial, is_rehearsing;
	int64_t rehearses_until;
	uint64_t root_number, media_serial, fresh_age, newest_root, newest_policy, newest_media;
	int64_t root_not_after, media_not_after;
	uint32_t root_epoch, media, fresh_max_age;
	const char *server; /* empty: there is none, or nothing was asked */
	int64_t server_heard;
	uint32_t requests, exemptions, reports_due;
	uint32_t devices, devices_refused, other_keyboards;
	char **enforces;
	const char *contact; /* whom a refused person calls; empty: the policy does not say */
	struct {
		const char *word, *text; /* stable; an English sentence */
	} problems[BUS_PROBLEMS_MAX];
	size_t n_problems;
};

/*
 * Asks the agent. 0 with both, or a negative errno after it told the person. cli_state_clear() and
 * the message are for the caller.
 */
int cli_state_get(sd_bus_message **ret_reply, struct cli_state *ret);
void cli_state_clear(struct cli_state *state);

struct json_object *cli_state_json(const struct cli_state *state);

/* A problem in the reader's language. */
const char *cli_problem_words(const char *word, const char *text);
