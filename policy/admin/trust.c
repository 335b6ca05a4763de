#include "policy/admin/trust.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/kind.h"
#include "policy/admin/parse.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"
#include "policy/value.h"
#include "policy/verify.h"

struct walk {
	uint64_t number_max;
	int64_t now_s;
	enum trust_mode mode;
};

void trust_clear(struct trust *trust)
{
	root_free(trust->root);
	free(trust->path);
	*trust = (struct trust){0};
}

static char *number_path(const char *folder, uint64_t number)
{
	return admin_format("%s/%" PRIu64 ".ini", folder, number);
}

/* A root that lacks signatures, and nothing else, by its text alone. */
static struct root *read_unjudged(const struct admin_file *file, const struct verification *judged)
{
	struct problems ignored = {0};
	struct signed_document document;
	struct root *root = NULL;

	if (judged->fault != DOCUMENT_FAULT_UNSIGNED && judged->fault != DOCUMENT_FAULT_THRESHOLD)
		return NULL;
	if (document_split(file->bytes, file->size, &ignored, &document) == 0)
		root_parse(document.text.bytes, document.text.size, &ignored, &root);
	problems_clear(&ignored);
	return root;
}

/* Judges one root as stored ones are judged: that it has ended is said where it matters. */
static int judge(const struct root *before, const char *path, const struct walk *walk,
	struct verification *ret, struct root **ret_root)
{
	struct verify_request request = {.root = before, .now_s = walk->now_s, .is_stored = true};
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	int r;

	if (admin_read(path, 2 * ROOT_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	if (before) {
		request.site = before->header.site;
		r = verify_next_root(&request, file.bytes, file.size, &problems, ret, ret_root);
	} else {
		r = verify_first_root(&request, file.bytes, file.size, &problems, ret, ret_root);
		if (r == 0 && !*ret_root && walk->mode == TRUST_TO_SIGN)
			*ret_root = read_unjudged(&file, ret);
	}
	problems_clear(&problems);
	if (r == 0)
		return EXIT_DONE;
	admin_complain("there is not enough memory for %s", path);
	return EXIT_UNKNOWN;
}

static int adopt(struct trust *trust, struct root *root, const char *path,
	const struct verification *verification)
{
	char *own = strdup(path);

	trust_clear(trust);
	*trust = (struct trust){.root = root, .path = own};
	memcpy(trust->text_sha256, verification->text_sha256, SHA256_SIZE);
	return own ? EXIT_DONE : EXIT_UNKNOWN;
}

/* Takes one more root. EXIT_DONE, EXIT_NO where it is not good, EXIT_UNKNOWN. */
static int take(struct trust *trust, const char *path, const struct walk *walk)
{
	struct verification verification = {0};
	struct root *root = NULL;
	char time[TIMESTAMP_SIZE];
	int code = judge(trust->root, path, walk, &verification, &root);

	if (code != EXIT_DONE)
		return code;
	if (root && trust->root && root->header.not_before > walk->now_s) {
		timestamp_format(root->header.not_before, JAPAN_MINUTES, time);
		admin_complain(
			"note: %s starts on %s; until then %s is trusted", path, time, trust->path);
		root_free(root);
		return EXIT_NO;
	}
	if (root)
		return adopt(trust, root, path, &verification);
	if (trust->root && walk->mode != TRUST_STRICT)
		admin_complain("note: %s is not believed (%s: %s); %s is trusted", path,
			document_fault_name(verification.fault), verification.detail, trust->path);
	else
		admin_complain("the root %s is refused (%s): %s; \"sekisho-admin verify\" of it "
			       "says what to do",
			path, document_fault_name(verification.fault), verification.detail);
	return EXIT_NO;
}

/* The highest N of the files "N.ini" in the folder; 0 where there is none. */
static uint64_t highest_number(const char *folder)
{
	DIR *listing = opendir(folder);
	const struct dirent *entry;
	uint64_t highest = 0;

	while (listing && (entry = readdir(listing))) {
		size_t size = strlen(entry->d_name);
		char digits[24];
		uint64_t number;

		if (size <= strlen(".ini") || size >= sizeof(digits) ||
			strcmp(entry->d_name + size - strlen(".ini"), ".ini") != 0)
			continue;
		memcpy(digits, entry->d_name, size - strlen(".ini"));
		digits[size - strlen(".ini")] = '\0';
		if (number_parse(digits, 1, INT64_MAX, &number) == 0 && number > highest)
			highest = number;
	}
	if (listing)
		closedir(listing);
	return highest;
}

static int walk_folder(
	const char *folder, uint64_t last, const struct walk *walk, struct trust *ret)
{
	for (uint64_t number = 1; number <= last; number++) {
		CLEANUP(cleanup_free) char *path = number_path(folder, number);
		int code;

		if (!path || (access(path, F_OK) < 0 && errno == ENOENT)) {
			admin_complain("%s/%" PRIu64
				       ".ini is missing: the chain of roots has a gap",
				folder, number);
			return EXIT_NO;
		}
		code = take(ret, path, walk);
		if (code == EXIT_NO && ret->root && walk->mode != TRUST_STRICT)
			return EXIT_DONE;
		if (code != EXIT_DONE)
			return code;
	}
	return EXIT_DONE;
}

static int load(const char *path, const struct walk *walk, struct trust *ret)
{
	struct stat status;
	uint64_t last;

	if (admin_check_path(path) < 0)
		return EXIT_UNKNOWN;
	if (stat(path, &status) < 0) {
		admin_complain("%s cannot be read: %s", path, strerror(errno));
		return EXIT_UNKNOWN;
	}
	if (!S_ISDIR(status.st_mode))
		return take(ret, path, walk);
	last = highest_number(path);
	if (last == 0) {
		admin_complain("in the folder %s is no 1.ini, the first root", path);
		return EXIT_UNKNOWN;
	}
	return walk_folder(path, last < walk->number_max ? last : walk->number_max, walk, ret);
}

int trust_load(const char *path, uint64_t number_max, int64_t now_s, enum trust_mode mode,
	struct trust *ret)
{
	const struct walk walk = {.number_max = number_max, .now_s = now_s, .mode = mode};
	struct trust trust = {0};
	int code = load(path, &walk, &trust);

	if (code == EXIT_DONE)
		*ret = trust;
	else
		trust_clear(&trust);
	return code;
}

/* The folder of path with its slash; "" where there is none. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strndup(path, slash ? (size_t)(slash + 1 - path) : 0);
}

char *trust_find(const char *path)
{
	/* What is for one terminal lies in TIER/terminals/NAME, two folders deeper than other
	 * documents. A folder for one tier may be that of the site. */
	static const char *const places[] = {"root.ini", "root", "../root.ini", "../root",
		"../../root.ini", "../../root", "../../../root.ini", "../../../root"};
	size_t n = sizeof(places) / sizeof(places[0]) - (file_is_of_terminal(path) ? 0 : 4);
	CLEANUP(cleanup_free) char *folder = folder_of(path);

	for (size_t i = 0; folder && i < n; i++) {
		char *found = admin_format("%s%s", folder, places[i]);

		admin_shorten_path(found);
		if (!found || access(found, F_OK) == 0)
			return found;
		free(found);
	}
	return NULL;
}

char *trust_chain_of(const char *path, uint64_t number)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	CLEANUP(cleanup_free)
	char *folder = slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
	CLEANUP(cleanup_free) char *own = folder ? number_path(folder, number) : NULL;
	CLEANUP(cleanup_free) char *first = folder ? number_path(folder, 1) : NULL;

	if (!own || !first || strcmp(strrchr(own, '/') + 1, name) != 0 || access(first, F_OK) < 0)
		return NULL;
	return TAKE(folder);
}

struct root *trust_read_text(const char *path)
{
	CLEANUP(admin_document_clear) struct admin_document document = {.kind = DOCUMENT_ROOT};

	if (admin_read_document(path, &document.file) < 0)
		return NULL;
	admin_parse_silently(&document);
	return TAKE(document.root);
}

/* The number of the root in a file, as its text says; 0 where it is none. */
static uint64_t number_of(const char *path)
{
	CLEANUP(root_cleanup) struct root *root = trust_read_text(path);

	return root ? root->header.serial : 0;
}

char *trust_first_of(const char *place)
{
	CLEANUP(cleanup_free) char *folder = NULL;
	CLEANUP(cleanup_free) char *first = NULL;
	struct stat status;
	uint64_t number;

	if (stat(place, &status) < 0)
		return NULL;
	if (!S_ISDIR(status.st_mode)) {
		number = number_of(place);
		if (number == 1)
			return strdup(place);
		folder = number > 0 ? trust_chain_of(place, number) : NULL;
	}
	if (S_ISDIR(status.st_mode) || folder)
		first = number_path(folder ? folder : place, 1);
	return first && access(first, F_OK) == 0 ? TAKE(first) : NULL;
}
