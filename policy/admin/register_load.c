#include "policy/admin/register_load.h"

#include <errno.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/csv_file.h"
#include "policy/admin/ledger.h"
#include "policy/cleanup.h"

/* What a reader returned as an exit code; its problems are printed. */
static int finish(const char *path, int r, struct problems *problems)
{
	ledger_print_problems(path, problems);
	problems_clear(problems);
	return r == 0 ? EXIT_DONE : r == -EBADMSG ? EXIT_NO : admin_no_memory();
}

/* One of the folder's own files: *ret_path stays NULL where there is none, as on the first day. */
static int read_own(
	const char *folder, const char *name, char **ret_path, struct admin_file *ret_file)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", folder, name);
	int code;

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	code = csv_file_read(path, false, ret_file);
	if (code == EXIT_DONE)
		*ret_path = TAKE(path);
	return code;
}

static int read_words(const char *folder, struct register_words *words)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(cleanup_free) char *path = NULL;
	struct problems problems = {0};
	int code = read_own(folder, WORDS_FILE, &path, &file);

	if (code != EXIT_DONE || !path)
		return code;
	return finish(
		path, register_words_read(file.bytes, file.size, &problems, words), &problems);
}

static int read_book(const char *folder, struct register_job *job)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(cleanup_free) char *path = NULL;
	struct problems problems = {0};
	int code = read_own(folder, REGISTER_FILE, &path, &file);

	if (code != EXIT_DONE || !path)
		return code;
	return finish(path,
		register_book_read(file.bytes, file.size, &job->fleet, &problems, &job->book),
		&problems);
}

static int read_sections(const struct register_paths *paths, const struct register_job *job,
	struct section_places *sections)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	int code;

	if (!paths->sections)
		return EXIT_DONE;
	code = csv_file_read(paths->sections, paths->is_cp932, &file);
	if (code != EXIT_DONE)
		return code;
	return finish(paths->sections,
		section_places_read(file.bytes, file.size, &job->fleet, &problems, sections),
		&problems);
}

static int read_personnel(const struct register_paths *paths, const struct personnel_rules *rules,
	struct register_job *job)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	int code = csv_file_read(paths->personnel, paths->is_cp932, &file);

	if (code != EXIT_DONE)
		return code;
	return finish(paths->personnel,
		personnel_read(file.bytes, file.size, rules, &problems, &job->personnel),
		&problems);
}

int register_load(const struct register_paths *paths, struct register_job *job)
{
	CLEANUP(section_places_clear) struct section_places sections = {0};
	const struct personnel_rules rules = {.fleet = &job->fleet,
		.words = &job->words,
		.sections = paths->sections ? &sections : NULL,
		.account_prefix = paths->account_prefix};
	int code = register_fleet_read(paths->folder, &job->fleet), other;

	if (code == EXIT_DONE)
		code = read_words(paths->folder, &job->words);
	if (code == EXIT_DONE)
		code = read_book(paths->folder, job);
	if (!paths->personnel || code == EXIT_UNKNOWN)
		return code;
	other = read_sections(paths, job, &sections);
	if (other == EXIT_DONE)
		other = read_personnel(paths, &rules, job);
	return other > code ? other : code;
}
