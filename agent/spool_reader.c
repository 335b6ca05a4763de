#include "agent/spool_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/fetch_names.h"
#include "agent/store.h"
#include "policy/cleanup.h"

/* Whoever fills the spool may put anything beside what belongs there. */
#define ENTRIES_MAX 4096

static const char *const singles[SPOOL_PARTS] = {
	[SPOOL_POLICY] = "policy.ini",
	[SPOOL_MEDIA] = "media.ini",
	[SPOOL_FRESH] = "fresh.ini",
	[SPOOL_TOKENS] = "tokens.ini",
	[SPOOL_DESKS] = "desks.ini",
	[SPOOL_REVOCATIONS] = "revocations.ini",
	[SPOOL_EXEMPTIONS] = "exemptions.ini",
};

static void cleanup_digest(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

static EVP_MD_CTX *begin_digest(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1)
		return context;
	EVP_MD_CTX_free(context);
	return NULL;
}

static int end_digest(EVP_MD_CTX *context, uint8_t ret[SHA256_SIZE])
{
	return EVP_DigestFinal_ex(context, ret, NULL) == 1 ? 0 : -ENOMEM;
}

/* --- names --- */

static DIR *open_part(int spool_fd, const char *name)
{
	int fd = openat(spool_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (!folder)
		cleanup_close(&fd);
	return folder;
}

/* Where there is a file of that name, and it is a document of this version. 0 or a negative errno.
 */
static int add(int spool_fd, const char *name, struct spool_files *files, EVP_MD_CTX *digest)
{
	struct stat facts;

	if (document_name_parse(name).kind == DOCUMENT_NONE || files->n == BUS_DOCUMENTS_MAX ||
		fstatat(spool_fd, name, &facts, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(facts.st_mode))
		return 0;
	snprintf(files->names[files->n++], DOCUMENT_NAME_MAX, "%s", name);
	if (EVP_DigestUpdate(digest, name, strlen(name) + 1) != 1 ||
		EVP_DigestUpdate(digest, &facts.st_ino, sizeof(facts.st_ino)) != 1 ||
		EVP_DigestUpdate(digest, &facts.st_size, sizeof(facts.st_size)) != 1 ||
		EVP_DigestUpdate(digest, &facts.st_mtim, sizeof(facts.st_mtim)) != 1 ||
		EVP_DigestUpdate(digest, &facts.st_ctim, sizeof(facts.st_ctim)) != 1)
		return -ENOMEM;
	return 0;
}

static int add_roots(int spool_fd, struct spool_files *files, EVP_MD_CTX *digest)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_part(spool_fd, "root");
	struct fetch_roots roots = {};
	const struct dirent *entry;
	char name[NAME_MAX + 16];
	size_t n_entries = 0;
	int r = 0;

	while (folder && n_entries++ < ENTRIES_MAX && (entry = readdir(folder))) {
		struct document_name parsed;

		snprintf(name, sizeof(name), "root/%s", entry->d_name);
		parsed = document_name_parse(name);
		if (parsed.kind == DOCUMENT_ROOT)
			fetch_roots_add(&roots, parsed.number);
	}
	for (size_t i = 0; r == 0 && i < roots.n; i++) {
		snprintf(name, sizeof(name), "root/%llu.ini", (unsigned long long)roots.numbers[i]);
		r = add(spool_fd, name, files, digest);
	}
	return r;
}

static int add_shards(int spool_fd, struct spool_files *files, EVP_MD_CTX *digest)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < FETCH_SHARDS; i++) {
		char name[DOCUMENT_NAME_MAX];

		snprintf(name, sizeof(name), "media/%02x", i);
		r = add(spool_fd, name, files, digest);
	}
	return r;
}

int spool_list(
	int spool_fd, enum spool_part part, struct spool_files *ret, uint8_t ret_seen[SHA256_SIZE])
{
	CLEANUP(cleanup_digest) EVP_MD_CTX *digest = begin_digest();
	int r = digest ? 0 : -ENOMEM;

	ret->n = 0;
	if (r == 0)
		r = part == SPOOL_ROOTS ? add_roots(spool_fd, ret, digest)
					: add(spool_fd, singles[part], ret, digest);
	/* Without their list they are nothing. */
	if (r == 0 && part == SPOOL_MEDIA && ret->n > 0)
		r = add_shards(spool_fd, ret, digest);
	if (r < 0)
		return r;
	return ret->n > 0 ? end_digest(digest, ret_seen) : -ENOENT;
}

/* --- bytes --- */

/* A link in the place of the folder that a name goes through leads nowhere else. */
static int open_folder_of(int spool_fd, const char **name)
{
	const char *slash = strchr(*name, '/');
	char folder[DOCUMENT_NAME_MAX];
	int fd;

	if (!slash)
		return fcntl(spool_fd, F_DUPFD_CLOEXEC, 0);
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - *name), *name);
	fd = openat(spool_fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	*name = slash + 1;
	return fd;
}

static int read_one(int spool_fd, const char *name, char **ret, size_t *ret_size)
{
	size_t size_max = fetch_size_max(name) + 1;
	CLEANUP(cleanup_close) int fd = open_folder_of(spool_fd, &name);

	return fd < 0 ? -errno : store_read_start(fd, name, size_max, ret, ret_size);
}

int spool_read(int spool_fd, struct spool_files *files, uint8_t ret_bytes[SHA256_SIZE])
{
	CLEANUP(cleanup_digest) EVP_MD_CTX *digest = begin_digest();
	size_t n = files->n;

	if (!digest)
		return -ENOMEM;
	files->n = 0;
	for (size_t i = 0; i < n; i++) {
		size_t at = files->n, size = 0;
		char *bytes = NULL;
		int r = read_one(spool_fd, files->names[i], &bytes, &size);

		if (r == -ENOMEM)
			return r;
		if (r < 0)
			continue;
		if (at != i)
			memcpy(files->names[at], files->names[i], DOCUMENT_NAME_MAX);
		files->items[files->n++] = (struct agent_document){.origin = SPOOL_ORIGIN,
			.name = files->names[at],
			.bytes = bytes,
			.size = size};
		if (EVP_DigestUpdate(digest, files->names[at], strlen(files->names[at]) + 1) != 1 ||
			EVP_DigestUpdate(digest, &size, sizeof(size)) != 1 ||
			EVP_DigestUpdate(digest, bytes, size) != 1)
			return -ENOMEM;
	}
	return end_digest(digest, ret_bytes);
}

void spool_files_clear(struct spool_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		free((void *)(uintptr_t)files->items[i].bytes);
		files->items[i].bytes = NULL;
	}
	files->n = 0;
}

/* --- receipts --- */

struct spool_heard spool_heard(int spool_fd)
{
	struct stat facts;

	if (fstatat(spool_fd, FETCH_HEARD, &facts, AT_SYMLINK_NOFOLLOW) < 0)
		return (struct spool_heard){};
	return (struct spool_heard){
		.inode = facts.st_ino,
		.modified_ns = (int64_t)facts.st_mtim.tv_sec * 1000000000 + facts.st_mtim.tv_nsec,
	};
}

void spool_take_receipts(int spool_fd, int up_fd)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_part(spool_fd, "sent");
	const struct dirent *entry;
	size_t n_entries = 0;

	while (folder && n_entries++ < ENTRIES_MAX && (entry = readdir(folder)))
		if (fetch_may_go_up(entry->d_name))
			(void)unlinkat(up_fd, entry->d_name, 0);
}
