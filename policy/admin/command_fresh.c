/* sekisho-admin fresh: for a timer. Says, signed, which root, policy and list of media are the
 * newest; never of one that does not verify. Asks nobody. */
#include "policy/admin/admin.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/document_write.h"
#include "policy/admin/judge.h"
#include "policy/admin/options.h"
#include "policy/admin/ssh_keygen.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

#define USAGE   "fresh --root ROOT --key KEY --policy FILE [--media FILE] --out FILE"
#define LASTS_S (7 * DAY_S)

struct options {
	const char *root, *key, *policy, *media, *out;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Makes and signs the document fresh, which tells terminals what is the newest.\n"
	       "For a timer: asks nothing, and writes all or nothing. It holds for seven days.\n"
	       "  --root ROOT    the newest root, or the folder of the chain 1.ini, 2.ini ...\n"
	       "  --key KEY      a key without passphrase, of a person of the role fresh and of\n"
	       "                 no other, or the .pub file of one that an ssh-agent holds\n"
	       "  --policy FILE  the policy of the tier\n"
	       "  --media FILE   the list of its registered media; media.ini beside the policy,\n"
	       "                 where there is one, if not given\n"
	       "  --out FILE     written, or replaced if it is a fresh of the same tier\n"
	       "Each document is verified first; where one is refused, nothing is written.\n"
	       "Exit status: 0 written, 1 a document or the key is refused, 2 could not be\n"
	       "tried.\n");
}

/* EXIT_DONE: go on. */
static int parse_options(int argc, char **argv, struct options *ret)
{
	const struct admin_option table[] = {
		{"root", &ret->root, NULL},
		{"key", &ret->key, NULL},
		{"policy", &ret->policy, NULL},
		{"media", &ret->media, NULL},
		{"out", &ret->out, NULL},
	};
	int code = admin_read_options(
		argc, argv, table, sizeof(table) / sizeof(table[0]), USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	if (argc != optind || !ret->root || !ret->key || !ret->policy || !ret->out)
		return admin_usage(USAGE);
	return EXIT_DONE;
}

/* Judges a document that is to be named; it must be of the kind. */
static int judge_named(const struct judge_options *options, const char *path,
	enum document_kind kind, struct judged_document *ret)
{
	int code = judge_file(options, path, ret);

	if (code != EXIT_DONE)
		return code;
	if (ret->kind != kind) {
		admin_complain("%s is no %s", path, document_kind_name(kind));
		return EXIT_NO;
	}
	if (ret->verification.verdict != DOCUMENT_REFUSED)
		return EXIT_DONE;
	admin_complain("%s is refused (%s), so nothing is said of it: %s", path,
		document_fault_name(ret->verification.fault), ret->verification.detail);
	return EXIT_NO;
}

/* What is there already must be of the same tier, and name nothing that would be forgotten. */
static int check_previous(const char *path, const struct fresh *previous,
	const struct judged_document *policy, const struct judged_document *media)
{
	const struct document_header *header = &policy->policy->header;

	if (strcmp(previous->header.site, header->site) != 0 ||
		strcmp(previous->header.tier, header->tier) != 0) {
		admin_complain("%s is the fresh of the site %s and the tier %s, the policy is of "
			       "%s and %s: it is left alone",
			path, previous->header.site, previous->header.tier, header->site,
			header->tier);
		return EXIT_NO;
	}
	if (!previous->media.is_named || media)
		return EXIT_DONE;
	admin_complain("%s names a list of registered media, and there is no media.ini beside the "
		       "policy; say --media, or delete %s if the tier has none any more",
		path, path);
	return EXIT_NO;
}

/* The serial of the fresh that is there already; 0 where there is none. */
static int read_previous(const char *path, const struct judged_document *policy,
	const struct judged_document *media, uint64_t *ret)
{
	int code;

	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	struct signed_document document;
	struct fresh *fresh = NULL;

	*ret = 0;
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (admin_read(path, FRESH_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	if (document_split(file.bytes, file.size, &problems, &document) == 0)
		fresh_parse(document.text.bytes, document.text.size, &problems, &fresh);
	problems_clear(&problems);
	if (!fresh) {
		admin_complain("%s is there already, and is no fresh: it is left alone", path);
		return EXIT_UNKNOWN;
	}
	code = check_previous(path, fresh, policy, media);
	if (code == EXIT_DONE)
		*ret = fresh->header.serial;
	fresh_free(fresh);
	return code;
}

static void write_entry(
	FILE *to, const char *what, uint64_t serial, const uint8_t sha256[SHA256_SIZE])
{
	char key[24];

	fprintf(to, "%s-serial = %" PRIu64 "\n", what, serial);
	snprintf(key, sizeof(key), "%s-sha256", what);
	document_write_sha256(to, key, sha256);
}

/* Begins a day early, so that a terminal whose clock is a little behind takes it at once. */
static void write_text(FILE *to, const struct judged_document *policy,
	const struct judged_document *media, uint64_t serial)
{
	struct document_header header = policy->policy->header;
	const struct trust *trust = &policy->trust;
	int offset_minutes;

	int64_t now_s = admin_now(&offset_minutes);

	header.kind = DOCUMENT_FRESH;
	header.serial = serial;
	/* Not above it may the serial be: after a clock that was set back it is issued ahead. */
	header.issued = (int64_t)serial;
	header.not_before = now_s - FRESH_AHEAD_MAX_S;
	header.not_after = now_s + LASTS_S;
	fprintf(to, "# What is the newest, said by a timer.\n");
	document_write_header(to, &header, offset_minutes);
	write_entry(to, "root", trust->root->header.serial, trust->text_sha256);
	write_entry(to, "policy", policy->policy->header.serial, policy->verification.text_sha256);
	if (media)
		write_entry(
			to, "media", media->media->header.serial, media->verification.text_sha256);
}

/* The text and its signature in a row. */
static int make(const struct options *options, const struct judged_document *policy,
	const struct judged_document *media, struct admin_file *ret)
{
	const struct ssh_signer signer = {
		.key = options->key,
		.name_space = document_kind_namespace(DOCUMENT_FRESH),
	};
	CLEANUP(cleanup_free) char *text = NULL, *armour = NULL;
	int offset_minutes, code, r;
	uint64_t serial, previous;
	size_t size = 0;
	FILE *to;

	code = read_previous(options->out, policy, media, &previous);
	if (code != EXIT_DONE)
		return code;
	/* Seconds rise by themselves; a clock that was set back does not stop the serial. */
	serial = (uint64_t)admin_now(&offset_minutes);
	to = open_memstream(&text, &size);
	if (!to)
		return EXIT_UNKNOWN;
	write_text(to, policy, media, serial > previous ? serial : previous + 1);
	if (fclose(to) != 0)
		return EXIT_UNKNOWN;
	r = ssh_keygen_sign(&signer, text, size, &armour);
	if (r < 0)
		return r == -EPERM ? EXIT_NO : EXIT_UNKNOWN;
	ret->bytes = admin_format("%s%s", text, armour);
	if (!ret->bytes)
		return admin_no_memory();
	ret->size = strlen(ret->bytes);
	return EXIT_DONE;
}

/* As terminals will judge it. */
static int check(const struct judged_document *policy, const struct admin_file *file)
{
	struct verification verification = {0};
	struct problems problems = {0};
	struct fresh *fresh = NULL;
	struct verify_request request = {
		.root = policy->trust.root,
		.site = policy->policy->header.site,
		.tier = policy->policy->header.tier,
	};
	int offset_minutes, r;

	request.now_s = admin_now(&offset_minutes);
	r = verify_fresh(&request, file->bytes, file->size, &problems, &verification, &fresh);
	admin_print_problems(file->path, &problems);
	problems_clear(&problems);
	fresh_free(fresh);
	if (r == 0 && verification.verdict == DOCUMENT_ACCEPTED)
		return EXIT_DONE;
	admin_complain("terminals would refuse this fresh (%s), so it is not written: %s",
		document_fault_name(verification.fault), verification.detail);
	return EXIT_NO;
}

/* The list that terminals get with the policy. *ret, for free(), stays NULL where there is none. */
static int find_media(const char *policy, char **ret)
{
	char *path = admin_beside(policy, "media.ini");

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) == 0 || errno != ENOENT) {
		*ret = path;
		return EXIT_DONE;
	}
	free(path);
	return EXIT_DONE;
}

int admin_fresh(int argc, char **argv)
{
	CLEANUP(judged_document_clear) struct judged_document policy = {0};
	CLEANUP(judged_document_clear) struct judged_document media = {0};
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(cleanup_free) char *beside = NULL;
	struct judge_options judge = {0};
	struct options options = {0};
	int offset_minutes, code = parse_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	judge.root = options.root;
	judge.request.now_s = admin_now(&offset_minutes);
	file.path = options.out;
	code = options.media ? EXIT_DONE : find_media(options.policy, &beside);
	if (beside)
		options.media = beside;
	if (code == EXIT_DONE)
		code = judge_named(&judge, options.policy, DOCUMENT_POLICY, &policy);
	if (code == EXIT_DONE && options.media) {
		judge.request.tier = policy.policy->header.tier;
		code = judge_named(&judge, options.media, DOCUMENT_MEDIA, &media);
	}
	if (code == EXIT_DONE)
		code = make(&options, &policy, options.media ? &media : NULL, &file);
	if (code == EXIT_DONE)
		code = check(&policy, &file);
	if (code == EXIT_DONE && admin_replace(options.out, file.bytes, file.size) < 0)
		code = EXIT_UNKNOWN;
	if (code == EXIT_DONE)
		printf("written: %s%s\n", options.out,
			options.media ? "" : ", without registered media: there are none");
	return code;
}
