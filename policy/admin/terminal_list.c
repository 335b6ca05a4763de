#include "policy/admin/terminal_list.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/exemption_folder.h"
#include "policy/cleanup.h"

char *terminal_entry_path(const char *tier_folder, const char *name)
{
	return admin_format("%s/terminals/%s/" TERMINAL_INI, tier_folder, name);
}

int terminal_entry_read(const char *path, const char *name, struct terminal_entry *ret)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(problems_clear) struct problems problems = {};
	struct terminal_entry entry;
	int r;

	if (admin_read(path, TERMINAL_ENTRY_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = terminal_entry_parse(file.bytes, file.size, &problems, &entry);
	if (r == -ENOMEM)
		return admin_no_memory();
	if (r < 0) {
		admin_print_problems(path, &problems);
		return EXIT_NO;
	}
	if (strcmp(entry.terminal, name) != 0) {
		admin_complain("%s is of the terminal %s", path, entry.terminal);
		return EXIT_NO;
	}
	*ret = entry;
	return EXIT_DONE;
}

/* One that another has is a folder that was copied: of the two nobody knows which is right. */
static bool is_taken(const struct terminal_list *list, const struct name_index *index,
	const char *what, const char *value, const struct terminal_entry *entry)
{
	uint32_t at;

	if (!name_index_find(index, value, &at))
		return false;
	admin_complain("the terminals %s and %s have the same %s; %s is left out",
		list->items[at].terminal, entry->terminal, what, entry->terminal);
	return true;
}

static int add(struct terminal_list *list, const struct terminal_entry *entry)
{
	struct terminal_entry *mine = &list->items[list->n];
	uint32_t at = (uint32_t)list->n;

	if (is_taken(list, &list->by_key, "key", entry->key, entry) ||
		(entry->certificate[0] && is_taken(list, &list->by_certificate, "certificate",
						  entry->certificate, entry)))
		return EXIT_NO;
	*mine = *entry;
	list->n++;
	if (name_index_put(&list->by_name, mine->terminal, at) < 0 ||
		name_index_put(&list->by_key, mine->key, at) < 0 ||
		(mine->certificate[0] &&
			name_index_put(&list->by_certificate, mine->certificate, at) < 0))
		return admin_no_memory();
	return EXIT_DONE;
}

static int read_one(const char *tier_folder, const char *name, struct terminal_list *list)
{
	CLEANUP(cleanup_free) char *path = terminal_entry_path(tier_folder, name);
	struct terminal_entry entry;
	int code;

	if (!path)
		return admin_no_memory();
	/* Documents may have been made for a terminal that has not joined. */
	if (access(path, F_OK) < 0)
		return EXIT_DONE;
	code = terminal_entry_read(path, name, &entry);
	return code == EXIT_DONE ? add(list, &entry) : code;
}

int terminal_list_read(const char *tier_folder, struct terminal_list *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/terminals", tier_folder);
	CLEANUP(folder_names_clear) struct folder_names names = {0};
	int code = path ? folder_names_read(path, &names) : admin_no_memory();

	if (code != EXIT_DONE)
		return code;
	if (names.n > TERMINAL_LIST_MAX) {
		admin_complain("%s: at most %d terminals", path, TERMINAL_LIST_MAX);
		return EXIT_UNKNOWN;
	}
	ret->items = calloc(names.n > 0 ? names.n : 1, sizeof(*ret->items));
	if (!ret->items)
		return admin_no_memory();
	for (size_t i = 0; i < names.n; i++) {
		int one = read_one(tier_folder, names.names[i], ret);

		code = one > code ? one : code;
	}
	return code;
}

void terminal_list_clear(struct terminal_list *list)
{
	name_index_clear(&list->by_name);
	name_index_clear(&list->by_key);
	name_index_clear(&list->by_certificate);
	free(list->items);
	*list = (struct terminal_list){0};
}

static const struct terminal_entry *find(
	const struct terminal_list *list, const struct name_index *index, const char *value)
{
	uint32_t at;

	return name_index_find(index, value, &at) ? &list->items[at] : NULL;
}

const struct terminal_entry *terminal_list_by_name(
	const struct terminal_list *list, const char *name)
{
	return find(list, &list->by_name, name);
}

const struct terminal_entry *terminal_list_by_key(
	const struct terminal_list *list, const char *fingerprint)
{
	return find(list, &list->by_key, fingerprint);
}

const struct terminal_entry *terminal_list_by_certificate(
	const struct terminal_list *list, const char *certificate)
{
	return find(list, &list->by_certificate, certificate);
}
