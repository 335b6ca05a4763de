#include "agent/exemption_requests.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/checked_lines.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/exemption_text.h"
#include "policy/names.h"
#include "policy/value.h"

#define HOUR_S 3600
/* Of the lines before the request. */
#define HEAD_SIZE 1024

static const char *const phases[REQUEST_PHASE_COUNT] = {
	[REQUEST_LOST] = "lost",
	[REQUEST_OPEN] = "requested",
	[REQUEST_GRANTED] = "approved",
	[REQUEST_REFUSED] = "refused",
	[REQUEST_WITHDRAWN] = "withdrawn",
};

const char *request_phase_name(enum request_phase phase)
{
	return names_get(phases, REQUEST_PHASE_COUNT, phase);
}

int request_phase_from_name(const char *name, enum request_phase *ret)
{
	int index = names_find(phases, REQUEST_PHASE_COUNT, name);

	if (index < 0)
		return -EINVAL;
	*ret = (enum request_phase)index;
	return 0;
}

/* --- the list --- */

int requests_init(struct requests *ret)
{
	struct requests requests = {.items = calloc(REQUESTS_MAX, sizeof(*requests.items))};

	if (!requests.items)
		return -ENOMEM;
	*ret = requests;
	return 0;
}

void requests_clear(struct requests *requests)
{
	free(requests->items);
	*requests = (struct requests){.items = NULL};
}

struct request_entry *requests_find(const struct requests *requests, const char *id)
{
	for (size_t i = 0; i < requests->n; i++)
		if (strcmp(requests->items[i].request.id, id) == 0)
			return &requests->items[i];
	return NULL;
}

size_t requests_open(const struct requests *requests)
{
	size_t n = 0;

	for (size_t i = 0; i < requests->n; i++)
		n += requests->items[i].phase == REQUEST_OPEN;
	return n;
}

/* A time ahead of now, of a clock that was set back, is as now. */
static bool is_over(int64_t then_s, int64_t now_s, int64_t seconds)
{
	return now_s > then_s && now_s - then_s >= seconds;
}

static bool is_kept(const struct request_entry *entry, int64_t now_s)
{
	return entry->phase == REQUEST_OPEN || !is_over(entry->asked_s, now_s, HOUR_S);
}

static struct request_entry *find_oldest(const struct requests *requests, int64_t now_s)
{
	struct request_entry *oldest = NULL;

	for (size_t i = 0; i < requests->n; i++) {
		struct request_entry *entry = &requests->items[i];

		if (!is_kept(entry, now_s) && (!oldest || entry->decided_s < oldest->decided_s))
			oldest = entry;
	}
	return oldest;
}

enum request_answer requests_may_ask(const struct requests *requests, uint32_t uid, int64_t now_s)
{
	size_t n_open = 0, n_hour = 0;

	for (size_t i = 0; i < requests->n; i++) {
		const struct request_entry *entry = &requests->items[i];

		if (entry->uid != uid)
			continue;
		n_open += entry->phase == REQUEST_OPEN;
		n_hour += !is_over(entry->asked_s, now_s, HOUR_S);
	}
	if (n_open >= REQUESTS_OPEN_MAX)
		return REQUEST_TOO_MANY_OPEN;
	if (n_hour >= REQUESTS_PER_HOUR_MAX)
		return REQUEST_TOO_FAST;
	return requests->n < REQUESTS_MAX || find_oldest(requests, now_s) ? REQUEST_MAY
									  : REQUEST_TOO_MANY;
}

struct request_entry *requests_superfluous(const struct requests *requests, int64_t now_s)
{
	struct request_entry *oldest = find_oldest(requests, now_s);

	return oldest && (requests->n == REQUESTS_MAX ||
				 is_over(oldest->decided_s, now_s, REQUEST_KEPT_S))
		       ? oldest
		       : NULL;
}

struct request_entry *requests_unanswered(const struct requests *requests, int64_t now_s)
{
	for (size_t i = 0; i < requests->n; i++)
		if (requests->items[i].phase == REQUEST_OPEN &&
			is_over(requests->items[i].asked_s, now_s, REQUEST_KEPT_S))
			return &requests->items[i];
	return NULL;
}

struct request_entry *requests_add(struct requests *requests, const struct request_entry *entry)
{
	struct request_entry *place = &requests->items[requests->n++];

	*place = *entry;
	return place;
}

void requests_remove(struct requests *requests, struct request_entry *entry)
{
	struct request_entry *last = &requests->items[--requests->n];

	if (entry != last)
		*entry = *last;
}

/* --- the file --- */

int request_encode(const struct request_entry *entry, char **ret, size_t *ret_size)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(cleanup_free) char *document = NULL, *text = NULL;
	char reason[FORM_TEXT_MAX * 3 + 1];
	size_t room, used;
	int r = exemption_request_write(&entry->request, &problems, &document);

	if (r == 0 && percent_encode(entry->text, reason, sizeof(reason)) < 0)
		r = -EBADMSG;
	if (r < 0)
		return r;
	room = HEAD_SIZE + strlen(document) + CHECKSUM_LINE_SIZE + 1;
	text = malloc(room);
	if (!text)
		return -ENOMEM;
	used = (size_t)snprintf(text, room,
		"phase %s\nuid %" PRIu32 "\nmethod %s\nasked %" PRId64 "\ndecided %" PRId64
		"\nrecord %" PRIu64 "\ntext %s\n%s",
		request_phase_name(entry->phase), entry->uid, exemption_method_name(entry->method),
		entry->asked_s, entry->decided_s, entry->record, reason, document);
	r = checked_lines_close(text, used, ret_size);
	if (r < 0)
		return r;
	*ret = TAKE(text);
	return 0;
}

/* Cuts off the line "key value" and gives its value; NULL: another line stands there. */
static char *cut_line(char **rest, const char *key)
{
	size_t size = strlen(key);
	char *line = *rest, *end = strchr(line, '\n');

	if (!end || strncmp(line, key, size) != 0 || line[size] != ' ')
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return line + size + 1;
}

static bool cut_number(char **rest, const char *key, uint64_t max, uint64_t *ret)
{
	const char *value = cut_line(rest, key);

	return value && number_parse(value, 0, max, ret) == 0;
}

/* The lines before the request. False: these are others. */
static bool decode_head(char **rest, struct request_entry *ret)
{
	const char *phase = cut_line(rest, "phase"), *method, *text, *why;
	uint64_t uid, asked, decided;
	size_t at;

	if (!phase || request_phase_from_name(phase, &ret->phase) < 0 ||
		!cut_number(rest, "uid", UINT32_MAX, &uid))
		return false;
	method = cut_line(rest, "method");
	if (!method || exemption_method_from_name(method, &ret->method) < 0 ||
		!cut_number(rest, "asked", INT64_MAX, &asked) ||
		!cut_number(rest, "decided", INT64_MAX, &decided) ||
		!cut_number(rest, "record", UINT64_MAX, &ret->record))
		return false;
	text = cut_line(rest, "text");
	if (!text || percent_decode(text, ret->text, sizeof(ret->text), &at, &why) < 0)
		return false;
	ret->uid = (uint32_t)uid;
	ret->asked_s = (int64_t)asked;
	ret->decided_s = (int64_t)decided;
	return true;
}

static int decode_lines(char *lines, struct request_entry *ret)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(exemption_request_cleanup) struct exemption_request *request = NULL;
	struct request_entry entry = {.phase = REQUEST_LOST};
	int r;

	if (!decode_head(&lines, &entry))
		return -EBADMSG;
	r = exemption_request_parse(lines, strlen(lines), &problems, &request);
	if (r < 0)
		return r == -ENOMEM ? r : -EBADMSG;
	entry.request = *request;
	*ret = entry;
	return 0;
}

int request_decode(const char *text, size_t size, struct request_entry *ret)
{
	CLEANUP(cleanup_free) char *lines = NULL;
	const char *end;
	int r = memchr(text, '\0', size) ? -EBADMSG : checked_lines_open(text, size, &end);

	if (r < 0)
		return r;
	lines = strndup(text, (size_t)(end - text));
	return lines ? decode_lines(lines, ret) : -ENOMEM;
}
