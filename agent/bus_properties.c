#include "agent/bus_properties.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/bus_internal.h"
#include "policy/printable.h"

/* Nothing where there is no document. */
static void fill_hex(const uint8_t sha256[SHA256_SIZE], char hex[SHA256_TEXT_SIZE])
{
	static const uint8_t none[SHA256_SIZE];

	hex[0] = '\0';
	if (memcmp(sha256, none, SHA256_SIZE) != 0)
		sha256_text(sha256, hex);
}

static void fill_documents(const struct agent_status *status, struct bus_status *ret)
{
	if (status->has_next) {
		ret->next_serial = status->next.serial;
		ret->next_not_before = status->next.not_before;
		fill_hex(status->next.sha256, ret->next_sha256);
	}
	if (status->root) {
		ret->root_number = status->root->serial;
		ret->root_epoch = status->root->epoch;
		ret->root_not_after = status->root->not_after;
	}
	if (status->media) {
		ret->media_serial = status->media->serial;
		ret->media_not_after = status->media->not_after;
		ret->media = (uint32_t)status->n_media;
	}
	ret->fresh_max_age = status->fresh.max_age_s;
	if (status->has_fresh) {
		ret->fresh_age = status->fresh.age_s;
		ret->newest_root = status->fresh.root;
		ret->newest_policy = status->fresh.policy;
		ret->newest_media = status->fresh.media;
	}
}

static void fill_login(const struct agent_login_status *login, struct bus_status *ret)
{
	snprintf(ret->login_mode, sizeof(ret->login_mode), "%s", login->mode ? login->mode : "");
	ret->login_rules = login->serial;
	ret->login_from = login->from;
	if (login->tokens) {
		ret->tokens = (uint32_t)login->n_tokens;
		ret->tokens_serial = login->tokens->serial;
		ret->tokens_not_after = login->tokens->not_after;
	}
	printable_copy(ret->terminal_key, sizeof(ret->terminal_key), login->key ? login->key : "");
}

void bus_status_fill(const struct agent_status *status, struct bus_status *ret)
{
	memset(ret, 0, sizeof(*ret));
	snprintf(ret->version, sizeof(ret->version), "%s", SEKISHO_VERSION);
	printable_copy(ret->site, sizeof(ret->site), status->site ? status->site : "");
	printable_copy(ret->tier, sizeof(ret->tier), status->tier ? status->tier : "");
	printable_copy(
		ret->terminal, sizeof(ret->terminal), status->terminal ? status->terminal : "");
	ret->policy_serial = status->policy.serial;
	ret->policy_not_after = status->policy.not_after;
	fill_hex(status->policy.sha256, ret->policy_sha256);
	ret->is_builtin = status->is_builtin;
	ret->is_on_trial = status->is_on_trial;
	ret->is_rehearsed = status->is_rehearsing;
	ret->rehearsed_until = status->is_rehearsing ? status->rehearses_until : 0;
	fill_documents(status, ret);
	fill_login(&status->login, ret);
	snprintf(ret->server, sizeof(ret->server), "%s", status->server ? status->server : "");
	ret->server_heard = status->server_heard;
	printable_copy(ret->signing_key, sizeof(ret->signing_key),
		status->signing_key ? status->signing_key : "");
	ret->requests = (uint32_t)status->requests;
	ret->exemptions = (uint32_t)status->exemptions;
	ret->reports_due = (uint32_t)status->reports_due;
	ret->devices = (uint32_t)status->devices;
	ret->devices_refused = (uint32_t)status->devices_refused;
	ret->other_keyboards = (uint32_t)status->other_keyboards;
	ret->record_sequence = status->record_sequence;
	ret->records_missing = status->records_missing;
	printable_copy(ret->contact, sizeof(ret->contact), status->contact ? status->contact : "");
	printable_copy(
		ret->operator, sizeof(ret->operator), status->operator ? status->operator : "");
	ret->operator_since = status->operator_since;
	fill_hex(status->record_sha256, ret->record_sha256);
	for (size_t i = 0; i < status->n_problems; i++) {
		struct bus_problem *problem = &ret->problems[ret->n_problems++];

		snprintf(problem->word, sizeof(problem->word), "%s", status->problems[i].word);
		printable_copy(problem->text, sizeof(problem->text), status->problems[i].text);
	}
}

const struct bus_status *bus_status_now(struct bus *bus)
{
	struct agent_status status = {.site = NULL};
	uint64_t iteration = 0;

	(void)sd_event_get_iteration(bus->event, &iteration);
	if (bus->status_at == iteration && iteration > 0)
		return &bus->status;
	bus->handlers->get_status(bus->handlers->userdata, &status);
	bus_status_fill(&status, &bus->status);
	bus->status_at = iteration;
	return &bus->status;
}

/* The next property of a vtable from entry on; NULL when there is none. */
static const sd_bus_vtable *next_property(const sd_bus_vtable *entry)
{
	while (entry->type != _SD_BUS_VTABLE_END && entry->type != _SD_BUS_VTABLE_PROPERTY)
		entry++;
	return entry->type == _SD_BUS_VTABLE_END ? NULL : entry;
}

static const sd_bus_vtable *find_property(const sd_bus_vtable *vtable, const char *name)
{
	const sd_bus_vtable *entry = next_property(vtable);

	while (entry && strcmp(entry->x.property.member, name) != 0)
		entry = next_property(entry + 1);
	return entry;
}

static size_t value_size(const char *signature, const void *value)
{
	switch (signature[0]) {
	case 's': return strlen(value) + 1;
	case 't':
	case 'x': return sizeof(uint64_t);
	case 'u': return sizeof(uint32_t);
	case 'b': return sizeof(int);
	default: return sizeof(struct bus_problem[BUS_PROBLEMS_MAX]);
	}
}

size_t bus_properties_changed(const sd_bus_vtable *vtable, const struct bus_status *before,
	const struct bus_status *now, const char *ret_names[BUS_PROPERTIES_MAX])
{
	const sd_bus_vtable *entry = next_property(vtable);
	size_t n = 0;

	for (; entry && n < BUS_PROPERTIES_MAX - 1; entry = next_property(entry + 1)) {
		const char *old_value = (const char *)before + entry->x.property.offset;
		const char *value = (const char *)now + entry->x.property.offset;

		if (entry->flags & SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE &&
			memcmp(old_value, value, value_size(entry->x.property.signature, value)) !=
				0)
			ret_names[n++] = entry->x.property.member;
	}
	ret_names[n] = NULL;
	return n;
}

static int append_problems(sd_bus_message *reply, const struct bus_status *status)
{
	int r = sd_bus_message_open_container(reply, 'a', "(ss)");

	for (size_t i = 0; r >= 0 && i < status->n_problems; i++)
		r = sd_bus_message_append(
			reply, "(ss)", status->problems[i].word, status->problems[i].text);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

int bus_get_property(sd_bus *connection, const char *path, const char *interface,
	const char *property, sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = sd_bus_slot_get_userdata(sd_bus_get_current_slot(connection));
	const struct bus_status *status = bus_status_now(bus);
	const sd_bus_vtable *entry = find_property(bus_vtable, property);

	if (!entry)
		return -ENOENT;
	if (strcmp(entry->x.property.signature, "as") == 0)
		return sd_bus_message_append(reply, "as", 1, "usb");
	if (strcmp(entry->x.property.signature, "a(ss)") == 0)
		return append_problems(reply, status);
	return sd_bus_message_append_basic(reply, entry->x.property.signature[0],
		(const char *)status + entry->x.property.offset);
}
