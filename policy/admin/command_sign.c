/* sekisho-admin sign: shows a document, has ssh-keygen sign it, and adds what it gave if it is
 * good. */
#include "policy/admin/admin.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/options.h"
#include "policy/admin/parse.h"
#include "policy/admin/raise.h"
#include "policy/admin/sign_by.h"
#include "policy/admin/sign_checks.h"
#include "policy/admin/sign_elsewhere.h"
#include "policy/admin/signing.h"
#include "policy/admin/summary.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"

#define USAGE \
	"sign {--key KEY | --print | --add SIGNATURE} [--root ROOT] [--anew | --raise] [--yes] " \
	"FILE"

struct options {
	const char *file, *root, *key, *add;
	bool is_print, is_sure, is_anew, is_raise;
};

struct task {
	const struct options *options;
	struct admin_document *document;
	const struct admin_document *dropped; /* with the signatures that are dropped, or NULL */
	const struct trust *trust;            /* of a first root, and where none was found, empty */
	struct signing_roots roots;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Checks FILE (a root, a policy, an index of media, fresh, or tokens), shows in\n"
	       "ten lines what would be signed, lets ssh-keygen sign it, verifies the signature\n"
	       "and adds it to FILE. A file with a mistake is not signed, nor by a key that\n"
	       "the root does not name.\n"
	       "  --key KEY        a key file: ed25519, or ed25519-sk and ecdsa-sk of hardware\n"
	       "                   keys; or the .pub file of a key that an ssh-agent holds\n"
	       "  --print          to sign elsewhere: writes FILE.text and prints the line for\n"
	       "                   ssh-keygen on Linux and on Windows\n"
	       "  --add SIGNATURE  takes in the signature that was made elsewhere\n"
	       "  --root ROOT      the root, or the folder of its chain; for a next root, what\n"
	       "                   comes before it. Looked for beside FILE and above it\n"
	       "  --raise          for a text that was changed: raises its serial, sets its\n"
	       "                   date (its epoch too, after a root with a new one), and drops\n"
	       "                   the signatures that it has\n"
	       "  --anew           drops the signatures, and leaves the text alone\n"
	       "  --yes            does not ask before signing; needed where nobody can be asked\n"
	       "PKCS#11 cards: \"ssh-add -s\" hands their keys to ssh-agent. Debian 12's agent\n"
	       "knows only RSA and ECDSA on cards, and terminals accept neither; the manual\n"
	       "says more.\n"
	       "Exit status: 0 signed, 1 not signed, 2 could not be tried.\n");
}

/* What is wrong with the options; NULL: nothing. */
static const char *find_misuse(const struct options *options, int n_files)
{
	const char *misuse = sign_by_misuse(options->key, options->add, options->is_print);

	if (n_files < 1)
		return "which FILE shall be signed?";
	if (n_files > 1)
		return "one FILE at a time: each is shown before it is signed";
	if (misuse)
		return misuse;
	if (options->is_raise && options->is_anew)
		return "--raise drops the signatures, too: say it without --anew";
	if (options->add && (options->is_raise || options->is_anew))
		return "what was signed elsewhere was signed as it stands: --add changes nothing";
	return NULL;
}

/* EXIT_DONE: go on. */
static int parse_options(int argc, char **argv, struct options *ret)
{
	const struct admin_option table[] = {
		{"key", &ret->key, NULL},
		{"print", NULL, &ret->is_print},
		{"add", &ret->add, NULL},
		{"root", &ret->root, NULL},
		{"raise", NULL, &ret->is_raise},
		{"anew", NULL, &ret->is_anew},
		{"yes", NULL, &ret->is_sure},
	};
	const char *reason;
	int code = admin_read_options(
		argc, argv, table, sizeof(table) / sizeof(table[0]), USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	reason = find_misuse(ret, argc - optind);
	if (reason)
		return admin_misused(USAGE, reason);
	ret->file = argv[optind];
	return EXIT_DONE;
}

/* Whether the new signature is one that terminals accept, and of another key than the others. */
static int check_new(const struct admin_document *document, const struct signing_roots *roots,
	const struct document_slice *armour)
{
	struct sshsig signature, other;

	signing_verify(document, armour, &signature);
	if (signature.fault != SSHSIG_GOOD)
		return sign_by_complain(document, armour, signature.fault);
	for (size_t i = 0; i < document->parts.n_signatures; i++) {
		signing_verify(document, &document->parts.signatures[i], &other);
		if (strcmp(other.fingerprint, signature.fingerprint) == 0) {
			admin_complain("%s is signed by this key already", document->file.path);
			return EXIT_NO;
		}
	}
	if (signing_check_signer(document, roots, &signature) != EXIT_DONE)
		return EXIT_NO;
	printf("signed by %s\n", signature.fingerprint);
	return EXIT_DONE;
}

/* Writes text, the signatures that are there, and the new one. */
static int append(const struct task *task, const struct document_slice *armour)
{
	struct admin_document *document = task->document;
	struct signed_document *parts = &document->parts;
	CLEANUP(admin_file_free) struct admin_file file = {.path = document->file.path};
	size_t size = parts->text.size, size_max = document_kind_size_max(document->kind);

	for (size_t i = 0; i < parts->n_signatures; i++)
		size += parts->signatures[i].size;
	file.size = size + armour->size;
	if (file.size > size_max) {
		admin_complain(
			"with the signature the document would be larger than %zu bytes", size_max);
		return EXIT_NO;
	}
	file.bytes = malloc(file.size);
	if (!file.bytes)
		return admin_no_memory();
	/* Text and signatures stand in a row in the file. */
	memcpy(file.bytes, document->file.bytes, size);
	memcpy(file.bytes + size, armour->bytes, armour->size);
	if (admin_replace(file.path, file.bytes, file.size) < 0)
		return EXIT_UNKNOWN;
	parts->signatures[parts->n_signatures++] = *armour;
	printf("written: %s\n", file.path);
	signing_print_state(document, &task->roots);
	if (task->trust->root || document->kind == DOCUMENT_ROOT)
		sign_print_refusal(document, task->trust->root, &file);
	return EXIT_DONE;
}

/* With --raise or --anew the file itself is written, too: the signature must fit it. */
static int print(const struct task *task)
{
	const struct document_slice *text = &task->document->parts.text;
	const char *path = task->document->file.path;
	int code;

	if (task->dropped) {
		code = sign_by_ask(
			task->options->is_sure, "Write the file without its signatures?");
		if (code != EXIT_DONE)
			return code;
		if (admin_replace(path, text->bytes, text->size) < 0)
			return EXIT_UNKNOWN;
		printf("written: %s\n", path);
	}
	return sign_print(task->document);
}

/* The second of two signers needs no --raise. After a new epoch, the first one does. */
static bool is_raised_in_its_epoch(const struct task *task)
{
	return task->options->is_raise && admin_document_header(task->dropped)->epoch ==
						  admin_document_header(task->document)->epoch;
}

static void show(const struct task *task)
{
	admin_print_summary(task->document, &task->roots);
	if (task->dropped)
		signing_print_dropped(task->dropped, &task->roots, is_raised_in_its_epoch(task));
	sign_print_warnings(task->document, &task->roots);
	if (task->options->is_anew && task->document->kind == DOCUMENT_ROOT)
		printf("  warning    --anew is for a root that no terminal has yet; one in force "
		       "is never changed:\n"
		       "             \"sekisho-admin root rotate\" makes the next\n");
}

static int sign(const struct task *task)
{
	const struct options *options = task->options;
	CLEANUP(cleanup_free) char *armour = NULL;
	struct document_slice slice;
	int code = signing_check_present(task->document, &task->roots);

	if (code == EXIT_DONE)
		code = sign_check_place(task->document, task->trust->root);
	if (code == EXIT_DONE)
		code = sign_by_check(options->key, options->add);
	if (code != EXIT_DONE)
		return code;
	show(task);
	if (options->is_print)
		return print(task);
	code = sign_by_ask(options->is_sure, options->add ? "Add the signature?" : "Sign this?");
	if (code == EXIT_DONE)
		code = sign_by_make(options->key, options->add, task->document, &armour);
	if (code != EXIT_DONE)
		return code;
	slice = (struct document_slice){armour, strlen(armour)};
	code = check_new(task->document, &task->roots, &slice);
	return code == EXIT_DONE ? append(task, &slice) : code;
}

/* The root that knows who may sign: said, or found beside. EXIT_DONE also where there is none and
 * none is needed. */
static int find_trust(
	const struct options *options, const struct admin_document *document, struct trust *ret)
{
	const struct document_header *header = admin_document_header(document);
	uint64_t number_max = document->kind == DOCUMENT_ROOT ? header->serial - 1 : TRUST_ALL;
	CLEANUP(cleanup_free) char *found = NULL;
	int offset_minutes;

	if (number_max == 0)
		return EXIT_DONE; /* a first root names its signers itself */
	if (!options->root && document->kind == DOCUMENT_ROOT)
		found = trust_chain_of(options->file, header->serial);
	else if (!options->root)
		found = trust_find(options->file);
	if (!options->root && !found && document->kind == DOCUMENT_ROOT) {
		admin_complain("which root comes before %s? Say --root", options->file);
		return EXIT_UNKNOWN;
	}
	if (!options->root && !found)
		return EXIT_DONE;
	return trust_load(options->root ? options->root : found, number_max,
		admin_now(&offset_minutes),
		document->kind == DOCUMENT_ROOT ? TRUST_STRICT : TRUST_TO_SIGN, ret);
}

/* What is signed: the document as it is, without its signatures, or raised into *raised. */
static int prepare(struct task *task, struct admin_document *document, struct admin_document *old,
	struct admin_document *raised)
{
	int code;

	task->document = document;
	if (task->options->is_anew) {
		*old = *document;
		task->dropped = old;
		document->parts.n_signatures = 0;
	}
	if (task->options->is_raise) {
		code = raise_document(document, task->trust->root, raised);
		if (code != EXIT_DONE)
			return code;
		task->dropped = document;
		task->document = raised;
	}
	task->roots = signing_roots_by(task->document, task->trust);
	return EXIT_DONE;
}

int admin_sign(int argc, char **argv)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0}, raised = {0};
	struct admin_document old = {0}; /* shares what document owns */
	CLEANUP(trust_clear) struct trust trust = {0};
	struct options options = {0};
	struct task task = {.options = &options};
	int code = parse_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = sign_read_document(options.file, &document);
	if (code != EXIT_DONE)
		return code;
	if (document.kind == DOCUMENT_NONE) {
		admin_complain("%s is a site file, which is not signed", options.file);
		return EXIT_NO;
	}
	code = find_trust(&options, &document, &trust);
	if (code != EXIT_DONE)
		return code;
	task.trust = &trust;
	code = prepare(&task, &document, &old, &raised);
	return code == EXIT_DONE ? sign(&task) : code;
}
