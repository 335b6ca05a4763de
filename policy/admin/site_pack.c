#include "policy/admin/site_pack.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/judge.h"
#include "policy/admin/judge_advice.h"
#include "policy/admin/media_folder.h"
#include "policy/admin/media_policy.h"
#include "policy/admin/site_pack_bundle.h"
#include "policy/admin/token_folder.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/site.h"
#include "policy/value.h"

struct packed_file {
	char *name; /* below the new folder */
	char *bytes;
	size_t size;
};

struct pack {
	const char *folder, *tier;
	struct site site;
	struct judge_options judge;
	struct packed_file *files;
	size_t n_files, room;
	struct token_folders terminals;
};

static void pack_clear(struct pack *pack)
{
	for (size_t i = 0; i < pack->n_files; i++) {
		free(pack->files[i].name);
		free(pack->files[i].bytes);
	}
	free(pack->files);
	token_folders_clear(&pack->terminals);
}

/* Takes the name and the file's bytes, whatever it returns. */
static int add(struct pack *pack, char *name, struct admin_file *file)
{
	CLEANUP(cleanup_free) char *own_name = name;

	if (pack->n_files == pack->room) {
		size_t more = pack->room == 0 ? 16 : 2 * pack->room;
		void *grown = reallocarray(pack->files, more, sizeof(*pack->files));

		if (!grown)
			return admin_no_memory();
		pack->files = grown;
		pack->room = more;
	}
	if (!own_name)
		return admin_no_memory();
	pack->files[pack->n_files++] =
		(struct packed_file){TAKE(own_name), file->bytes, file->size};
	file->bytes = NULL;
	return EXIT_DONE;
}

/* The chain as far as terminals would walk it: a draft is not on it. */
static int add_roots(struct pack *pack, const char *roots)
{
	CLEANUP(trust_clear) struct trust trust = {0};
	int code =
		trust_load(roots, TRUST_ALL, pack->judge.request.now_s, TRUST_AS_TERMINALS, &trust);

	for (uint64_t n = 1; code == EXIT_DONE && n <= trust.root->header.serial; n++) {
		CLEANUP(admin_file_free) struct admin_file file = {0};
		CLEANUP(cleanup_free) char *path = admin_format("%s/%" PRIu64 ".ini", roots, n);

		if (!path)
			return admin_no_memory();
		if (admin_read(path, 2 * ROOT_SIZE_MAX, &file) < 0)
			return EXIT_UNKNOWN;
		code = add(pack, admin_format("root/%" PRIu64 ".ini", n), &file);
	}
	if (code == EXIT_DONE)
		printf("  root      1 to %" PRIu64 "\n", trust.root->header.serial);
	return code;
}

/* Complains that there is no such tier, and which there are: folders with a site.ini. */
static int complain_of_tier(const struct pack *pack)
{
	CLEANUP(cleanup_free) char *tiers = strdup("");
	DIR *listing = opendir(pack->folder);
	const struct dirent *entry;

	while (tiers && listing && (entry = readdir(listing))) {
		CLEANUP(cleanup_free)
		char *path = admin_format("%s/%s/site.ini", pack->folder, entry->d_name);
		char *longer;

		if (!path || !tier_is_valid(entry->d_name) || access(path, F_OK) < 0)
			continue;
		longer = admin_format("%s %s", tiers, entry->d_name);
		free(tiers);
		tiers = longer;
	}
	if (listing)
		closedir(listing);
	if (!tiers)
		return admin_no_memory();
	admin_complain("%s/%s/site.ini cannot be read: %s; %s%s", pack->folder, pack->tier,
		strerror(ENOENT),
		tiers[0] ? "the tiers of this site are"
			 : "no folder there has one: is it the site's folder?",
		tiers);
	return EXIT_UNKNOWN;
}

static int add_site(struct pack *pack)
{
	CLEANUP(cleanup_free)
	char *path = admin_format("%s/%s/site.ini", pack->folder, pack->tier);
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	int r;

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return complain_of_tier(pack);
	if (admin_read(path, SITE_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = site_parse(file.bytes, file.size, &problems, &pack->site);
	admin_print_problems(path, &problems);
	problems_clear(&problems);
	if (r < 0)
		return EXIT_NO;
	pack->judge.request.site = pack->site.site;
	pack->judge.request.tier = pack->site.tier;
	return add(pack, strdup("site.ini"), &file);
}

/* A document of the tier, if it is there; all but the policy may be missing. *ret_is_there is
 * whether it was added. */
static int add_document(
	struct pack *pack, const char *name, enum document_kind kind, bool *ret_is_there)
{
	CLEANUP(judged_document_clear) struct judged_document judged = {0};
	CLEANUP(cleanup_free)
	char *path = admin_format("%s/%s/%s", pack->folder, pack->tier, name);
	int code;

	*ret_is_there = false;
	if (!path)
		return admin_no_memory();
	if (kind != DOCUMENT_POLICY && access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	code = judge_file(&pack->judge, path, &judged);
	if (code != EXIT_DONE)
		return code;
	if (judged.kind != kind) {
		admin_complain("%s is no %s", path, document_kind_name(kind));
		return EXIT_NO;
	}
	if (judged.verification.verdict == DOCUMENT_REFUSED) {
		admin_complain("%s is refused (%s): %s", path,
			document_fault_name(judged.verification.fault), judged.verification.detail);
		judge_advise(&pack->judge, &judged);
		return EXIT_NO;
	}
	printf("  %-9s %s\n", document_kind_name(kind), judged.verification.detail);
	*ret_is_there = true;
	return add(pack, strdup(name), &judged.file);
}

static int add_shards(struct pack *pack)
{
	CLEANUP(media_folder_clear) struct media_folder folder = {0};
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", pack->folder, pack->tier);
	int code = path ? media_folder_open(path, &folder) : admin_no_memory();

	if (code != EXIT_DONE)
		return code;
	media_folder_read(&folder, false);
	if (!folder.is_whole)
		return EXIT_NO;
	media_policy_warn(folder.index_path);
	for (unsigned i = 0; code == EXIT_DONE && i < folder.index->n_shards; i++)
		if (folder.index->has_shard[i])
			code = add(pack, admin_format("media/%02x", i), &folder.shards[i]);
	return code;
}

static int add_bundle(
	struct pack *pack, const char *folder, const char *name, enum document_kind kind)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", folder, name);
	int code = path ? site_pack_read_bundle(path, kind, &file) : admin_no_memory();

	return code == EXIT_DONE && file.bytes ? add(pack, strdup(name), &file) : code;
}

/* Of the tier, else of the whole site. */
static int add_revocations(struct pack *pack)
{
	static const char name[] = "revocations.ini";
	CLEANUP(cleanup_free) char *tier = admin_format("%s/%s", pack->folder, pack->tier);
	CLEANUP(cleanup_free) char *path = tier ? admin_format("%s/%s", tier, name) : NULL;

	if (!path)
		return admin_no_memory();
	return add_bundle(
		pack, access(path, F_OK) == 0 ? tier : pack->folder, name, DOCUMENT_REVOCATION);
}

static int add_exemptions(struct pack *pack, const char *name)
{
	CLEANUP(cleanup_free) char *tier = admin_format("%s/%s", pack->folder, pack->tier);
	CLEANUP(cleanup_free) char *file = admin_format("terminals/%s/exemptions.ini", name);

	if (!tier || !file)
		return admin_no_memory();
	return add_bundle(pack, tier, file, DOCUMENT_EXEMPTION);
}

/* Who approves by telephone at one terminal. */
static int add_desks(struct pack *pack, const char *name)
{
	CLEANUP(cleanup_free) char *file = admin_format("terminals/%s/desks.ini", name);
	bool is_there;

	return file ? add_document(pack, file, DOCUMENT_DESKS, &is_there) : admin_no_memory();
}

/* The tokens of one terminal, as it would judge them. */
static int add_tokens(struct pack *pack, const char *name)
{
	CLEANUP(cleanup_free) char *file = admin_format("terminals/%s/tokens.ini", name);
	CLEANUP(cleanup_free)
	char *path = file ? admin_format("%s/%s/%s", pack->folder, pack->tier, file) : NULL;
	bool is_there;
	int code;

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	printf("  %s\n", name);
	code = add_document(pack, file, DOCUMENT_TOKENS, &is_there);
	return code == EXIT_DONE ? token_folder_check(&pack->terminals, path, name) : code;
}

static int add_terminal(struct pack *pack, const char *name)
{
	int code = add_tokens(pack, name);

	if (code == EXIT_DONE)
		code = add_desks(pack, name);
	return code == EXIT_DONE ? add_exemptions(pack, name) : code;
}

static int add_terminals(struct pack *pack)
{
	CLEANUP(cleanup_free)
	char *folder = admin_format("%s/%s/terminals", pack->folder, pack->tier);
	struct dirent **names = NULL;
	int code = EXIT_DONE, n = folder ? scandir(folder, &names, NULL, alphasort) : 0;

	if (!folder)
		return admin_no_memory();
	for (int i = 0; i < n; i++) {
		if (code == EXIT_DONE && word_is_valid(names[i]->d_name))
			code = add_terminal(pack, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return code;
}

static int collect(struct pack *pack)
{
	CLEANUP(cleanup_free) char *roots = admin_format("%s/root", pack->folder);
	bool is_there = false;
	int offset_minutes, code;

	if (!roots)
		return admin_no_memory();
	pack->judge.root = roots;
	pack->judge.request.now_s = admin_now(&offset_minutes);
	code = add_site(pack);
	if (code == EXIT_DONE)
		code = add_roots(pack, roots);
	if (code == EXIT_DONE)
		code = add_document(pack, "policy.ini", DOCUMENT_POLICY, &is_there);
	if (code == EXIT_DONE)
		code = add_document(pack, "media.ini", DOCUMENT_MEDIA, &is_there);
	if (code == EXIT_DONE && is_there)
		code = add_shards(pack);
	if (code == EXIT_DONE)
		code = add_document(pack, "fresh.ini", DOCUMENT_FRESH, &is_there);
	if (code == EXIT_DONE)
		code = add_revocations(pack);
	if (code == EXIT_DONE)
		code = add_terminals(pack);
	pack->judge.root = NULL;
	return code;
}

static int write_file(const char *out, const struct packed_file *file)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", out, file->name);

	if (!path)
		return -ENOMEM;
	for (char *slash = path + strlen(out) + 1; (slash = strchr(slash, '/')); slash++) {
		int r;

		*slash = '\0';
		r = mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
		*slash = '/';
		if (r < 0)
			return r;
	}
	return admin_create(path, file->bytes, file->size);
}

/* Takes back what was written; only what is empty goes. */
static void remove_files(const char *out, const struct pack *pack, size_t n)
{
	static const char *const folders[] = {"/root", "/media", "/terminals", ""};

	for (size_t i = 0; i < n; i++) {
		CLEANUP(cleanup_free) char *path = admin_format("%s/%s", out, pack->files[i].name);

		if (!path)
			continue;
		unlink(path);
		if (strncmp(pack->files[i].name, "terminals/", strlen("terminals/")) == 0) {
			*strrchr(path, '/') = '\0';
			rmdir(path);
		}
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		CLEANUP(cleanup_free) char *path = admin_format("%s%s", out, folders[i]);

		if (path)
			rmdir(path);
	}
}

static int write_all(const char *out, const struct pack *pack)
{
	if (mkdir(out, 0755) < 0) {
		if (errno == EEXIST)
			admin_complain(
				"%s is there already; nothing was written: a new folder holds "
				"nothing of before",
				out);
		else
			admin_complain("%s cannot be made: %s", out, strerror(errno));
		return errno == EEXIST ? EXIT_NO : EXIT_UNKNOWN;
	}
	for (size_t i = 0; i < pack->n_files; i++) {
		int r = write_file(out, &pack->files[i]);

		if (r == 0)
			continue;
		admin_complain(
			"%s/%s cannot be written: %s", out, pack->files[i].name, strerror(-r));
		remove_files(out, pack, i);
		return EXIT_UNKNOWN;
	}
	return EXIT_DONE;
}

int site_pack(const char *site, const char *tier, const char *out)
{
	CLEANUP(pack_clear) struct pack pack = {.folder = site, .tier = tier};
	int code = collect(&pack);

	if (code != EXIT_DONE) {
		admin_complain("nothing was packed");
		return code;
	}
	code = write_all(out, &pack);
	if (code == EXIT_DONE)
		printf("packed for the tier %s: %zu files in %s\n", pack.site.tier, pack.n_files,
			out);
	return code;
}
