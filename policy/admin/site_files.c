#include "policy/admin/site_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/bundle_file.h"
#include "policy/admin/exemption_folder.h"
#include "policy/admin/judge.h"
#include "policy/admin/judge_advice.h"
#include "policy/admin/media_folder.h"
#include "policy/admin/media_policy.h"
#include "policy/admin/parse.h"
#include "policy/admin/token_folder.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/sshsig.h"

struct collector {
	const char *folder, *tier; /* folders of the site and of the tier */
	bool is_quiet;
	struct judge_options judge;
	struct token_folders seen;
	struct site_files *files;
};

void site_files_clear(struct site_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		free(files->items[i].name);
		free(files->items[i].bytes);
	}
	free(files->items);
	trust_clear(&files->trust);
	terminal_list_clear(&files->terminals);
	*files = (struct site_files){0};
}

int site_files_add(struct site_files *files, char *name, struct admin_file *file)
{
	CLEANUP(cleanup_free) char *own_name = name;

	if (files->n == files->room) {
		size_t more = files->room == 0 ? 16 : 2 * files->room;
		void *grown = reallocarray(files->items, more, sizeof(*files->items));

		if (!grown)
			return admin_no_memory();
		files->items = grown;
		files->room = more;
	}
	if (!own_name)
		return admin_no_memory();
	files->items[files->n++] = (struct site_file){TAKE(own_name), file->bytes, file->size};
	file->bytes = NULL;
	return EXIT_DONE;
}

/* What is taken is said line by line, unless nobody wants to read it. */
static void __attribute__((format(printf, 2, 3)))
say(const struct collector *collector, const char *format, ...)
{
	va_list arguments;

	if (collector->is_quiet)
		return;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
}

/* The chain as far as terminals would walk it: a draft is not on it. */
static int add_roots(struct collector *collector, const char *roots)
{
	struct trust *trust = &collector->files->trust;
	int code = trust_load(
		roots, TRUST_ALL, collector->judge.request.now_s, TRUST_AS_TERMINALS, trust);

	for (uint64_t n = 1; code == EXIT_DONE && n <= trust->root->header.serial; n++) {
		CLEANUP(admin_file_free) struct admin_file file = {0};
		CLEANUP(cleanup_free) char *path = admin_format("%s/%" PRIu64 ".ini", roots, n);

		if (!path)
			return admin_no_memory();
		if (admin_read(path, 2 * ROOT_SIZE_MAX, &file) < 0)
			return EXIT_UNKNOWN;
		code = site_files_add(
			collector->files, admin_format("root/%" PRIu64 ".ini", n), &file);
	}
	if (code == EXIT_DONE)
		say(collector, "  root      1 to %" PRIu64 "\n", trust->root->header.serial);
	return code;
}

static int read_site(struct collector *collector)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/site.ini", collector->tier);
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	struct site *site = &collector->files->site;
	int r;

	if (!path)
		return admin_no_memory();
	if (admin_read(path, SITE_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = site_parse(file.bytes, file.size, &problems, site);
	admin_print_problems(path, &problems);
	problems_clear(&problems);
	if (r < 0)
		return EXIT_NO;
	collector->judge.request.site = site->site;
	collector->judge.request.tier = site->tier;
	return EXIT_DONE;
}

/* A document of the tier, if it is there; all but the policy may be missing. *ret_is_there is
 * whether it was added. */
static int add_document(
	struct collector *collector, const char *name, enum document_kind kind, bool *ret_is_there)
{
	CLEANUP(judged_document_clear) struct judged_document judged = {0};
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", collector->tier, name);
	int code;

	*ret_is_there = false;
	if (!path)
		return admin_no_memory();
	if (kind != DOCUMENT_POLICY && access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	code = judge_file(&collector->judge, path, &judged);
	if (code != EXIT_DONE)
		return code;
	if (judged.kind != kind) {
		admin_complain("%s is no %s", path, document_kind_name(kind));
		return EXIT_NO;
	}
	if (judged.verification.verdict == DOCUMENT_REFUSED) {
		admin_complain("%s is refused (%s): %s", path,
			document_fault_name(judged.verification.fault), judged.verification.detail);
		judge_advise(&collector->judge, &judged);
		return EXIT_NO;
	}
	say(collector, "  %-9s %s\n", document_kind_name(kind), judged.verification.detail);
	*ret_is_there = true;
	return site_files_add(collector->files, strdup(name), &judged.file);
}

static int add_shards(struct collector *collector)
{
	CLEANUP(media_folder_clear) struct media_folder folder = {0};
	int code = media_folder_open(collector->tier, &folder);

	if (code != EXIT_DONE)
		return code;
	media_folder_read(&folder, false);
	if (!folder.is_whole)
		return EXIT_NO;
	media_policy_warn(folder.index_path);
	for (unsigned i = 0; code == EXIT_DONE && i < folder.index->n_shards; i++)
		if (folder.index->has_shard[i])
			code = site_files_add(
				collector->files, admin_format("media/%02x", i), &folder.shards[i]);
	return code;
}

static bool is_signed(const struct admin_document *document)
{
	const struct signed_document *parts = &document->parts;

	for (size_t i = 0; i < parts->n_signatures; i++) {
		struct sshsig signature;

		sshsig_verify(parts->signatures[i].bytes, parts->signatures[i].size,
			document_kind_namespace(document->kind), parts->text.bytes,
			parts->text.size, &signature);
		if (signature.fault != SSHSIG_GOOD)
			return false;
	}
	return parts->n_signatures > 0;
}

/* A draft, or what somebody noted there, is not for terminals. */
static int check_signed(const char *path, enum document_kind kind, const struct admin_file *file)
{
	struct bundle bundle = {.bytes = file->bytes, .size = file->size};
	struct bundle_document one;

	while (bundle_next(&bundle, &one)) {
		CLEANUP(admin_document_clear) struct admin_document document = {.kind = kind};
		int code = bundle_file_part(file, &one, &document.file);

		if (code != EXIT_DONE)
			return code;
		if (admin_parse_silently(&document) && is_signed(&document))
			continue;
		admin_complain("%s: what begins in line %u is no signed %s: have it signed, or "
			       "take it out",
			path, one.line + 1, document_kind_name(kind));
		return EXIT_NO;
	}
	return EXIT_DONE;
}

/* exemptions.ini and revocations.ini, as they are: what is over in them, or signed by too few,
 * changes nothing for the rest, and each terminal judges it by itself. Without bytes where there is
 * no file. */
static int read_bundle(const struct collector *collector, const char *path, enum document_kind kind,
	struct admin_file *ret)
{
	int code;

	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (admin_read(path, BUNDLE_SIZE_MAX, ret) < 0)
		return EXIT_UNKNOWN;
	if (ret->size > 0 && bundle_file_kind(ret) != kind) {
		admin_complain("%s is no file of %ss", path, document_kind_name(kind));
		return EXIT_NO;
	}
	code = check_signed(path, kind, ret);
	if (code != EXIT_DONE)
		return code;
	say(collector, "  %-9s %zu, judged by the terminal one by one\n", document_kind_name(kind),
		bundle_count(ret->bytes, ret->size));
	return EXIT_DONE;
}

static int add_bundle(
	struct collector *collector, const char *folder, const char *name, enum document_kind kind)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", folder, name);
	int code = path ? read_bundle(collector, path, kind, &file) : admin_no_memory();

	if (code != EXIT_DONE || !file.bytes)
		return code;
	return site_files_add(collector->files, strdup(name), &file);
}

/* Of the tier, else of the whole site. */
static int add_revocations(struct collector *collector)
{
	static const char name[] = "revocations.ini";
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", collector->tier, name);

	if (!path)
		return admin_no_memory();
	return add_bundle(collector, access(path, F_OK) == 0 ? collector->tier : collector->folder,
		name, DOCUMENT_REVOCATION);
}

static int add_exemptions(struct collector *collector, const char *name)
{
	CLEANUP(cleanup_free) char *file = admin_format("terminals/%s/exemptions.ini", name);

	if (!file)
		return admin_no_memory();
	return add_bundle(collector, collector->tier, file, DOCUMENT_EXEMPTION);
}

/* Who approves by telephone at one terminal. */
static int add_desks(struct collector *collector, const char *name)
{
	CLEANUP(cleanup_free) char *file = admin_format("terminals/%s/desks.ini", name);
	bool is_there;

	return file ? add_document(collector, file, DOCUMENT_DESKS, &is_there) : admin_no_memory();
}

/* The tokens of one terminal, as it would judge them. */
static int add_tokens(struct collector *collector, const char *name)
{
	CLEANUP(cleanup_free) char *file = admin_format("terminals/%s/tokens.ini", name);
	CLEANUP(cleanup_free)
	char *path = file ? admin_format("%s/%s", collector->tier, file) : NULL;
	bool is_there;
	int code;

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	say(collector, "  %s\n", name);
	code = add_document(collector, file, DOCUMENT_TOKENS, &is_there);
	return code == EXIT_DONE ? token_folder_check(&collector->seen, path, name) : code;
}

static int add_terminal(struct collector *collector, const char *name)
{
	int code = add_tokens(collector, name);

	if (code == EXIT_DONE)
		code = add_desks(collector, name);
	return code == EXIT_DONE ? add_exemptions(collector, name) : code;
}

/* What is there for those that are retired stays with the administrators. */
static bool is_retired(const struct collector *collector, const char *name)
{
	const struct terminal_entry *entry =
		terminal_list_by_name(&collector->files->terminals, name);

	return entry && entry->state != TERMINAL_ACTIVE;
}

static int add_terminals(struct collector *collector)
{
	CLEANUP(cleanup_free) char *folder = admin_format("%s/terminals", collector->tier);
	CLEANUP(folder_names_clear) struct folder_names names = {0};
	int code = folder ? folder_names_read(folder, &names) : admin_no_memory();

	if (code == EXIT_DONE)
		code = terminal_list_read(collector->tier, &collector->files->terminals);
	for (size_t i = 0; code == EXIT_DONE && i < names.n; i++)
		if (!is_retired(collector, names.names[i]))
			code = add_terminal(collector, names.names[i]);
	return code;
}

static int collect(struct collector *collector)
{
	CLEANUP(cleanup_free) char *roots = admin_format("%s/root", collector->folder);
	bool is_there = false;
	int offset_minutes, code;

	if (!roots)
		return admin_no_memory();
	collector->judge.root = roots;
	collector->judge.request.now_s = admin_now(&offset_minutes);
	code = read_site(collector);
	if (code == EXIT_DONE)
		code = add_roots(collector, roots);
	if (code == EXIT_DONE)
		code = add_document(collector, "policy.ini", DOCUMENT_POLICY, &is_there);
	if (code == EXIT_DONE)
		code = add_document(collector, "media.ini", DOCUMENT_MEDIA, &is_there);
	if (code == EXIT_DONE && is_there)
		code = add_shards(collector);
	if (code == EXIT_DONE)
		code = add_document(collector, "fresh.ini", DOCUMENT_FRESH, &is_there);
	if (code == EXIT_DONE)
		code = add_revocations(collector);
	return code == EXIT_DONE ? add_terminals(collector) : code;
}

int site_files_collect(const char *folder, const char *tier, bool is_quiet, struct site_files *ret)
{
	struct collector collector = {
		.folder = folder, .tier = tier, .is_quiet = is_quiet, .files = ret};
	int code = collect(&collector);

	token_folders_clear(&collector.seen);
	return code;
}
