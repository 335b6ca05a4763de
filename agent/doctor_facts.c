#include "agent/doctor_facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/below.h"
#include "policy/cleanup.h"

#define FILE_MAX      (1024 * 1024)
#define PATH_MAX_HERE 512

static void add_folder(struct doctor_facts *facts, const char *folder)
{
	struct stat found;

	if (facts->n_folders < DOCTOR_FOLDERS_MAX && strlen(folder) < sizeof(facts->folders[0]) &&
		below_stat(facts->root_fd, folder, &found) == 0 && S_ISDIR(found.st_mode))
		snprintf(facts->folders[facts->n_folders++], sizeof(facts->folders[0]), "%s",
			folder);
}

void doctor_facts_find(int root_fd, struct doctor_facts *ret)
{
	static const char *const places[] = {"/lib", "/usr/lib", "/lib64", "/usr/lib64"};
	char folder[PATH_MAX_HERE];

	*ret = (struct doctor_facts){.root_fd = root_fd};
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		CLEANUP(below_names_clear) struct below_names names = {.n = 0};

		snprintf(folder, sizeof(folder), "%s/security", places[i]);
		add_folder(ret, folder);
		/* Debian's: x86_64-linux-gnu and so on. */
		if (below_list(root_fd, places[i], &names) < 0)
			continue;
		for (size_t k = 0; k < names.n; k++) {
			if (!strstr(names.items[k], "-linux-"))
				continue;
			snprintf(folder, sizeof(folder), "%s/%s/security", places[i],
				names.items[k]);
			add_folder(ret, folder);
		}
	}
}

static bool is_gone(const struct doctor_facts *facts, const char *path)
{
	struct stat found;
	int r = below_stat(facts->root_fd, path, &found);

	return r == -ENOENT || r == -ENOTDIR;
}

static bool is_missing(void *context, const char *module)
{
	const struct doctor_facts *facts = context;
	char path[PATH_MAX_HERE];

	if (facts->n_folders == 0 || strstr(module, "$ISA"))
		return false;
	if (module[0] == '/')
		return is_gone(facts, module);
	for (size_t i = 0; i < facts->n_folders; i++) {
		snprintf(path, sizeof(path), "%s/%s", facts->folders[i], module);
		if (!is_gone(facts, path))
			return false;
	}
	return true;
}

/* Whether a word stands in the fields, or members, of a line. */
static bool is_one_of(const char *list, const char *word, const char *between)
{
	size_t length = strlen(word);

	for (list += strspn(list, between); *list; list += strspn(list, between)) {
		size_t this = strcspn(list, between);

		if (this == length && strncmp(list, word, length) == 0)
			return true;
		list += this;
	}
	return false;
}

/* A network may know members that no file names. */
static bool groups_are_in_files(int root_fd)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	char *rest, *line;
	int r = below_read(root_fd, "/etc/nsswitch.conf", FILE_MAX, &text, &size);

	if (r < 0)
		return r == -ENOENT;
	rest = text;
	while ((line = strsep(&rest, "\n")))
		if (strncmp(line, "group:", 6) == 0)
			for (char *word; (word = strsep(&line, " \t"));)
				if (*word && !is_one_of("group: files compat systemd", word, " "))
					return false;
	return true;
}

/* Somebody's first group. */
static bool is_first_group(int root_fd, const char *number)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	char *rest, *line;

	if (below_read(root_fd, "/etc/passwd", FILE_MAX, &text, &size) < 0)
		return true;
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		char *field = line;

		for (int i = 0; field && i < 3; i++)
			field = strchr(field, ':') ? strchr(field, ':') + 1 : NULL;
		if (field && strncmp(field, number, strlen(number)) == 0 &&
			field[strlen(number)] == ':')
			return true;
	}
	return false;
}

static bool is_nobodys_group(void *context, const char *group)
{
	const struct doctor_facts *facts = context;
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	char *rest, *line;

	if (below_read(facts->root_fd, "/etc/group", FILE_MAX, &text, &size) < 0 ||
		!groups_are_in_files(facts->root_fd))
		return false;
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		const char *name = strsep(&line, ":"), *number;

		if (!line || strcmp(name, group) != 0)
			continue;
		(void)strsep(&line, ":");
		number = strsep(&line, ":");
		return number && line && !*line && !is_first_group(facts->root_fd, number);
	}
	return true;
}

struct pam_facts doctor_facts_of(struct doctor_facts *facts)
{
	return (struct pam_facts){
		.is_missing = is_missing, .is_nobodys_group = is_nobodys_group, .context = facts};
}
