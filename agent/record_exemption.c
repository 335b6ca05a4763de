#include "agent/record_exemption.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/json.h"
#include "agent/record.h"
#include "policy/medium_text.h"
#include "policy/names.h"

/*
 * Bytes of texts in the line, escapes counted: with what stands in every record, all of them
 * together fit.
 */
#define WORD_BYTES_MAX      64
#define FORM_BYTES_MAX      (FORM_TEXT_MAX + 40)
#define APPROVERS_BYTES_MAX 256
#define DEVICE_BYTES_MAX    160
#define VOLUME_BYTES_MAX    160
#define PATH_BYTES_MAX      256
#define HOLDERS_BYTES_MAX   400

static const char *const methods[EXEMPTION_METHOD_COUNT] = {
	[EXEMPTION_METHOD_NONE] = "none",
	[EXEMPTION_METHOD_SCREEN] = "screen",
	[EXEMPTION_METHOD_PHONE] = "phone",
	[EXEMPTION_METHOD_SEALED] = "sealed",
	[EXEMPTION_METHOD_PREPARED] = "prepared",
};

const char *exemption_method_name(enum exemption_method method)
{
	return names_get(methods, EXEMPTION_METHOD_COUNT, method);
}

int exemption_method_from_name(const char *name, enum exemption_method *ret)
{
	int index = names_find(methods, EXEMPTION_METHOD_COUNT, name);

	if (index < 0)
		return index;
	*ret = (enum exemption_method)index;
	return 0;
}

static void fill_medium(const struct exemption_medium *medium, struct record_exemption *ret)
{
	char serial[MEDIUM_SERIAL_ENCODED_MAX + 1];

	memcpy(ret->medium, medium->number, sizeof(ret->medium));
	ret->capacity = medium->capacity_bytes;
	snprintf(ret->volume, sizeof(ret->volume), "%s", medium->volume);
	if (medium->kind == EXEMPTION_MEDIUM_CLASS)
		snprintf(ret->device, sizeof(ret->device), "%s",
			device_class_name(medium->device_class));
	if (medium->kind == EXEMPTION_MEDIUM_DEVICE &&
		medium_serial_encode(medium->identity.serial, serial) == 0)
		snprintf(ret->device, sizeof(ret->device), "%04" PRIx16 ":%04" PRIx16 " %s",
			medium->identity.vendor, medium->identity.product, serial);
}

void record_exemption_fill(const struct exemption *exemption, struct record_exemption *ret)
{
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->id, exemption->id, sizeof(ret->id));
	memcpy(ret->requester, exemption->requester, sizeof(ret->requester));
	/* Who is to use it, while nobody has: one of several cannot be named. */
	if (exemption->n_users == 1)
		memcpy(ret->user, exemption->users[0], sizeof(ret->user));
	memcpy(ret->terminal, exemption->terminal, sizeof(ret->terminal));
	fill_medium(&exemption->medium, ret);
	ret->access = exemption->use.access;
	ret->requested = exemption->requested;
	ret->approved = exemption->header.issued;
	ret->from = exemption->header.not_before;
	ret->until = exemption->header.not_after;
	ret->minutes = (exemption->use.duration_s + 59) / 60;
	memcpy(ret->extends, exemption->extends, sizeof(ret->extends));
	ret->form = exemption->form;
}

/* --- for people --- */

static const char *sentence_of(enum record_event event)
{
	static const char *const sentences[RECORD_EVENT_COUNT] = {
		[RECORD_EXEMPTION_REQUESTED] = "Somebody asked for an exemption",
		[RECORD_EXEMPTION_RECEIVED] = "An approved exemption has come",
		[RECORD_EXEMPTION_REFUSED] = "An exemption does not count here",
		[RECORD_EXEMPTION_REQUEST_REFUSED] = "A request for an exemption was refused",
		[RECORD_EXEMPTION_REQUEST_WITHDRAWN] = "A request for an exemption was withdrawn",
		[RECORD_EXEMPTION_REVOKED] = "An exemption was revoked",
		[RECORD_EXEMPTION_REDEEMED] = "The code of an exemption was typed",
		[RECORD_EXEMPTION_REDEEM_FAILED] =
			"A code that was typed for an exemption was not accepted",
		[RECORD_EXEMPTION_ACTIVE] = "An exemption is in use",
		[RECORD_EXEMPTION_WARNED] = "An exemption ends soon, and its user was told",
		[RECORD_EXEMPTION_ENDING] = "The medium of an exemption is being taken away",
		[RECORD_EXEMPTION_ENDED] = "An exemption has ended",
		[RECORD_EXEMPTION_RETURNED] = "The medium of an exemption was handed back",
		[RECORD_EXEMPTION_REPORTED] = "The use of an exemption was reported after the fact",
		[RECORD_MEDIUM_SHOWN] = "A medium is shown to the user of an exemption",
		[RECORD_MEDIUM_REFUSED] = "A medium could not be shown to the user of an exemption",
		[RECORD_PHONE_CHALLENGE] =
			"A number was shown, to ask for an exemption by telephone",
	};
	const char *sentence = names_get(sentences, RECORD_EVENT_COUNT, event);

	return sentence ? sentence : "Something happened to an exemption";
}

static size_t add(char *buffer, size_t size, size_t used, const char *label, const char *text)
{
	int n;

	if (!text || !text[0] || used >= size)
		return used;
	n = snprintf(buffer + used, size - used, "%s%s", label, text);
	return used + (n > 0 ? (size_t)n : 0);
}

int record_describe_exemption(const struct record *record, char *buffer, size_t size)
{
	const struct record_exemption *e = record->exemption;
	int n = snprintf(buffer, size, "%s", sentence_of(record->event));
	size_t used = n > 0 ? (size_t)n : 0;
	char minutes[32] = "";

	if (!e)
		return n;
	if (record->event == RECORD_EXEMPTION_WARNED)
		snprintf(minutes, sizeof(minutes), "%" PRIu64, record->number);
	used = add(buffer, size, used, ", ", e->id);
	used = add(buffer, size, used, ", user ", e->user);
	used = add(buffer, size, used, ", medium ", e->medium[0] ? e->medium : e->device);
	if (e->access != VERDICT_BLOCK)
		used = add(buffer, size, used, ", ", exemption_direction_name(e->access));
	used = add(buffer, size, used, ", approved by ", e->approvers);
	used = add(buffer, size, used, ", minutes left ", minutes);
	used = add(buffer, size, used, ", reason ", e->reason);
	used = add(buffer, size, used, ", at ", e->path);
	if (e->has_ended && !e->is_clean)
		used = add(buffer, size, used, ", ", "not taken away in order");
	used = add(buffer, size, used, ", held by ", e->holders);
	return (int)add(buffer, size, used, ", handed back to ", e->place);
}

/* --- for programs --- */

static bool put_text(struct json *json, const char *key, const char *text, size_t bytes_max)
{
	return !text || !text[0] || json_string(json, key, text, bytes_max);
}

static void put_time(struct json *json, const char *key, int64_t time_s)
{
	if (time_s)
		json_signed(json, key, time_s * 1000);
}

static bool put_form(struct json *json, const struct exemption_form *form)
{
	bool is_whole = true;

	is_whole &= put_text(json, "purpose", form->purpose, FORM_BYTES_MAX);
	is_whole &= put_text(json, "information", form->information, FORM_BYTES_MAX);
	is_whole &= put_text(json, "classification", form->classification, FORM_BYTES_MAX);
	is_whole &= put_text(
		json, "personal_data", form_answer_name(form->personal_data), WORD_BYTES_MAX);
	is_whole &= put_text(json, "specific_personal_data",
		form_answer_name(form->specific_personal_data), WORD_BYTES_MAX);
	if (form->has_items)
		json_unsigned(json, "items", form->items);
	is_whole &= put_text(json, "encrypted", form_answer_name(form->encrypted), WORD_BYTES_MAX);
	is_whole &= put_text(json, "destination", form->destination, FORM_BYTES_MAX);
	is_whole &= put_text(json, "witness", form->witness, FORM_BYTES_MAX);
	is_whole &= put_text(json, "section", form->section, FORM_BYTES_MAX);
	is_whole &= put_text(json, "name", form->name, FORM_BYTES_MAX);
	return is_whole & put_text(json, "number", form->number, FORM_BYTES_MAX);
}

static bool put_what(struct json *json, const struct record_exemption *e)
{
	bool is_whole = put_text(json, "terminal", e->terminal, WORD_BYTES_MAX);

	is_whole &= put_text(json, "medium", e->medium, WORD_BYTES_MAX);
	is_whole &= put_text(json, "device", e->device, DEVICE_BYTES_MAX);
	if (e->capacity)
		json_unsigned(json, "capacity", e->capacity);
	is_whole &= put_text(json, "volume", e->volume, VOLUME_BYTES_MAX);
	if (e->access != VERDICT_BLOCK)
		is_whole &= put_text(
			json, "direction", exemption_direction_name(e->access), WORD_BYTES_MAX);
	put_time(json, "requested", e->requested);
	put_time(json, "approved", e->approved);
	put_time(json, "from", e->from);
	put_time(json, "until", e->until);
	if (e->minutes)
		json_unsigned(json, "minutes", e->minutes);
	return is_whole & put_text(json, "extends", e->extends, WORD_BYTES_MAX);
}

static bool put_outcome(struct json *json, const struct record_exemption *e)
{
	bool is_whole = true;

	if (e->insertions)
		json_unsigned(json, "insertions", e->insertions);
	is_whole &= put_text(json, "path", e->path, PATH_BYTES_MAX);
	if (e->has_ended)
		json_bool(json, "clean", e->is_clean);
	is_whole &= put_text(json, "holders", e->holders, HOLDERS_BYTES_MAX);
	return is_whole & put_text(json, "place", e->place, FORM_BYTES_MAX);
}

bool record_put_exemption(struct json *json, const struct record *record)
{
	const struct record_exemption *e = record->exemption;
	bool is_whole;

	if (!e)
		return true;
	json_open(json, "exemption", '{');
	is_whole = put_text(json, "id", e->id, WORD_BYTES_MAX);
	is_whole &= put_text(json, "reason", e->reason, WORD_BYTES_MAX);
	is_whole &= put_text(json, "user", e->user, WORD_BYTES_MAX);
	is_whole &= put_text(json, "requester", e->requester, WORD_BYTES_MAX);
	is_whole &= put_text(json, "approvers", e->approvers, APPROVERS_BYTES_MAX);
	is_whole &= put_text(json, "approver_names", e->approver_names, APPROVERS_BYTES_MAX);
	if (e->method != EXEMPTION_METHOD_NONE)
		is_whole &=
			put_text(json, "method", exemption_method_name(e->method), WORD_BYTES_MAX);
	is_whole &= put_what(json, e);
	is_whole &= put_outcome(json, e);
	is_whole &= put_form(json, &e->form);
	json_close(json, '}');
	return is_whole;
}
