#include "policy/exemption_read.h"

#include <stdio.h>
#include <string.h>

#include "policy/code_text.h"
#include "policy/document_header.h"
#include "policy/login_name.h"
#include "policy/medium_text.h"
#include "policy/names.h"
#include "policy/timestamp.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define USE_FIELD(field) \
	.offset = offsetof(struct exemption_use, field), \
	.size = sizeof(((struct exemption_use *)0)->field)
#define FORM_FIELD(field) \
	.offset = offsetof(struct exemption_form, field), \
	.size = sizeof(((struct exemption_form *)0)->field)

static const char *const directions[] = {
	[VERDICT_READ_ONLY] = "read-only", [VERDICT_ALLOW] = "read-write"};
static const char *const answers[] = {[FORM_NO] = "no", [FORM_YES] = "yes"};
static const char *const until_words[] = {"unplug"};
static const char *const survives_words[] = {"reboot", "logout"};

const char *exemption_direction_name(enum verdict access)
{
	return names_get(directions, COUNT(directions), access);
}

int exemption_direction_from_name(const char *name, enum verdict *ret)
{
	int found = names_find(directions, COUNT(directions), name);

	if (found < 0)
		return found;
	*ret = (enum verdict)found;
	return 0;
}

const char *form_answer_name(enum form_answer answer)
{
	return names_get(answers, COUNT(answers), answer);
}

int form_answer_from_name(const char *name, enum form_answer *ret)
{
	int found = names_find(answers, COUNT(answers), name);

	if (found < 0)
		return found;
	*ret = (enum form_answer)found;
	return 0;
}

bool exemption_id_is_valid(const char *id)
{
	return strncmp(id, "E-", 2) == 0 && strlen(id) == EXEMPTION_ID_SIZE - 1 &&
	       strspn(id + 2, CODE_ALPHABET) == EXEMPTION_ID_SYMBOLS;
}

void exemption_id_make(const uint8_t random[EXEMPTION_ID_SYMBOLS], char ret[EXEMPTION_ID_SIZE])
{
	char symbols[CODE_SYMBOLS_SIZE];

	code_text_make(random, EXEMPTION_ID_SYMBOLS, symbols);
	snprintf(ret, EXEMPTION_ID_SIZE, "E-%.*s", EXEMPTION_ID_SYMBOLS, symbols);
}

void exemption_read_id(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (exemption_id_is_valid(entry->value))
		memcpy(ret, entry->value, EXEMPTION_ID_SIZE);
	else
		value_problem(problems, entry, "\"E-\" and %d symbols of %s", EXEMPTION_ID_SYMBOLS,
			CODE_ALPHABET);
}

void exemption_read_account(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (account_name_is_valid(entry->value))
		memcpy(ret, entry->value, strlen(entry->value) + 1);
	else
		value_problem(problems, entry, "an account's name: a-z 0-9 - _, at most %d letters",
			ACCOUNT_NAME_MAX);
}

void exemption_read_time(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	int64_t time_s;

	if (timestamp_parse(entry->value, &time_s) == 0 && time_s <= 0)
		value_problem(problems, entry, "a time after the beginning of 1970");
	else
		value_read_time(key, entry, problems, ret);
}

void exemption_read_number(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	const char *fault = medium_number_fault(entry->value);

	if (fault)
		value_problem(problems, entry, "%s", fault);
	else
		memcpy(ret, entry->value, strlen(entry->value) + 1);
}

void exemption_read_registered(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct exemption_medium *medium = ret;

	exemption_read_number(key, entry, problems, medium->number);
	medium->kind = EXEMPTION_MEDIUM_REGISTERED;
}

void exemption_read_device(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct exemption_medium *medium = ret;
	struct medium_identity identity;
	const char *space = strchr(entry->value, ' ');

	if (!space ||
		usb_ids_parse(entry->value, (size_t)(space - entry->value), &identity.vendor,
			&identity.product) < 0 ||
		medium_serial_decode(space + 1, identity.serial) < 0) {
		value_problem(problems, entry,
			"ids and serial as a shard writes them, such as \"0951:1666 "
			"001A92053B6A\"");
		return;
	}
	medium->identity = identity;
	if (medium->kind == EXEMPTION_MEDIUM_NONE)
		medium->kind = EXEMPTION_MEDIUM_DEVICE;
}

void exemption_read_class(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct exemption_medium *medium = ret;

	if (strcmp(entry->value, device_class_name(CLASS_USB_STORAGE)) != 0) {
		value_problem(problems, entry, "usb-storage: nothing else can be approved by kind");
		return;
	}
	medium->device_class = CLASS_USB_STORAGE;
	if (medium->kind == EXEMPTION_MEDIUM_NONE)
		medium->kind = EXEMPTION_MEDIUM_CLASS;
}

void exemption_read_volume(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	size_t size = strlen(entry->value);
	bool is_plain = true;

	for (size_t i = 0; i < size; i++)
		if (entry->value[i] <= ' ' || entry->value[i] > '~' || entry->value[i] == '%')
			is_plain = false;
	if (!is_plain || size > EXEMPTION_VOLUME_MAX)
		value_problem(problems, entry,
			"a UUID as blkid prints it: at most %d visible ASCII characters",
			EXEMPTION_VOLUME_MAX);
	else
		memcpy(ret, entry->value, size + 1);
}

const struct schema_key exemption_use_keys[EXEMPTION_USE_KEYS] = {
	{.key = "direction",
		.read = value_read_enum,
		.words = directions,
		.n_words = COUNT(directions),
		.is_required = true,
		USE_FIELD(access)},
	{.key = "duration",
		.read = value_read_duration,
		.min = EXEMPTION_DURATION_MIN_S,
		.max = EXEMPTION_DURATION_MAX_S,
		.is_required = true,
		USE_FIELD(duration_s)},
	{.key = "insertions",
		.read = value_read_number,
		.min = 1,
		.max = EXEMPTION_INSERTIONS_MAX,
		USE_FIELD(insertions)},
	{.key = "until",
		.read = value_read_words,
		.words = until_words,
		.n_words = COUNT(until_words),
		USE_FIELD(until)},
	{.key = "survives",
		.read = value_read_words,
		.words = survives_words,
		.n_words = COUNT(survives_words),
		USE_FIELD(survives)},
	{.key = "online", .read = value_read_switch, USE_FIELD(is_online)},
};

#define TEXT(word, field) \
	{ \
		.key = word, .read = value_read_text, FORM_FIELD(field) \
	}
#define ANSWER(word, field) \
	{ \
		.key = word, .read = value_read_enum, .words = answers, .n_words = COUNT(answers), \
		FORM_FIELD(field) \
	}

/* Only of [form]: zero items are an answer, too. */
static void read_items(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct exemption_form *form = ret;
	uint64_t items;

	if (number_parse(entry->value, 0, EXEMPTION_ITEMS_MAX, &items) < 0) {
		value_problem(problems, entry, "a number of 0 to %d", EXEMPTION_ITEMS_MAX);
		return;
	}
	form->items = (uint32_t)items;
	form->has_items = true;
}

const struct schema_key exemption_form_keys[EXEMPTION_FORM_KEYS] = {
	{.key = "purpose", .read = value_read_text, .is_required = true, FORM_FIELD(purpose)},
	TEXT("information", information),
	TEXT("classification", classification),
	ANSWER("personal-data", personal_data),
	ANSWER("specific-personal-data", specific_personal_data),
	{.key = "items", .read = read_items},
	ANSWER("encrypted", encrypted),
	TEXT("destination", destination),
	TEXT("witness", witness),
	TEXT("section", section),
	TEXT("name", name),
	TEXT("number", number),
};

void exemption_medium_check(const struct ini_section *section, struct problems *problems)
{
	const struct ini_entry *device = ini_section_find(section, "device");
	const struct ini_entry *descriptors = ini_section_find(section, "descriptors");

	if (device && !descriptors)
		value_problem(problems, device,
			"the key \"descriptors\" beside it: ids and serial can be copied");
	if (descriptors && !device)
		value_problem(problems, descriptors, "the key \"device\" beside it");
}

void exemption_add_second(const struct ini_entry *a, const struct ini_entry *b,
	const char *expected, struct problems *problems)
{
	const struct ini_entry *first = a->line < b->line ? a : b;
	const struct ini_entry *second = first == a ? b : a;

	problems_add(problems, second->line, 1, second->key, strlen(second->key),
		"%s, and \"%s\" stands in line %u", expected, first->key, first->line);
}

const struct ini_section *exemption_find_section(
	const struct ini_document *document, const char *type)
{
	for (size_t i = 0; i < document->n_sections; i++)
		if (strcmp(document->sections[i].type, type) == 0)
			return &document->sections[i];
	return NULL;
}
