/* The properties: a picture of the agent's status with each value as it goes over the bus. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "agent/bus.h"
#include "policy/root.h"
#include "policy/seal.h"
#include "policy/sha256_text.h"
#include "policy/site.h"

#define BUS_PROPERTIES_MAX 64

struct bus_problem {
	char word[32], text[256];
};

struct bus_status {
	char version[32];
	char site[SITE_NAME_MAX + 1], tier[TIER_NAME_MAX + 1];
	char terminal[TERMINAL_NAME_MAX + 1];
	char login_mode[16], terminal_key[SEAL_FINGERPRINT_SIZE];
	char signing_key[FINGERPRINT_LENGTH + 1];
	uint64_t login_rules, tokens_serial;
	int64_t login_from, tokens_not_after;
	uint32_t tokens;
	uint64_t policy_serial, next_serial, root_number, media_serial;
	char policy_sha256[SHA256_TEXT_SIZE], next_sha256[SHA256_TEXT_SIZE],
		record_sha256[SHA256_TEXT_SIZE];
	int64_t policy_not_after, next_not_before, root_not_after, media_not_after, rehearsed_until;
	int is_builtin, is_on_trial, is_rehearsed; /* D-Bus booleans */
	uint32_t root_epoch, media;
	uint64_t fresh_age, newest_root, newest_policy, newest_media;
	uint32_t fresh_max_age;
	char server[16];
	int64_t server_heard;
	uint32_t requests, exemptions, reports_due;
	uint32_t devices, devices_refused, other_keyboards;
	char contact[128];
	char operator[ACCOUNT_NAME_MAX + 1];
	int64_t operator_since;
	uint64_t record_sequence, records_missing;
	struct bus_problem problems[BUS_PROBLEMS_MAX];
	uint32_t n_problems;
};

/* Every byte of *ret is set. */
void bus_status_fill(const struct agent_status *status, struct bus_status *ret);

/*
 * The names of those properties of vtable that are announced and are not the same in both, and NULL
 * behind the last. The offsets in vtable are those of struct bus_status. Returns how many.
 */
size_t bus_properties_changed(const sd_bus_vtable *vtable, const struct bus_status *before,
	const struct bus_status *now, const char *ret_names[BUS_PROPERTIES_MAX]);

/* The getter of every property; its vtable is bus_vtable, and its userdata the struct bus. */
int bus_get_property(sd_bus *connection, const char *path, const char *interface,
	const char *property, sd_bus_message *reply, void *userdata, sd_bus_error *ret_error);
