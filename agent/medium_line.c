#include "agent/medium_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/names.h"
#include "policy/value.h"

static const char *const order_names[MEDIUM_ORDER_COUNT] = {
	[MEDIUM_ORDER_NONE] = "none",
	[MEDIUM_ORDER_OPEN] = "open",
	[MEDIUM_ORDER_DEADLINE] = "deadline",
	[MEDIUM_ORDER_END] = "end",
	[MEDIUM_ORDER_STATE] = "state",
};

static const char *const answer_names[MEDIUM_ANSWER_COUNT] = {
	[MEDIUM_ANSWER_NONE] = "none",
	[MEDIUM_ANSWER_WAITING] = "waiting",
	[MEDIUM_ANSWER_OPENING] = "opening",
	[MEDIUM_ANSWER_SHOWN] = "shown",
	[MEDIUM_ANSWER_FAILED] = "failed",
	[MEDIUM_ANSWER_HOLDERS] = "holders",
	[MEDIUM_ANSWER_ENDED] = "ended",
	[MEDIUM_ANSWER_GONE] = "gone",
};

static const char *const end_names[MEDIUM_END_COUNT] = {
	[MEDIUM_END_UNKNOWN] = "unknown",
	[MEDIUM_END_FORCED] = "forced",
	[MEDIUM_END_HOLDERS] = "holders",
	[MEDIUM_END_CLEAN] = "clean",
};

enum field_kind { FIELD_TEXT, FIELD_U32, FIELD_U64, FIELD_BOOL, FIELD_END };

struct field {
	enum field_kind kind;
	size_t offset, size; /* size of a text, its NUL included */
};

#define TEXT_OF(type, member) \
	{ \
		FIELD_TEXT, offsetof(struct type, member), sizeof(((struct type *)0)->member) \
	}

static const struct field order_fields[] = {
	TEXT_OF(medium_order, id),
	TEXT_OF(medium_order, device),
	TEXT_OF(medium_order, user),
	{FIELD_U32, offsetof(struct medium_order, uid), 0},
	{FIELD_BOOL, offsetof(struct medium_order, is_writable), 0},
	{FIELD_U64, offsetof(struct medium_order, deadline_ms), 0},
	{FIELD_U32, offsetof(struct medium_order, grace_ms), 0},
	{FIELD_U64, offsetof(struct medium_order, capacity_bytes), 0},
	TEXT_OF(medium_order, volume),
	TEXT_OF(medium_order, file_systems),
	TEXT_OF(medium_order, word),
};

static const struct field answer_fields[] = {
	TEXT_OF(medium_answer, id),
	TEXT_OF(medium_answer, path),
	{FIELD_U64, offsetof(struct medium_answer, capacity_bytes), 0},
	TEXT_OF(medium_answer, volume),
	{FIELD_END, offsetof(struct medium_answer, end), 0},
	TEXT_OF(medium_answer, word),
	TEXT_OF(medium_answer, text),
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

const char *medium_answer_name(enum medium_answer_kind kind)
{
	return names_get(answer_names, MEDIUM_ANSWER_COUNT, kind);
}

const char *medium_end_name(enum medium_end end)
{
	return names_get(end_names, MEDIUM_END_COUNT, end);
}

int medium_end_from_name(const char *name, enum medium_end *ret)
{
	int value = names_find(end_names, MEDIUM_END_COUNT, name);

	if (value < 0)
		return -EINVAL;
	*ret = (enum medium_end)value;
	return 0;
}

bool medium_end_is_clean(enum medium_end end)
{
	return end == MEDIUM_END_CLEAN || end == MEDIUM_END_HOLDERS;
}

/* --- writing --- */

static int add(char *line, size_t *size, const char *text)
{
	size_t length = strlen(text);

	if (*size + length + 2 > MEDIUM_LINE_SIZE || !utf8_is_plain(text))
		return -EINVAL;
	if (*size > 0)
		line[(*size)++] = '\t';
	memcpy(line + *size, text, length + 1);
	*size += length;
	return 0;
}

static int add_field(char *line, size_t *size, const struct field *field, const void *from)
{
	const char *at = (const char *)from + field->offset;
	const char *text = NULL;
	uint64_t number = 0;
	char digits[24];

	switch (field->kind) {
	case FIELD_TEXT: return memchr(at, '\0', field->size) ? add(line, size, at) : -EINVAL;
	case FIELD_U32: number = *(const uint32_t *)(const void *)at; break;
	case FIELD_U64: number = *(const uint64_t *)(const void *)at; break;
	case FIELD_BOOL: number = *(const bool *)(const void *)at; break;
	case FIELD_END:
		text = medium_end_name(*(const enum medium_end *)(const void *)at);
		return text ? add(line, size, text) : -EINVAL;
	}
	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	return add(line, size, digits);
}

static int encode(const char *kind, const struct field *fields, size_t n, const void *from,
	char ret[MEDIUM_LINE_SIZE])
{
	char line[MEDIUM_LINE_SIZE];
	size_t size = 0;
	int r = add(line, &size, kind);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_field(line, &size, &fields[i], from);
	if (r < 0)
		return r;
	memcpy(ret, line, size + 1);
	return (int)size;
}

int medium_order_encode(const struct medium_order *order, char ret[MEDIUM_LINE_SIZE])
{
	const char *name = names_get(order_names, MEDIUM_ORDER_COUNT, order->kind);

	if (!name || order->kind == MEDIUM_ORDER_NONE)
		return -EINVAL;
	return encode(name, order_fields, COUNT(order_fields), order, ret);
}

int medium_answer_encode(const struct medium_answer *answer, char ret[MEDIUM_LINE_SIZE])
{
	const char *name = medium_answer_name(answer->kind);

	if (!name || answer->kind == MEDIUM_ANSWER_NONE)
		return -EINVAL;
	return encode(name, answer_fields, COUNT(answer_fields), answer, ret);
}

/* --- reading --- */

/* The next field of what is left, NUL behind it; NULL: there is none. */
static char *take(char **rest)
{
	char *field = *rest, *end = field ? strchr(field, '\t') : NULL;

	*rest = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return field;
}

static bool read_field(const struct field *field, const char *text, void *to)
{
	char *at = (char *)to + field->offset;
	uint64_t number = 0;
	enum medium_end end;

	switch (field->kind) {
	case FIELD_TEXT:
		if (strlen(text) >= field->size)
			return false;
		memcpy(at, text, strlen(text) + 1);
		return true;
	case FIELD_END:
		if (medium_end_from_name(text, &end) < 0)
			return false;
		*(enum medium_end *)(void *)at = end;
		return true;
	case FIELD_U32:
		if (number_parse(text, 0, UINT32_MAX, &number) < 0)
			return false;
		*(uint32_t *)(void *)at = (uint32_t)number;
		return true;
	case FIELD_U64: return number_parse(text, 0, UINT64_MAX, (uint64_t *)(void *)at) == 0;
	case FIELD_BOOL:
		if (number_parse(text, 0, 1, &number) < 0)
			return false;
		*(bool *)(void *)at = number;
		return true;
	}
	return false;
}

/* *ret_kind is the place of the first word in names. */
static int decode(const char *line, size_t size, const char *const *names, size_t n_names,
	const struct field *fields, size_t n, unsigned *ret_kind, void *to)
{
	char copy[MEDIUM_LINE_SIZE], *rest = copy, *word;
	int kind;

	if (size >= sizeof(copy) || memchr(line, '\0', size))
		return -EBADMSG;
	memcpy(copy, line, size);
	copy[size] = '\0';
	word = take(&rest);
	kind = names_find(names, n_names, word);
	if (kind <= 0)
		return -EBADMSG;
	for (size_t i = 0; i < n; i++) {
		word = take(&rest);
		if (!word || !utf8_is_plain(word) || !read_field(&fields[i], word, to))
			return -EBADMSG;
	}
	*ret_kind = (unsigned)kind;
	return rest ? -EBADMSG : 0;
}

static bool is_made_of(const char *text, const char *more)
{
	for (; *text; text++)
		if (!is_word_character(*text) && !strchr(more, *text))
			return false;
	return true;
}

/* Part of names of files, or of what the kernel is told: no way to anything else. */
static bool is_open_right(const struct medium_order *order)
{
	return order->id[0] && account_name_is_valid(order->user) && order->device[0] &&
	       is_digit(order->device[0]) && is_made_of(order->device, ".") &&
	       order->file_systems[0] && is_made_of(order->file_systems, " ");
}

int medium_order_decode(const char *line, size_t size, struct medium_order *ret)
{
	struct medium_order order = {0};
	unsigned kind;
	int r = decode(line, size, order_names, MEDIUM_ORDER_COUNT, order_fields,
		COUNT(order_fields), &kind, &order);

	if (r < 0)
		return r;
	order.kind = (enum medium_order_kind)kind;
	if (order.kind == MEDIUM_ORDER_OPEN && !is_open_right(&order))
		return -EBADMSG;
	*ret = order;
	return 0;
}

int medium_answer_decode(const char *line, size_t size, struct medium_answer *ret)
{
	struct medium_answer answer = {0};
	unsigned kind;
	int r = decode(line, size, answer_names, MEDIUM_ANSWER_COUNT, answer_fields,
		COUNT(answer_fields), &kind, &answer);

	if (r < 0)
		return r;
	answer.kind = (enum medium_answer_kind)kind;
	*ret = answer;
	return 0;
}

/* --- names of workers --- */

/* How long what three numbers and two hyphens take at the start of text; 0: something else is. */
static size_t name_length(const char *text)
{
	size_t length = 0;

	for (unsigned i = 0; i < 3; i++) {
		size_t digits = strspn(text + length, "0123456789");

		if (digits == 0)
			return 0;
		length += digits;
		if (i < 2 && text[length++] != '-')
			return 0;
	}
	return length < MEDIUM_NAME_SIZE ? length : 0;
}

int medium_name_from_disks(const char *disks, char ret[MEDIUM_NAME_SIZE])
{
	size_t length = name_length(disks);

	if (length == 0 || disks[length] != '-')
		return -EINVAL;
	memcpy(ret, disks, length);
	ret[length] = '\0';
	return 0;
}

bool medium_name_is_valid(const char *name)
{
	size_t length = name_length(name);

	return length > 0 && name[length] == '\0';
}
