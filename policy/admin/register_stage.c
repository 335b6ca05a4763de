#include "policy/admin/register_stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/cleanup.h"
#include "policy/sha256_text.h"

#define PREPARED         ".register-new"
#define DECIDED          ".register-pending"
#define JOURNAL          "journal"
#define JOURNAL_SIZE_MAX (64 * 1024 * 1024)
#define FILE_SIZE_MAX    (64 * 1024 * 1024)
#define ABSENT           "-" /* in the journal, in place of a hash */

static int complain_of(const char *path, int error)
{
	admin_complain("%s: %s", path, strerror(error));
	return EXIT_UNKNOWN;
}

int register_lock(const char *folder, int *ret)
{
	CLEANUP(admin_close) int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (lock < 0)
		return complain_of(folder, errno);
	if (flock(lock, LOCK_EX | LOCK_NB) < 0) {
		admin_complain("%s: somebody else changes the register just now", folder);
		return EXIT_UNKNOWN;
	}
	*ret = lock;
	lock = -1;
	return EXIT_DONE;
}

void register_unlock(int *lock)
{
	admin_close(lock);
}

static int sync_all(const char *folder)
{
	CLEANUP(admin_close) int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return descriptor >= 0 && syncfs(descriptor) == 0 ? EXIT_DONE : complain_of(folder, errno);
}

/* A folder in which only files are; it may be absent. */
static void remove_folder(const char *path)
{
	DIR *listing = opendir(path);
	const struct dirent *entry;

	while (listing && (entry = readdir(listing)))
		unlinkat(dirfd(listing), entry->d_name, 0);
	if (listing)
		closedir(listing);
	rmdir(path);
}

static bool hash(const char *bytes, size_t size, char ret[SHA256_TEXT_SIZE])
{
	uint8_t sha256[SHA256_SIZE];

	if (EVP_Digest(bytes, size, sha256, NULL, EVP_sha256(), NULL) != 1)
		return false;
	sha256_text(sha256, ret);
	return true;
}

/* Of a file as it is now; ABSENT where there is none. */
static int hash_file(const char *path, char ret[SHA256_TEXT_SIZE])
{
	CLEANUP(admin_file_free) struct admin_file file = {0};

	snprintf(ret, SHA256_TEXT_SIZE, "%s", ABSENT);
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (admin_read(path, FILE_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	return hash(file.bytes, file.size, ret) ? EXIT_DONE : admin_no_memory();
}

int register_stage_begin(const char *folder, struct register_stage *ret)
{
	CLEANUP(cleanup_free) char *journal = admin_format("%s/%s/%s", folder, PREPARED, JOURNAL);

	ret->folder = strdup(folder);
	ret->path = admin_format("%s/%s", folder, PREPARED);
	if (!journal || !ret->folder || !ret->path)
		return admin_no_memory();
	remove_folder(ret->path);
	if (mkdir(ret->path, 0700) < 0)
		return complain_of(ret->path, errno);
	ret->journal = fopen(journal, "wxe");
	return ret->journal ? EXIT_DONE : complain_of(journal, errno);
}

static int write_new(const char *path, mode_t mode, const char *bytes, size_t size)
{
	CLEANUP(admin_close)
	int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int r = descriptor < 0 ? -errno : admin_write_whole(descriptor, bytes, size);

	return r < 0 ? complain_of(path, -r) : EXIT_DONE;
}

int register_stage_add(
	struct register_stage *stage, const char *name, const char *bytes, size_t size)
{
	CLEANUP(cleanup_free) char *target = admin_format("%s/%s", stage->folder, name);
	CLEANUP(cleanup_free) char *path = admin_format("%s/%zu", stage->path, stage->n);
	char before[SHA256_TEXT_SIZE], after[SHA256_TEXT_SIZE];
	struct stat status = {.st_mode = 0600}; /* of a new one: it has people's names */
	int code;

	if (!target || !path || !hash(bytes, size, after))
		return admin_no_memory();
	if (lstat(target, &status) == 0 && !S_ISREG(status.st_mode)) {
		admin_complain("%s is no regular file: what changes many files at once replaces "
			       "them",
			target);
		return EXIT_NO;
	}
	code = hash_file(target, before);
	if (code != EXIT_DONE || strcmp(before, after) == 0)
		return code;
	code = write_new(path, status.st_mode & 0777, bytes, size);
	if (code != EXIT_DONE)
		return code;
	fprintf(stage->journal, "%s %s %zu %s\n", before, after, stage->n++, name);
	return ferror(stage->journal) ? complain_of(stage->path, EIO) : EXIT_DONE;
}

/* One line of the journal; the words are cut out of it. */
struct step {
	const char *before, *after, *staged, *name;
};

static bool parse_step(char *line, struct step *ret)
{
	const char **const words[] = {&ret->before, &ret->after, &ret->staged};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char *space = strchr(line, ' ');

		if (!space)
			return false;
		*space = '\0';
		*words[i] = line;
		line = space + 1;
	}
	ret->name = line;
	return line[0] != '\0';
}

static int take_step(const char *folder, const struct step *step)
{
	CLEANUP(cleanup_free) char *target = admin_format("%s/%s", folder, step->name);
	CLEANUP(cleanup_free)
	char *staged = admin_format("%s/%s/%s", folder, DECIDED, step->staged);
	char now[SHA256_TEXT_SIZE], prepared[SHA256_TEXT_SIZE];
	int code;

	if (!target || !staged)
		return admin_no_memory();
	code = hash_file(target, now);
	if (code != EXIT_DONE || strcmp(now, step->after) == 0)
		return code;
	code = hash_file(staged, prepared);
	if (code != EXIT_DONE)
		return code;
	if (strcmp(now, step->before) != 0 || strcmp(prepared, step->after) != 0) {
		admin_complain("%s was changed by somebody else meanwhile; what was to stand there "
			       "is %s: put it there or delete that, and say --finish again",
			target, staged);
		return EXIT_NO;
	}
	return rename(staged, target) == 0 ? EXIT_DONE : complain_of(target, errno);
}

/* What somebody put right by hand, by deleting what was prepared, needs nothing any more. */
static bool is_given_up(const char *folder, const struct step *step)
{
	CLEANUP(cleanup_free)
	char *staged = admin_format("%s/%s/%s", folder, DECIDED, step->staged);
	struct stat status;

	return staged && lstat(staged, &status) < 0 && errno == ENOENT;
}

static int carry_out(const char *folder)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", folder, DECIDED);
	CLEANUP(cleanup_free) char *journal = admin_format("%s/%s/%s", folder, DECIDED, JOURNAL);
	CLEANUP(admin_file_free) struct admin_file file = {0};
	int code = EXIT_DONE, one;

	if (!path || !journal)
		return admin_no_memory();
	/* It goes last of all. */
	if (access(journal, F_OK) == 0 && admin_read(journal, JOURNAL_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	for (char *line = file.bytes, *end; line && (end = strchr(line, '\n')); line = end + 1) {
		struct step step;

		*end = '\0';
		if (!parse_step(line, &step))
			return complain_of(journal, EBADMSG);
		one = is_given_up(folder, &step) ? EXIT_DONE : take_step(folder, &step);
		code = one > code ? one : code;
	}
	if (code == EXIT_DONE)
		code = sync_all(folder);
	if (code == EXIT_DONE)
		remove_folder(path);
	return code;
}

int register_stage_commit(struct register_stage *stage)
{
	CLEANUP(cleanup_free) char *decided = admin_format("%s/%s", stage->folder, DECIDED);
	int r = fclose(TAKE(stage->journal));
	int code;

	if (!decided)
		return admin_no_memory();
	if (r != 0)
		return complain_of(stage->path, errno);
	if (stage->n == 0)
		return EXIT_DONE;
	code = sync_all(stage->folder);
	if (code != EXIT_DONE)
		return code;
	if (rename(stage->path, decided) < 0)
		return complain_of(decided, errno);
	free(TAKE(stage->path));
	code = sync_all(stage->folder);
	if (code == EXIT_DONE)
		code = carry_out(stage->folder);
	if (code != EXIT_DONE)
		admin_complain("not all is done: \"token register --finish\" does the rest");
	return code;
}

void register_stage_drop(struct register_stage *stage)
{
	if (stage->journal)
		fclose(stage->journal);
	if (stage->path)
		remove_folder(stage->path);
	free(stage->path);
	free(stage->folder);
}

static bool is_unfinished(const char *folder)
{
	CLEANUP(cleanup_free) char *decided = admin_format("%s/%s", folder, DECIDED);

	return decided && access(decided, F_OK) == 0;
}

int register_check_unfinished(const char *folder)
{
	if (!is_unfinished(folder))
		return EXIT_DONE;
	admin_complain("%s: a change of the register was interrupted, so some files are new and "
		       "some old: \"token register --finish --folder %s\" does the rest",
		folder, folder);
	return EXIT_NO;
}

int register_finish(const char *folder)
{
	int code;

	if (!is_unfinished(folder)) {
		printf("nothing was interrupted\n");
		return EXIT_DONE;
	}
	code = carry_out(folder);
	if (code == EXIT_DONE)
		printf("finished: what was decided stands in all files. %s/register-to-sign.txt "
		       "names those to be signed\n",
			folder);
	return code;
}
