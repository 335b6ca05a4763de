#include "agent/exemption_tries.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/checked_lines.h"

#define HEADING   "sekisho exemption tries 1\n"
#define LINE_SIZE (EXEMPTION_ID_SIZE + sizeof(" 5 18446744073709551615\n"))

_Static_assert(sizeof(HEADING) + 3 * LINE_SIZE + BOOT_TEXT_SIZE + EXEMPTION_TRIES_KEPT * LINE_SIZE +
			       CHECKSUM_LINE_SIZE <
		       EXEMPTION_TRIES_SIZE,
	"all of it fits");

static struct exemption_tries_of *find(struct exemption_tries *tries, const char *id)
{
	for (size_t i = 0; i < tries->n; i++)
		if (strcmp(tries->items[i].id, id) == 0)
			return &tries->items[i];
	return NULL;
}

static uint64_t wait_of(const struct exemption_tries *tries, const struct exemption_tries_of *item)
{
	uint64_t since_ms = tries->run.ms - item->last_ms;

	if (item->n < EXEMPTION_TRIES_MAX)
		return 0;
	if (item->last_ms > tries->run.ms)
		return EXEMPTION_TRIES_LOCKED_MS;
	return since_ms < EXEMPTION_TRIES_LOCKED_MS ? EXEMPTION_TRIES_LOCKED_MS - since_ms : 0;
}

uint64_t exemption_tries_wait_ms(const struct exemption_tries *tries, const char *id)
{
	for (size_t i = 0; i < tries->n; i++)
		if (strcmp(tries->items[i].id, id) == 0)
			return wait_of(tries, &tries->items[i]);
	return 0;
}

static struct exemption_tries_of *make_place(struct exemption_tries *tries)
{
	struct exemption_tries_of *fewest = &tries->items[0];

	if (tries->n < EXEMPTION_TRIES_KEPT)
		return &tries->items[tries->n++];
	for (size_t i = 1; i < tries->n; i++)
		if (tries->items[i].n < fewest->n)
			fewest = &tries->items[i];
	return fewest;
}

unsigned exemption_tries_charge(struct exemption_tries *tries, const char *id)
{
	struct exemption_tries_of *item = find(tries, id);

	if (!item) {
		item = make_place(tries);
		*item = (struct exemption_tries_of){.n = 0};
		snprintf(item->id, sizeof(item->id), "%s", id);
	}
	/* The lock is over. */
	if (item->n >= EXEMPTION_TRIES_MAX)
		item->n = 0;
	item->n++;
	item->last_ms = tries->run.ms;
	return EXEMPTION_TRIES_MAX - item->n;
}

void exemption_tries_forgive(struct exemption_tries *tries, const char *id)
{
	struct exemption_tries_of *item = find(tries, id);

	if (item)
		*item = tries->items[--tries->n];
}

int exemption_tries_format(
	const struct exemption_tries *tries, char ret[EXEMPTION_TRIES_SIZE], size_t *ret_size)
{
	size_t n = (size_t)snprintf(ret, EXEMPTION_TRIES_SIZE,
		HEADING "%" PRIu64 " %" PRIu64 " %s\n", tries->run.ms, tries->run.boottime_ms,
		tries->run.boot_id[0] ? tries->run.boot_id : "-");

	for (size_t i = 0; i < tries->n; i++)
		n += (size_t)snprintf(ret + n, EXEMPTION_TRIES_SIZE - n, "%s %u %" PRIu64 "\n",
			tries->items[i].id, tries->items[i].n, tries->items[i].last_ms);
	return checked_lines_close(ret, n, ret_size);
}

static bool read_word(const char **at, char end, char *ret, size_t size)
{
	size_t n = strcspn(*at, " \n");

	if (n == 0 || n >= size || (*at)[n] != end)
		return false;
	memcpy(ret, *at, n);
	ret[n] = '\0';
	*at += n + 1;
	return true;
}

static bool read_head(const char **at, struct running_time *ret)
{
	if (strncmp(*at, HEADING, strlen(HEADING)) != 0)
		return false;
	*at += strlen(HEADING);
	if (!read_number(at, UINT64_MAX, ' ', &ret->ms) ||
		!read_number(at, UINT64_MAX, ' ', &ret->boottime_ms) ||
		!read_word(at, '\n', ret->boot_id, sizeof(ret->boot_id)))
		return false;
	if (strcmp(ret->boot_id, "-") == 0)
		ret->boot_id[0] = '\0';
	return true;
}

static bool read_item(const char **at, struct exemption_tries_of *ret)
{
	uint64_t n;

	if (!read_word(at, ' ', ret->id, sizeof(ret->id)) || !exemption_id_is_valid(ret->id) ||
		!read_number(at, EXEMPTION_TRIES_MAX, ' ', &n) || n == 0 ||
		!read_number(at, UINT64_MAX, '\n', &ret->last_ms))
		return false;
	ret->n = (unsigned)n;
	return true;
}

int exemption_tries_parse(const char *text, size_t size, struct exemption_tries *ret)
{
	struct exemption_tries tries = {.n = 0};
	const char *end;
	int r = checked_lines_open(text, size, &end);

	if (r < 0)
		return r;
	if (!read_head(&text, &tries.run))
		return -EBADMSG;
	while (text < end) {
		if (tries.n == EXEMPTION_TRIES_KEPT || !read_item(&text, &tries.items[tries.n]) ||
			find(&tries, tries.items[tries.n].id))
			return -EBADMSG;
		tries.n++;
	}
	*ret = tries;
	return 0;
}
