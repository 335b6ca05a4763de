#include "policy/admin/publish_plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/publish_guard.h"
#include "policy/admin/publish_order.h"
#include "policy/cleanup.h"

static bool has_file(const struct site_files *files, const char *name)
{
	for (size_t i = 0; i < files->n; i++)
		if (strcmp(files->items[i].name, name) == 0)
			return true;
	return false;
}

/* Behind those that are to be written. */
static void add_absent(const struct site_files *files, struct publish_plan *plan)
{
	static char media[] = "media.ini", fresh[] = "fresh.ini", revocations[] = "revocations.ini";
	char *const names[PUBLISH_ABSENT_MAX] = {media, fresh, revocations, plan->next_root};

	snprintf(plan->next_root, sizeof(plan->next_root), "root/%" PRIu64 ".ini",
		files->trust.root->header.serial + 1);
	for (size_t i = 0; i < PUBLISH_ABSENT_MAX; i++) {
		if (has_file(files, names[i]))
			continue;
		plan->absent[i].name = names[i];
		plan->items[plan->n++] = &plan->absent[i];
	}
}

int publish_plan_make(
	struct publish_target *target, const struct site_files *files, struct publish_plan *ret)
{
	int code;

	ret->items = calloc(files->n + PUBLISH_ABSENT_MAX, sizeof(struct site_file *));
	ret->found = calloc(files->n + PUBLISH_ABSENT_MAX, sizeof(*ret->found));
	if (!ret->items || !ret->found)
		return admin_no_memory();
	for (size_t i = 0; i < files->n; i++)
		if (publish_rank(files->items[i].name) != PUBLISH_NEVER)
			ret->items[ret->n++] = &files->items[i];
	qsort(ret->items, ret->n, sizeof(struct site_file *), publish_compare);
	add_absent(files, ret);
	code = target->kind->lock ? target->kind->lock(target) : EXIT_DONE;
	if (code == EXIT_DONE)
		code = target->kind->read(target, ret->items, ret->n, ret->found);
	return code == EXIT_DONE ? publish_guard(target, files, ret->items, ret->found, ret->n)
				 : code;
}

void publish_plan_clear(struct publish_plan *plan)
{
	for (size_t i = 0; plan->found && i < plan->n; i++)
		publish_found_clear(&plan->found[i]);
	free(plan->found);
	free(plan->items);
	*plan = (struct publish_plan){0};
}

/* Of what a tier has one of. */
static int check_written(struct publish_target *target, struct site_file *const files[], size_t n)
{
	CLEANUP(cleanup_free) struct site_file **single = calloc(n + 1, sizeof(*single));
	CLEANUP(cleanup_free) struct publish_found *found = calloc(n + 1, sizeof(*found));
	size_t n_single = 0;
	int code;

	if (!single || !found)
		return admin_no_memory();
	for (size_t i = 0; i < n; i++)
		if (!strchr(files[i]->name, '/'))
			single[n_single++] = files[i];
	code = n_single > 0 ? target->kind->read(target, single, n_single, found) : EXIT_DONE;
	for (size_t i = 0; i < n_single; i++) {
		if (code == EXIT_DONE && found[i].other.bytes) {
			admin_complain("%s/%s is not what was written: somebody else publishes "
				       "there just now",
				target->place, single[i]->name);
			code = EXIT_UNKNOWN;
		}
		publish_found_clear(&found[i]);
	}
	return code;
}

int publish_plan_write(
	struct publish_target *target, const struct publish_plan *plan, struct publish_result *ret)
{
	CLEANUP(cleanup_free) struct site_file **is_new = calloc(plan->n + 1, sizeof(*is_new));
	size_t n = 0;
	int code;

	if (!is_new)
		return admin_no_memory();
	for (size_t i = 0; i < plan->n; i++)
		if (plan->items[i]->bytes && !plan->found[i].is_same)
			is_new[n++] = plan->items[i];
	code = target->kind->write(target, is_new, n, ret);
	return code == EXIT_DONE ? check_written(target, is_new, n) : code;
}
