#include "agent/fetch_look.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/descriptor.h"
#include "agent/document_places.h"
#include "agent/fetch_file.h"
#include "agent/fetch_names.h"
#include "agent/fetch_up.h"
#include "policy/cleanup.h"
#include "policy/document_name.h"

#define SINGLES_MAX 16
/* What lies in the folder of the roots beside them is not read for ever. */
#define ENTRIES_MAX 4096

/* What was seen of a document; a name that is gone gives its place to another. */
struct item {
	char name[DOCUMENT_NAME_MAX];
	struct fetch_seen seen;
	int error; /* said already */
};

struct fetch_looker {
	const struct fetch_spool *spool;
	struct item items[SINGLES_MAX + FETCH_SHARDS + FETCH_ROOTS_MAX];
	size_t n_items;
	int source_error, roots_error, up_error; /* said already */
	/* Of the look that is going on. */
	const struct document_places *places;
	struct fetch_look_result result;
};

int fetch_looker_new(const struct fetch_spool *spool, struct fetch_looker **ret)
{
	struct fetch_looker *looker = calloc(1, sizeof(*looker));

	if (!looker)
		return -ENOMEM;
	looker->spool = spool;
	*ret = looker;
	return 0;
}

void fetch_looker_free(struct fetch_looker *looker)
{
	free(looker);
}

static void say(int r, int *said, const char *what)
{
	if (r < 0 && r != *said)
		fprintf(stderr, SD_WARNING "%s: %s\n", what,
			r == -EINVAL || r == -EISDIR || r == -ELOOP ? "no regular file"
								    : strerror(-r));
	*said = r;
}

static struct item *find(struct fetch_looker *looker, const char *name)
{
	struct item *item;

	for (size_t i = 0; i < looker->n_items; i++)
		if (strcmp(looker->items[i].name, name) == 0)
			return &looker->items[i];
	if (looker->n_items == sizeof(looker->items) / sizeof(looker->items[0]))
		return NULL;
	item = &looker->items[looker->n_items++];
	*item = (struct item){};
	snprintf(item->name, sizeof(item->name), "%s", name);
	return item;
}

static void take(struct fetch_looker *looker, const char *name)
{
	struct item *item = find(looker, name);
	enum fetch_outcome outcome = FETCH_IS_SAME;
	int folders[DOCUMENT_FOLDERS_MAX], r = -ENOENT;
	size_t n = document_places_of(looker->places, name, folders);

	if (!item)
		return;
	for (size_t i = 0; r == -ENOENT && i < n; i++)
		r = fetch_file(folders[i], name, looker->spool, &item->seen, &outcome);
	/* What is there no more may still be needed; what it was stays in the spool. */
	if (r == -ENOENT)
		r = 0;
	say(r, &item->error, name);
	looker->result.is_unsettled |= outcome == FETCH_IS_UNSETTLED;
	looker->result.is_new |= outcome == FETCH_IS_NEW;
}

/* 1 where there are some, 0, or a negative errno. */
static int list_roots(const struct fetch_looker *looker, struct fetch_roots *ret)
{
	int folders[DOCUMENT_FOLDERS_MAX];
	size_t n_entries = 0;
	const struct dirent *entry;
	CLEANUP(cleanup_closedir) DIR *folder = NULL;

	document_places_of(looker->places, "root", folders);
	folder = open_directory(folders[0], "root");
	if (!folder)
		return errno == ENOENT ? 0 : -errno;
	ret->n = 0;
	while (n_entries++ < ENTRIES_MAX && (entry = readdir(folder))) {
		char name[NAME_MAX + 16];
		struct document_name parsed;

		snprintf(name, sizeof(name), "root/%s", entry->d_name);
		parsed = document_name_parse(name);
		if (parsed.kind == DOCUMENT_ROOT)
			fetch_roots_add(ret, parsed.number);
	}
	return ret->n > 0;
}

/* Those that are no longer listed are forgotten, so that there is always room. */
static void forget_roots(struct fetch_looker *looker, const struct fetch_roots *roots)
{
	size_t kept = 0;

	for (size_t i = 0; i < looker->n_items; i++) {
		struct document_name parsed = document_name_parse(looker->items[i].name);

		if (parsed.kind != DOCUMENT_ROOT || fetch_roots_has(roots, parsed.number))
			looker->items[kept++] = looker->items[i];
	}
	looker->n_items = kept;
}

static void take_roots(struct fetch_looker *looker)
{
	struct fetch_roots roots = {};
	int r = list_roots(looker, &roots);

	say(r < 0 ? r : 0, &looker->roots_error, "root");
	if (r <= 0)
		return;
	forget_roots(looker, &roots);
	(void)fetch_spool_keep_roots(looker->spool, &roots);
	for (size_t i = 0; i < roots.n; i++) {
		char name[DOCUMENT_NAME_MAX];

		snprintf(name, sizeof(name), "root/%llu.ini", (unsigned long long)roots.numbers[i]);
		take(looker, name);
	}
}

static void take_shards(struct fetch_looker *looker)
{
	for (unsigned i = 0; i < FETCH_SHARDS; i++) {
		char name[DOCUMENT_NAME_MAX];

		snprintf(name, sizeof(name), "media/%02x", i);
		take(looker, name);
	}
}

/* Who may sign comes first, then what a list needs, then the list. */
static void take_all(struct fetch_looker *looker, bool is_full)
{
	const char *name;

	if (is_full) {
		take_roots(looker);
		take_shards(looker);
	}
	for (size_t i = 0; (name = fetch_name_single(i)); i++)
		take(looker, name);
}

static void send_up(struct fetch_looker *looker, const struct fetch_look *look)
{
	struct fetch_up_report report = {};

	if (look->up_fd < 0)
		return;
	if (look->site->terminal[0])
		fetch_up(look->up_fd, looker->places->site_fd, look->site->terminal, looker->spool,
			&report);
	if (report.error == -EEXIST && looker->up_error != -EEXIST)
		fprintf(stderr, SD_WARNING "up: another file of the same name is there already\n");
	else if (report.error != -EEXIST)
		say(report.error, &looker->up_error, "up");
	looker->up_error = report.error;
}

void fetch_looker_look(
	struct fetch_looker *looker, const struct fetch_look *look, struct fetch_look_result *ret)
{
	const char *path = site_source_folder(look->site->source);
	CLEANUP(document_places_close) struct document_places places = {};
	struct document_place place;
	int r;

	snprintf(place.site, sizeof(place.site), "%s", look->site->site);
	snprintf(place.tier, sizeof(place.tier), "%s", look->site->tier);
	snprintf(place.terminal, sizeof(place.terminal), "%s", look->site->terminal);
	looker->result = (struct fetch_look_result){};
	r = path ? document_places_open(path, &place, &places) : -EINVAL;
	if (r < 0 && r != looker->source_error)
		fprintf(stderr, SD_WARNING "%s: %s\n", look->site->source, strerror(-r));
	else if (r == 0 && looker->source_error)
		fprintf(stderr, SD_NOTICE "%s is there again\n", look->site->source);
	looker->source_error = r;
	looker->result.is_away = r < 0;
	if (r == 0) {
		looker->places = &places;
		send_up(looker, look);
		take_all(looker, look->is_full);
		looker->places = NULL;
	}
	*ret = looker->result;
}
