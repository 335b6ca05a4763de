#include "policy/exemption_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "policy/base64.h"
#include "policy/cleanup.h"
#include "policy/ini_text.h"
#include "policy/medium_text.h"
#include "policy/value.h"

static void write_header(
	struct ini_text *text, const char *kind, const struct document_header *header)
{
	ini_text_line(text, "[%s]", kind);
	ini_text_line(text, "kind = %s", kind);
	ini_text_line(text, "format = 1");
	ini_text_value(text, "site", header->site);
	ini_text_value(text, "tier", header->tier);
	ini_text_line(text, "epoch = %" PRIu32, header->epoch);
	ini_text_time(text, "issued", header->issued);
}

static void write_users(struct ini_text *text, const struct exemption *exemption)
{
	char users[EXEMPTION_USERS_MAX * (ACCOUNT_NAME_MAX + 1) + 1] = "";
	size_t used = 0;

	for (size_t i = 0; i < exemption->n_users && i < EXEMPTION_USERS_MAX; i++)
		used += (size_t)snprintf(users + used, sizeof(users) - used, "%s%s",
			i > 0 ? " " : "", exemption->users[i]);
	ini_text_line(text, "users = %s", exemption->n_users > 0 ? users : "any");
}

static void write_device(struct ini_text *text, const struct exemption_medium *medium)
{
	char serial[MEDIUM_SERIAL_ENCODED_MAX + 1];
	char base64[BASE64_SIZE(SHA256_SIZE) + 1];

	/* What was cut is a serial that no device has; too long ones are refused by the reader. */
	if (medium_serial_encode(medium->identity.serial, serial) < 0)
		serial[0] = '\0';
	base64_encode(medium->descriptors_sha256, SHA256_SIZE, base64);
	ini_text_line(text, "device = %04x:%04x %s", medium->identity.vendor,
		medium->identity.product, serial);
	ini_text_line(text, "descriptors = %.43s", base64);
}

static void write_slot(struct ini_text *text, const struct exemption_medium *medium)
{
	if (medium->capacity_bytes > 0)
		ini_text_line(text, "capacity = %" PRIu64, medium->capacity_bytes);
	ini_text_value(text, "volume", medium->volume);
}

static void write_medium(struct ini_text *text, const struct exemption_medium *medium)
{
	ini_text_line(text, "[medium]");
	switch (medium->kind) {
	case EXEMPTION_MEDIUM_REGISTERED: ini_text_value(text, "registered", medium->number); break;
	case EXEMPTION_MEDIUM_DEVICE: write_device(text, medium); break;
	case EXEMPTION_MEDIUM_CLASS:
		ini_text_line(text, "class = %s", device_class_name(medium->device_class));
		break;
	case EXEMPTION_MEDIUM_NONE: break;
	}
	write_slot(text, medium);
}

static void write_use(struct ini_text *text, const struct exemption_use *use)
{
	const char *direction = exemption_direction_name(use->access);
	char duration[DURATION_TEXT_MAX];

	ini_text_line(text, "[use]");
	ini_text_value(text, "direction", direction ? direction : "");
	ini_text_line(text, "duration = %s", duration_format(use->duration_s, duration));
	if (use->insertions > 0)
		ini_text_line(text, "insertions = %u", use->insertions);
	if (use->until & EXEMPTION_UNTIL_UNPLUG)
		ini_text_line(text, "until = unplug");
	if (use->survives & (EXEMPTION_SURVIVES_REBOOT | EXEMPTION_SURVIVES_LOGOUT))
		ini_text_line(text, "survives =%s%s",
			use->survives & EXEMPTION_SURVIVES_REBOOT ? " reboot" : "",
			use->survives & EXEMPTION_SURVIVES_LOGOUT ? " logout" : "");
	if (use->is_online)
		ini_text_line(text, "online = on");
}

static void write_answer(struct ini_text *text, const char *key, enum form_answer answer)
{
	const char *word = form_answer_name(answer);

	ini_text_value(text, key, word ? word : "");
}

static void write_form(struct ini_text *text, const struct exemption_form *form)
{
	ini_text_line(text, "[form]");
	ini_text_value(text, "purpose", form->purpose);
	ini_text_value(text, "information", form->information);
	ini_text_value(text, "classification", form->classification);
	write_answer(text, "personal-data", form->personal_data);
	write_answer(text, "specific-personal-data", form->specific_personal_data);
	if (form->has_items)
		ini_text_line(text, "items = %" PRIu32, form->items);
	write_answer(text, "encrypted", form->encrypted);
	ini_text_value(text, "destination", form->destination);
	ini_text_value(text, "witness", form->witness);
	ini_text_value(text, "section", form->section);
	ini_text_value(text, "name", form->name);
	ini_text_value(text, "number", form->number);
}

int exemption_write(const struct exemption *exemption, struct problems *problems, char **ret)
{
	CLEANUP(ini_text_clear) struct ini_text text = ini_text_begin(EXEMPTION_SIZE_MAX);
	CLEANUP(exemption_cleanup) struct exemption *again = NULL;
	int r;

	write_header(&text, "exemption", &exemption->header);
	ini_text_time(&text, "not-before", exemption->header.not_before);
	ini_text_time(&text, "not-after", exemption->header.not_after);
	ini_text_value(&text, "id", exemption->id);
	ini_text_value(&text, "terminal", exemption->terminal);
	write_users(&text, exemption);
	ini_text_value(&text, "requester", exemption->requester);
	if (exemption->requested != 0)
		ini_text_time(&text, "requested", exemption->requested);
	ini_text_value(&text, "extends", exemption->extends);
	write_medium(&text, &exemption->medium);
	write_use(&text, &exemption->use);
	write_form(&text, &exemption->form);
	if (exemption->code_hash[0]) {
		ini_text_line(&text, "[code]");
		ini_text_value(&text, "hash", exemption->code_hash);
	}
	if (text.has_failed)
		return -ENOMEM;
	r = exemption_parse(text.bytes, text.used, problems, &again);
	if (r == 0)
		*ret = TAKE(text.bytes);
	return r;
}

/* Beside its number the terminal says what it has seen. */
static void write_requested_medium(struct ini_text *text, const struct exemption_request *request)
{
	const struct exemption_medium *medium = &request->medium;

	ini_text_line(text, "[medium]");
	ini_text_value(text, "registered", medium->number);
	if (medium->identity.serial[0])
		write_device(text, medium);
	write_slot(text, medium);
	ini_text_value(text, "maker", request->maker);
	ini_text_value(text, "model", request->model);
}

int exemption_request_write(
	const struct exemption_request *request, struct problems *problems, char **ret)
{
	CLEANUP(ini_text_clear) struct ini_text text = ini_text_begin(EXEMPTION_SIZE_MAX);
	CLEANUP(exemption_request_cleanup) struct exemption_request *again = NULL;
	int r;

	write_header(&text, "request", &request->header);
	ini_text_value(&text, "id", request->id);
	ini_text_value(&text, "terminal", request->terminal);
	ini_text_value(&text, "requester", request->requester);
	if (request->from != 0)
		ini_text_time(&text, "from", request->from);
	write_requested_medium(&text, request);
	write_use(&text, &request->use);
	write_form(&text, &request->form);
	if (text.has_failed)
		return -ENOMEM;
	r = exemption_request_parse(text.bytes, text.used, problems, &again);
	if (r == 0)
		*ret = TAKE(text.bytes);
	return r;
}

int revocation_write(const struct revocation *revocation, struct problems *problems, char **ret)
{
	CLEANUP(ini_text_clear) struct ini_text text = ini_text_begin(REVOCATION_SIZE_MAX);
	CLEANUP(revocation_cleanup) struct revocation *again = NULL;
	const char *kind = revocation_kind_name(revocation->kind);
	int r;

	write_header(&text, "revocation", &revocation->header);
	ini_text_value(&text, kind ? kind : "exemption", revocation->subject);
	ini_text_value(&text, "reason", revocation->reason);
	if (text.has_failed)
		return -ENOMEM;
	r = revocation_parse(text.bytes, text.used, problems, &again);
	if (r == 0)
		*ret = TAKE(text.bytes);
	return r;
}
