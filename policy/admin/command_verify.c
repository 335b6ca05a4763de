/* sekisho-admin verify: would a terminal believe this document? */
#include "policy/admin/admin.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/cleanup.h"
#include "policy/timestamp.h"
#include "policy/verify.h"

#define USAGE "verify [--root ROOT] [--now TIME] [--site SITE] [--tier TIER] [--seen SERIAL] FILE"

struct options {
	const char *file, *root;
	struct verify_request request;
};

static void free_root(struct root **root)
{
	root_free(*root);
}

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Judges a signed policy or root as a terminal would.\n"
	       "  --root ROOT      the root to trust for a policy; root.ini beside FILE if not "
	       "given\n"
	       "  --now TIME       judge as of this time, such as 2026-04-01T00:00:00+09:00\n"
	       "  --site SITE, --tier TIER\n"
	       "                   the terminal's; any if not given\n"
	       "  --seen SERIAL    the terminal saw this serial already\n"
	       "Exit status: 0 believed (now or later), 1 refused, 2 could not tell.\n");
}

static int parse_serial(const char *text, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(text, &end, 10);
	return errno != 0 || end == text || *end != '\0' ? -EINVAL : 0;
}

/* EXIT_DONE: go on; -1: help was printed. */
static int parse_options(int argc, char **argv, struct options *ret)
{
	static const struct option table[] = {
		{"root", required_argument, NULL, 'r'},
		{"now", required_argument, NULL, 'n'},
		{"site", required_argument, NULL, 's'},
		{"tier", required_argument, NULL, 't'},
		{"seen", required_argument, NULL, 'S'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", table, NULL)) >= 0) {
		switch (option) {
		case 'r': ret->root = optarg; break;
		case 's': ret->request.site = optarg; break;
		case 't': ret->request.tier = optarg; break;
		case 'n':
			if (timestamp_parse(optarg, &ret->request.now_s) == 0)
				break;
			admin_complain("--now needs a time such as 2026-04-01T00:00:00+09:00");
			return EXIT_UNKNOWN;
		case 'S':
			if (parse_serial(optarg, &ret->request.serial_floor) == 0)
				break;
			admin_complain("--seen needs a number");
			return EXIT_UNKNOWN;
		case 'h': print_help(); return -1;
		default: return admin_usage(USAGE);
		}
	}
	if (argc - optind != 1)
		return admin_usage(USAGE);
	ret->file = argv[optind];
	return EXIT_DONE;
}

/* "root.ini" in the folder of path; the caller frees it. */
static char *root_beside(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *root = NULL;

	if (asprintf(&root, "%.*sroot.ini", slash ? (int)(slash + 1 - path) : 0, path) < 0)
		return NULL;
	return root;
}

static void print_sha256(const uint8_t sha256[SHA256_SIZE])
{
	printf("  SHA-256: ");
	for (size_t i = 0; i < SHA256_SIZE; i++)
		printf("%02x%s", sha256[i], i % 8 == 7 && i + 1 < SHA256_SIZE ? " " : "");
	printf("\n");
}

/* Prints what came out. Returns the exit code. */
static int report(const char *path, const struct verification *verification,
	struct problems *problems, const struct root *root)
{
	if (verification->verdict == DOCUMENT_REFUSED) {
		admin_print_problems(path, problems);
		problems_clear(problems);
		printf("%s: refused (%s): %s\n", path, document_fault_name(verification->fault),
			verification->detail);
		return EXIT_NO;
	}
	problems_clear(problems);
	printf("%s: %s\n", path, verification->detail);
	print_sha256(verification->sha256);
	printf("  signed by:");
	for (size_t i = 0; root && i < root->n_persons; i++)
		if (verification->signers & (UINT64_C(1) << i))
			printf(" %s", root->persons[i].id);
	printf("\n");
	return EXIT_DONE;
}

/* Judges file as a first root. EXIT_DONE sets *ret (for root_free()). */
static int judge_root(const struct verify_request *request, const struct admin_file *file,
	bool is_quiet, struct root **ret)
{
	struct problems problems = {0};
	struct verification verification;
	int code = EXIT_DONE;

	if (verify_first_root(request, file->bytes, file->size, &problems, &verification, ret) <
		0) {
		admin_complain("there is not enough memory for %s", file->path);
		return EXIT_UNKNOWN;
	}
	if (!is_quiet || verification.verdict == DOCUMENT_REFUSED)
		code = report(file->path, &verification, &problems, *ret);
	problems_clear(&problems);
	return code;
}

static int judge_policy(struct options *options, const struct admin_file *file)
{
	CLEANUP(cleanup_free) char *beside = options->root ? NULL : root_beside(file->path);
	CLEANUP(admin_file_free) struct admin_file root_file = {0};
	CLEANUP(free_root) struct root *root = NULL;
	struct problems problems = {0};
	struct verification verification;
	struct verify_request root_request;
	struct policy *policy = NULL;
	int code;

	if (admin_read(options->root ? options->root : beside, 2 * ROOT_SIZE_MAX, &root_file) < 0)
		return EXIT_UNKNOWN;
	root_request = (struct verify_request){
		.site = options->request.site, .now_s = options->request.now_s};
	code = judge_root(&root_request, &root_file, true, &root);
	if (code != EXIT_DONE)
		return code;
	options->request.root = root;
	if (verify_policy(&options->request, file->bytes, file->size, &problems, &verification,
		    &policy) < 0) {
		admin_complain("there is not enough memory for %s", file->path);
		return EXIT_UNKNOWN;
	}
	policy_free(policy);
	return report(file->path, &verification, &problems, root);
}

int admin_verify(int argc, char **argv)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(free_root) struct root *root = NULL;
	struct options options = {.request.now_s = time(NULL)};
	struct signed_document document;
	struct problems ignored = {0};
	int code = parse_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code < 0 ? EXIT_DONE : code;
	if (admin_read(options.file, 16 * POLICY_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	/* Only to see which of the two it wants to be; it is judged afterwards. */
	code = document_split(file.bytes, file.size, &ignored, &document);
	problems_clear(&ignored);
	if (code == 0 && admin_kind(document.text.bytes, document.text.size) == DOCUMENT_ROOT)
		return judge_root(&options.request, &file, false, &root);
	return judge_policy(&options, &file);
}
