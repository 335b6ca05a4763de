#include "policy/admin/new_site_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/shared_folder.h"
#include "policy/cleanup.h"
#include "policy/policy.h"
#include "policy/site.h"

#define FILES_MAX (2 + 2 * NEW_SITE_TIERS_MAX)

typedef void (*file_writer)(const struct new_site *site, const struct new_tier *tier, FILE *to);

struct new_file {
	char *path, *text;
	size_t size;
	enum document_kind kind; /* DOCUMENT_NONE: a site file, or to be read by people only */
	bool is_site;
};

struct new_files {
	struct new_file items[FILES_MAX];
	size_t count;
};

static void free_files(struct new_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->items[i].path);
		free(files->items[i].text);
	}
}

/* Makes one more file, in memory: folder/sub/name, or folder/name. */
static int make(struct new_files *files, const struct new_site *site, const struct new_tier *tier,
	const char *folder, const char *sub, const char *name, file_writer writer)
{
	struct new_file *file = &files->items[files->count++];
	FILE *to;

	file->is_site = writer == new_site_write_site;
	if (writer == new_site_write_root)
		file->kind = DOCUMENT_ROOT;
	else if (writer == new_site_write_policy)
		file->kind = DOCUMENT_POLICY;
	file->path = admin_format("%s/%s%s%s", folder, sub, sub[0] != '\0' ? "/" : "", name);
	if (!file->path)
		return -ENOMEM;
	to = open_memstream(&file->text, &file->size);
	if (!to)
		return -errno;
	writer(site, tier, to);
	return fclose(to) == 0 ? 0 : -ENOMEM;
}

static int make_all(struct new_files *files, const struct new_site *site, const char *folder)
{
	int r = make(files, site, NULL, folder, "root", "1.ini", new_site_write_root);

	for (unsigned i = 0; r == 0 && i < site->n_tiers; i++) {
		const struct new_tier *tier = &site->tiers[i];

		r = make(
			files, site, tier, folder, tier->name, "policy.ini", new_site_write_policy);
		if (r == 0)
			r = make(files, site, tier, folder, tier->name, "site.ini",
				new_site_write_site);
	}
	return r == 0 ? make(files, site, NULL, folder, "", "README.txt", new_site_write_readme)
		      : r;
}

/* Whether the parser that terminals use takes the text. Prints what is wrong: a line that many
 * persons make too long, say. */
static bool check(const struct new_file *file)
{
	struct problems problems = {0};
	struct policy *policy = NULL;
	struct root *root = NULL;
	struct site site;
	bool is_right;

	if (file->is_site)
		site_parse(file->text, file->size, &problems, &site);
	else if (file->kind == DOCUMENT_ROOT)
		root_parse(file->text, file->size, &problems, &root);
	else if (file->kind == DOCUMENT_POLICY)
		policy_parse(file->text, file->size, &problems, &policy);
	is_right = !problems_any(&problems);
	admin_print_problems(file->path, &problems);
	problems_clear(&problems);
	policy_free(policy);
	root_free(root);
	return is_right;
}

static int check_all(const struct new_files *files)
{
	int code = EXIT_DONE;

	for (size_t i = 0; i < files->count; i++) {
		if (!check(&files->items[i]))
			code = EXIT_UNKNOWN;
		if (access(files->items[i].path, F_OK) == 0 || errno != ENOENT) {
			if (errno == ENOTDIR)
				continue; /* is said when the folder is made */
			admin_complain(
				"%s is there already; nothing was written", files->items[i].path);
			return EXIT_NO;
		}
	}
	if (code != EXIT_DONE)
		admin_complain("nothing was written");
	return code;
}

/* Makes the folder that a file is to be in. 0 or a negative errno. */
static int make_folder(const char *path)
{
	CLEANUP(cleanup_free) char *folder = strdup(path);
	char *slash = folder ? strrchr(folder, '/') : NULL;

	if (!slash)
		return -ENOMEM;
	*slash = '\0';
	return shared_folder_make(folder);
}

/* Takes the first n back, and the folders that are empty then. */
static void remove_files(const struct new_files *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		unlink(files->items[i].path);
	for (size_t i = 0; i < files->count; i++) {
		char *slash = strrchr(files->items[i].path, '/');

		*slash = '\0';
		rmdir(files->items[i].path);
		*slash = '/';
	}
}

static int write_all(const struct new_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		const struct new_file *file = &files->items[i];
		int r = make_folder(file->path);

		if (r == 0)
			r = admin_create(file->path, file->text, file->size);
		if (r == 0)
			continue;
		admin_complain("%s cannot be written: %s", file->path, strerror(-r));
		remove_files(files, i);
		return EXIT_UNKNOWN;
	}
	return EXIT_DONE;
}

static void report(const struct new_site *site, const struct new_files *files, const char *folder)
{
	for (size_t i = 0; i < files->count; i++)
		printf("written: %s\n", files->items[i].path);
	if (new_site_hangs_on_one_key(site))
		printf("Note: if one key is lost, %s can sign a new root any more. Give everybody\n"
		       "a second key that is locked away (--person ID=KEY.pub once more), or have\n"
		       "one more administrator.\n",
			site->n_persons == 1 ? "nobody" : "too few persons");
	if (site->n_persons == 1)
		printf("Note: %s alone may sign everything. With one more administrator two must:\n"
		       "begin again in a new folder with --person once more.\n",
			site->persons[0].id);
	printf("Next: read %s/README.txt. %u of %u administrator%s must sign.\n", folder,
		site->threshold, site->n_persons, site->n_persons == 1 ? "" : "s");
}

int new_site_write(const struct new_site *site, const char *folder)
{
	CLEANUP(free_files) struct new_files files = {0};
	int code, r;

	if (make_all(&files, site, folder) < 0)
		return admin_no_memory();
	code = check_all(&files);
	if (code != EXIT_DONE)
		return code;
	r = shared_folder_make(folder);
	if (r < 0) {
		admin_complain("%s cannot be made: %s", folder, strerror(-r));
		return EXIT_UNKNOWN;
	}
	code = write_all(&files);
	if (code == EXIT_DONE)
		report(site, &files, folder);
	else
		rmdir(folder);
	return code;
}
