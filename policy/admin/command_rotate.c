/* sekisho-admin rotate: another root; another key in place of one that is lost, stolen or old, with
 * a list of what rests on that. */
#include "policy/admin/admin.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/exemption_folder.h"
#include "policy/admin/options.h"
#include "policy/admin/public_key.h"
#include "policy/admin/rotate_signed.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"

#define ROOT_USAGE "rotate root [--root ROOT] CHANGE... [--redo] [--out FILE]"
#define KEY_USAGE  "rotate key OLD [--new KEY.pub] [--folder SITE] [--redo]"
#define WORDS_MAX  10

struct rotation {
	const char *folder, *new_key;
	bool may_redo;
	char fingerprint[FINGERPRINT_LENGTH + 1]; /* of the old one */
};

static void print_help(void)
{
	printf("usage: sekisho-admin " ROOT_USAGE "\n"
	       "       sekisho-admin " KEY_USAGE "\n\n"
	       "root: as \"sekisho-admin root rotate\", whose --help has the changes.\n"
	       "key: a key is lost, stolen or old. Lists what it has signed in the site's folder,\n"
	       "of every tier, and makes the draft of a root without it.\n"
	       "  OLD            SHA256:... as it stands in the root, or its .pub file\n"
	       "  --new KEY.pub  the same person's new key, in its place\n"
	       "  --folder SITE  the site's folder, with root/ in it; this one if not given\n"
	       "  --redo         makes an unsigned draft anew\n"
	       "Exit status: 0 written, 1 the change cannot be made, 2 could not be tried.\n");
}

static int read_old(const char *word, struct rotation *rotation)
{
	if (strncmp(word, "SHA256:", strlen("SHA256:")) != 0)
		return public_key_file_fingerprint(word, rotation->fingerprint);
	if (strlen(word) != FINGERPRINT_LENGTH) {
		admin_complain("%s is no fingerprint as ssh-keygen -l prints it", word);
		return EXIT_UNKNOWN;
	}
	memcpy(rotation->fingerprint, word, FINGERPRINT_LENGTH + 1);
	return EXIT_DONE;
}

/* The draft, by the command that makes all of them. */
static int draft(const struct rotation *rotation, const char *roots, const char *person)
{
	CLEANUP(cleanup_free) char *added = NULL;
	const char *words[WORDS_MAX] = {
		"root", "rotate", "--root", roots, "--remove-key", rotation->fingerprint};
	char *copies[WORDS_MAX] = {NULL};
	int n = 6, code = EXIT_DONE;

	if (rotation->new_key) {
		added = admin_format("%s=%s", person, rotation->new_key);
		words[n++] = "--add-key";
		words[n++] = added ? added : "";
	}
	if (rotation->may_redo)
		words[n++] = "--redo";
	/* Whoever reads options may move words about. */
	for (int i = 0; i < n; i++) {
		copies[i] = strdup(words[i]);
		if (!copies[i])
			code = admin_no_memory();
	}
	optind = 0;
	if (code == EXIT_DONE)
		code = admin_root(n, copies);
	for (int i = 0; i < n; i++)
		free(copies[i]);
	return code;
}

/* Whose key it is by the newest root. */
static int find_person(
	const struct rotation *rotation, const char *roots, char ret[PERSON_NAME_MAX + 1])
{
	CLEANUP(trust_clear) struct trust trust = {0};
	int offset_minutes, person,
		code = trust_load(
			roots, TRUST_ALL, admin_now(&offset_minutes), TRUST_AS_TERMINALS, &trust);

	if (code != EXIT_DONE)
		return code;
	person = root_find_person(trust.root, rotation->fingerprint);
	if (person < 0) {
		admin_complain("the root %s names no key %s", trust.path, rotation->fingerprint);
		return EXIT_NO;
	}
	snprintf(ret, PERSON_NAME_MAX + 1, "%s", trust.root->persons[person].id);
	return EXIT_DONE;
}

static int rotate_key(const struct rotation *rotation)
{
	CLEANUP(cleanup_free) char *roots = admin_format("%s/root", rotation->folder);
	char person[PERSON_NAME_MAX + 1];
	size_t n = 0;
	int code = roots ? find_person(rotation, roots, person) : admin_no_memory();

	if (code != EXIT_DONE)
		return code;
	printf("%s has signed with this key:\n", person);
	code = rotate_print_signed(rotation->folder, rotation->fingerprint, &n);
	if (code != EXIT_DONE)
		return code;
	printf(n > 0 ? "%zu documents. Under the next root this signature counts for none of them: "
		       "where too few\nothers are left, sign anew (\"sign --raise\"; \"token\", "
		       "\"exemption\"), or leave exemptions refused.\n\n"
		     : "  nothing (%zu documents) that is in this folder.\n\n",
		n);
	code = draft(rotation, roots, person);
	if (code == EXIT_DONE)
		printf("Then, for each tier: sekisho-admin publish --folder TIER --to PLACE, which "
		       "says what is still to be\nsigned and publishes nothing before. Terminals "
		       "follow with their next look.\n");
	return code;
}

static int key(int argc, char **argv)
{
	struct rotation rotation = {.folder = "."};
	const struct admin_option table[] = {
		{"new", &rotation.new_key, NULL},
		{"folder", &rotation.folder, NULL},
		{"redo", NULL, &rotation.may_redo},
	};
	int code = admin_read_options(
		argc, argv, table, sizeof(table) / sizeof(table[0]), KEY_USAGE, print_help);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	if (argc - optind != 1)
		return admin_misused(KEY_USAGE, "which key? Say its fingerprint or its .pub file");
	code = read_old(argv[optind], &rotation);
	return code == EXIT_DONE ? rotate_key(&rotation) : code;
}

int admin_rotate(int argc, char **argv)
{
	static char as_root[] = "rotate";

	if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		print_help();
		return EXIT_DONE;
	}
	if (argc >= 2 && strcmp(argv[1], "key") == 0)
		return key(argc - 1, argv + 1);
	if (argc >= 2 && strcmp(argv[1], "root") == 0) {
		argv[1] = as_root;
		return admin_root(argc, argv);
	}
	fprintf(stderr, "usage: sekisho-admin " ROOT_USAGE "\n");
	return admin_usage(KEY_USAGE);
}
