/* sekisho-admin root rotate: makes the draft of the next root, and says who must sign it. */
#include "policy/admin/admin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/options.h"
#include "policy/admin/public_key.h"
#include "policy/admin/root_changes.h"
#include "policy/admin/root_draft.h"
#include "policy/admin/root_next.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"
#include "policy/option.h"
#include "policy/timestamp.h"
#include "policy/value.h"

#define USAGE       "root rotate [--root ROOT] CHANGE... [--redo] [--out FILE]"
#define CHANGES_MAX 64

/* Where the chain is, when nobody says it. */
static const char root_default[] = "root";

struct change {
	int option;
	const char *argument; /* empty where the option takes none */
};

struct options {
	const char *root, *out;
	bool may_redo;
	struct change changes[CHANGES_MAX]; /* in the order of the command line */
	unsigned n_changes;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Makes the draft of the root that follows ROOT, with these changes and all else,\n"
	       "comments too, as it is; shows what changes, and says who must sign it.\n"
	       "  --root ROOT               the newest root, or the folder of the chain 1.ini,\n"
	       "                            2.ini ...; \"root\" if not given\n"
	       "  --add-person ID=KEY.pub   somebody new; they sign nothing before --add-to-role\n"
	       "  --remove-person ID        with all keys and roles\n"
	       "  --add-key ID=KEY.pub      one more key of a person\n"
	       "  --remove-key FINGERPRINT  SHA256:... as it stands in the root: lost, or retired\n"
	       "  --add-account ID=ACCOUNT, --remove-account ID=ACCOUNT\n"
	       "                            as whom a person works at terminals, who approves "
	       "none\n"
	       "                            of his own requests\n"
	       "  --add-to-role ROLE=ID, --remove-from-role ROLE=ID\n"
	       "  --threshold ROLE=N        how many persons must sign\n"
	       "  --not-after TIME          when it ends, such as 2029-03-31T23:59:59+09:00\n"
	       "  --new-epoch               makes every document of before worthless: they all\n"
	       "                            must be signed anew, and their serials begin again\n"
	       "  --redo                    makes an unsigned draft of it anew, in place of that\n"
	       "  --out FILE                where to write it; beside ROOT, as NUMBER.ini, if not\n"
	       "                            given. Overwrites nothing else\n"
	       "Exit status: 0 written, 1 the change cannot be made, 2 could not be tried.\n");
}

/* In the order of the command line. EXIT_DONE: go on. */
static int parse_options(int argc, char **argv, struct options *ret)
{
	static const struct option table[] = {
		{"root", required_argument, NULL, 'r'},
		{"out", required_argument, NULL, 'o'},
		{"redo", no_argument, NULL, 'R'},
		{"add-person", required_argument, NULL, 'p'},
		{"remove-person", required_argument, NULL, 'P'},
		{"add-key", required_argument, NULL, 'k'},
		{"remove-key", required_argument, NULL, 'K'},
		{"add-account", required_argument, NULL, 'c'},
		{"remove-account", required_argument, NULL, 'C'},
		{"add-to-role", required_argument, NULL, 'a'},
		{"remove-from-role", required_argument, NULL, 'A'},
		{"threshold", required_argument, NULL, 't'},
		{"not-after", required_argument, NULL, 'n'},
		{"new-epoch", no_argument, NULL, 'e'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	while ((option = option_next(argc, argv, "h", table, NULL)) >= 0) {
		switch (option) {
		case 'r': ret->root = optarg; break;
		case 'o': ret->out = optarg; break;
		case 'R': ret->may_redo = true; break;
		case 'h': print_help(); return ADMIN_HELPED;
		case '?': return admin_usage(USAGE);
		default:
			if (ret->n_changes == CHANGES_MAX)
				return admin_usage(USAGE);
			ret->changes[ret->n_changes++] =
				(struct change){option, optarg ? optarg : ""};
		}
	}
	if (argc != optind || ret->n_changes == 0)
		return admin_usage(USAGE);
	return EXIT_DONE;
}

/* "LEFT=RIGHT"; the left one is for free(). */
static int cut(const char *text, char **ret_left, const char **ret_right)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text || equals[1] == '\0') {
		admin_complain("\"%s\" should be two words with \"=\" between", text);
		return EXIT_UNKNOWN;
	}
	*ret_left = strndup(text, (size_t)(equals - text));
	*ret_right = equals + 1;
	return *ret_left ? EXIT_DONE : EXIT_UNKNOWN;
}

static int change_key(struct root_draft *draft, int option, const char *id, const char *path)
{
	char fingerprint[FINGERPRINT_LENGTH + 1];

	if (public_key_file_fingerprint(path, fingerprint) != EXIT_DONE)
		return EXIT_UNKNOWN;
	return option == 'p' ? root_draft_add_person(draft, id, fingerprint)
			     : root_draft_add_key(draft, id, fingerprint);
}

static int change_threshold(struct root_draft *draft, const char *role, const char *number)
{
	uint64_t threshold;

	if (number_parse(number, 1, PERSONS_MAX, &threshold) == 0)
		return root_draft_set_threshold(draft, role, (unsigned)threshold);
	admin_complain("a threshold is a number from 1 to %d", PERSONS_MAX);
	return EXIT_UNKNOWN;
}

/* The changes that name two things. */
static int change_two(struct root_draft *draft, const struct change *change)
{
	CLEANUP(cleanup_free) char *left = NULL;
	const char *right = NULL;
	int code = cut(change->argument, &left, &right);

	if (code != EXIT_DONE)
		return code;
	switch (change->option) {
	case 'p':
	case 'k': return change_key(draft, change->option, left, right);
	case 'c': return root_draft_add_account(draft, left, right);
	case 'C': return root_draft_remove_account(draft, left, right);
	case 'a': return root_draft_add_to_role(draft, left, right);
	case 'A': return root_draft_remove_from_role(draft, left, right);
	default: return change_threshold(draft, left, right);
	}
}

static int apply(struct root_draft *draft, const struct root *old, const struct change *change)
{
	int64_t time_s;

	switch (change->option) {
	case 'P': return root_draft_remove_person(draft, change->argument);
	case 'K': return root_draft_remove_key(draft, change->argument);
	case 'e': return root_draft_set_number(draft, "epoch", (uint64_t)old->header.epoch + 1);
	case 'n':
		if (timestamp_parse(change->argument, &time_s) == 0)
			return root_draft_set(draft, "not-after", change->argument);
		admin_complain("--not-after needs a time such as 2029-03-31T23:59:59+09:00");
		return EXIT_UNKNOWN;
	default: return change_two(draft, change);
	}
}

/* Number and dates of the next root. */
static int begin(
	const struct trust *trust, int64_t now_s, int offset_minutes, struct root_draft *draft)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct signed_document document;
	struct problems ignored = {0};
	char time[TIMESTAMP_SIZE];
	int code;

	if (admin_read(trust->path, 2 * ROOT_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	/* It was cut and judged before. */
	if (document_split(file.bytes, file.size, &ignored, &document) < 0 ||
		text_copy(document.text.bytes, document.text.size, &draft->text) < 0) {
		problems_clear(&ignored);
		return EXIT_UNKNOWN;
	}
	timestamp_format(now_s, offset_minutes, time);
	code = root_draft_set_number(draft, "serial", trust->root->header.serial + 1);
	if (code == EXIT_DONE)
		code = root_draft_set(draft, "issued", time);
	return code == EXIT_DONE ? root_draft_set(draft, "not-before", time) : code;
}

/* Said plainly before the parser says it of a date. */
static int check_end(const struct root_draft *draft, int64_t now_s)
{
	struct text_section section = {"root", NULL};
	CLEANUP(cleanup_free) char *value = NULL;
	int64_t end_s;

	if (text_get(&draft->text, section, "not-after", &value) < 0 ||
		timestamp_parse(value, &end_s) < 0 || end_s > now_s)
		return EXIT_DONE;
	admin_complain("the next root would have ended on %s; say until when it holds: --not-after",
		value);
	return EXIT_NO;
}

/* A folder says what is the newest: its next root may not be there, wherever this one goes. */
static int check_place(const struct options *options, const struct trust *trust, const char *out,
	bool *ret_replaces)
{
	CLEANUP(cleanup_free) char *next = root_next_path(trust);
	struct stat status;
	bool ignored;
	int code;

	if (options->out && next && stat(options->root, &status) == 0 && S_ISDIR(status.st_mode)) {
		code = root_next_check_place(trust, next, options->may_redo, &ignored);
		if (code != EXIT_DONE)
			return code;
	}
	return root_next_check_place(trust, out, options->may_redo, ret_replaces);
}

static int write_root(const char *out, const struct text *text, bool replaces)
{
	int r;

	if (replaces)
		return admin_replace(out, text->bytes, text->size) < 0 ? EXIT_UNKNOWN : EXIT_DONE;
	r = admin_create(out, text->bytes, text->size);
	if (r == 0)
		return EXIT_DONE;
	if (r == -EEXIST)
		admin_complain("%s is there already; nothing was written", out);
	else
		admin_complain(
			"%s cannot be written: %s; --out writes it elsewhere", out, strerror(-r));
	return r == -EEXIST ? EXIT_NO : EXIT_UNKNOWN;
}

static int rotate(const struct options *options, const struct trust *trust, int64_t now_s,
	struct root_draft *draft)
{
	CLEANUP(root_cleanup) struct root *next = NULL;
	CLEANUP(cleanup_free)
	char *out = options->out ? strdup(options->out) : root_next_path(trust);
	bool replaces = false;
	int code;

	if (!out) {
		admin_complain("where shall it be written? Say --out");
		return EXIT_UNKNOWN;
	}
	code = check_place(options, trust, out, &replaces);
	for (unsigned i = 0; code == EXIT_DONE && i < options->n_changes; i++)
		code = apply(draft, trust->root, &options->changes[i]);
	if (code == EXIT_DONE)
		code = check_end(draft, now_s);
	if (code == EXIT_DONE)
		code = root_draft_check(draft, &next);
	if (code == EXIT_DONE)
		code = write_root(out, &draft->text, replaces);
	if (code == EXIT_DONE)
		root_next_explain(trust, next, options->root, out);
	return code;
}

static void free_draft(struct root_draft *draft)
{
	text_free(&draft->text);
}

int admin_root(int argc, char **argv)
{
	CLEANUP(free_draft) struct root_draft draft = {0};
	CLEANUP(trust_clear) struct trust trust = {0};
	struct options options = {.root = root_default};
	int offset_minutes, code;
	int64_t now_s = admin_now(&offset_minutes);

	if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		print_help();
		return EXIT_DONE;
	}
	if (argc < 2 || strcmp(argv[1], "rotate") != 0)
		return admin_usage(USAGE);
	code = parse_options(argc - 1, argv + 1, &options);
	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (options.root == root_default && access(root_default, F_OK) < 0 && errno == ENOENT) {
		admin_complain("there is no folder root here: run it in the site's folder, or say "
			       "--root");
		return EXIT_UNKNOWN;
	}
	code = trust_load(options.root, TRUST_ALL, now_s, TRUST_AS_TERMINALS, &trust);
	if (code == EXIT_DONE)
		code = begin(&trust, now_s, offset_minutes, &draft);
	return code == EXIT_DONE ? rotate(&options, &trust, now_s, &draft) : code;
}
