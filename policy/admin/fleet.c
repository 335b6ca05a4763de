#include "policy/admin/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/fleet_internal.h"
#include "policy/admin/fleet_scan.h"
#include "policy/cleanup.h"

static int worse(int a, int b)
{
	return a > b ? a : b;
}

struct fleet_terminal *fleet_find(const struct fleet *fleet, const char *name)
{
	size_t first = 0, end = fleet->n;

	while (first < end) {
		size_t middle = first + (end - first) / 2;
		int order = strcmp(name, fleet->items[middle].entry->terminal);

		if (order == 0)
			return &fleet->items[middle];
		if (order < 0)
			end = middle;
		else
			first = middle + 1;
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	const struct fleet_terminal *one = a, *other = b;

	return strcmp(one->entry->terminal, other->entry->terminal);
}

/* Those that are not retired. */
static int make_items(struct fleet *fleet)
{
	fleet->items = calloc(fleet->list.n > 0 ? fleet->list.n : 1, sizeof(*fleet->items));
	if (!fleet->items)
		return admin_no_memory();
	for (size_t i = 0; i < fleet->list.n; i++) {
		if (fleet->list.items[i].state == TERMINAL_ACTIVE)
			fleet->items[fleet->n++].entry = &fleet->list.items[i];
		else
			fleet->n_retired++;
	}
	qsort(fleet->items, fleet->n, sizeof(*fleet->items), compare);
	return EXIT_DONE;
}

static void judge(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->n; i++) {
		struct fleet_terminal *terminal = &fleet->items[i];
		const struct fleet_memory *memory =
			fleet_seen_find(&fleet->seen, terminal->entry->key);

		terminal->flaws |= fleet_judge(fleet, terminal);
		if (memory && terminal->report)
			terminal->flaws |= fleet_memory_compare(memory, terminal->report);
		if (memory)
			terminal->flaws |= fleet_flaws_kept(memory->flaws);
	}
}

int fleet_open(const struct exemption_folder *folder, const struct fleet_options *options,
	struct fleet *ret)
{
	CLEANUP(cleanup_free)
	char *up = options->up ? strdup(options->up) : admin_format("%s/up", folder->site);
	int code;

	*ret = (struct fleet){
		.folder = folder,
		.silent_s = options->silent_s > 0 ? options->silent_s : FLEET_SILENT_S,
	};
	ret->now_s = admin_now(&ret->offset_minutes);
	if (!up)
		return admin_no_memory();
	code = fleet_published_read(folder, &ret->published);
	if (code == EXIT_DONE)
		code = terminal_list_read(folder->tier, &ret->list);
	if (code < EXIT_UNKNOWN)
		code = worse(code, make_items(ret));
	if (code < EXIT_UNKNOWN)
		code = worse(code, fleet_seen_load(ret, &ret->seen));
	if (code < EXIT_UNKNOWN)
		code = worse(code, fleet_scan(ret, up));
	if (code < EXIT_UNKNOWN)
		judge(ret);
	return code;
}

void fleet_close(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->n; i++)
		fleet_report_free(fleet->items[i].report);
	free(fleet->items);
	free(fleet->strange.example);
	free(fleet->bad.example);
	fleet_seen_clear(&fleet->seen);
	terminal_list_clear(&fleet->list);
	*fleet = (struct fleet){0};
}
