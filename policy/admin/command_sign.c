/* sekisho-admin sign: shows a document, has ssh-keygen sign it, and adds what it gave if it is
 * good. */
#include "policy/admin/admin.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/options.h"
#include "policy/admin/parse.h"
#include "policy/admin/sign_elsewhere.h"
#include "policy/admin/signing.h"
#include "policy/admin/ssh_keygen.h"
#include "policy/admin/summary.h"
#include "policy/admin/text_edit.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

#define USAGE \
	"sign {--key KEY | --print | --add SIGNATURE} [--root ROOT] [--anew | --raise] [--yes] " \
	"FILE"

struct options {
	const char *file, *root, *key, *add;
	bool is_print, is_sure, is_anew, is_raise;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Checks FILE (a root, a policy, an index of media, or fresh), shows in ten\n"
	       "lines what would be signed, lets ssh-keygen sign it, verifies the signature\n"
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
	       "  --yes            does not ask before signing\n"
	       "PKCS#11 cards: \"ssh-add -s\" hands their keys to ssh-agent. Debian 12's agent\n"
	       "knows only RSA and ECDSA on cards, and terminals accept neither; the manual\n"
	       "says more.\n"
	       "Exit status: 0 signed, 1 not signed, 2 could not be tried.\n");
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
	int code = admin_read_options(
		argc, argv, table, sizeof(table) / sizeof(table[0]), USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	if (argc - optind != 1 || (ret->key != NULL) + (ret->add != NULL) + ret->is_print != 1)
		return admin_usage(USAGE);
	/* What was signed elsewhere was signed as it stands. */
	if (ret->is_raise + ret->is_anew + (ret->add != NULL) > 1)
		return admin_usage(USAGE);
	ret->file = argv[optind];
	return EXIT_DONE;
}

/* Sets serial and date in the text; in a new epoch serials begin again. */
static int raise_text(
	const struct admin_document *document, const struct root *root, struct text *text)
{
	const struct document_header *header = admin_document_header(document);
	struct text_section section = {document_kind_name(document->kind), NULL};
	bool is_new_epoch = root && root->header.epoch > header->epoch;
	char issued[TIMESTAMP_SIZE];
	int offset_minutes, r;
	int64_t now_s = admin_now(&offset_minutes);

	timestamp_format(now_s, offset_minutes, issued);
	r = text_copy(document->parts.text.bytes, document->parts.text.size, text);
	if (r == 0)
		r = text_set_number(text, section, "serial", is_new_epoch ? 1 : header->serial + 1);
	if (r == 0 && is_new_epoch)
		r = text_set_number(text, section, "epoch", root->header.epoch);
	return r == 0 ? text_set(text, section, "issued", issued) : r;
}

/* Puts the raised document, without signatures, in place of *document. */
static int raise_document(
	const char *path, const struct root *root, struct admin_document *document)
{
	CLEANUP(text_free) struct text text = {0};
	struct admin_file file = {.path = path};

	if (document->kind == DOCUMENT_ROOT) {
		admin_complain("a root is not raised: \"sekisho-admin root rotate\" makes the next "
			       "one");
		return EXIT_NO;
	}
	if (raise_text(document, root, &text) < 0) {
		admin_complain("the serial of %s could not be raised", path);
		return EXIT_UNKNOWN;
	}
	file.size = text.size;
	file.bytes = TAKE(text.bytes);
	admin_document_clear(document);
	*document = (struct admin_document){0};
	return admin_parse_file(&file, document);
}

/* Whether the new signature is one that terminals accept, and of another key than the others. */
static int check_new(const struct admin_document *document, const struct signing_roots *roots,
	const struct document_slice *armour)
{
	struct sshsig signature, other;

	signing_verify(document, armour, &signature);
	if (signature.fault == SSHSIG_OTHER_KEY_TYPE) {
		admin_complain("terminals accept ed25519, ed25519-sk and ecdsa-sk keys; this is "
			       "another type");
		return EXIT_NO;
	}
	if (signature.fault != SSHSIG_GOOD) {
		admin_complain("this is a signature that terminals refuse: %s",
			sshsig_fault_name(signature.fault));
		return EXIT_NO;
	}
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
static int append(struct admin_document *document, const struct signing_roots *roots,
	const struct document_slice *armour)
{
	struct signed_document *parts = &document->parts;
	size_t size = parts->text.size, size_max = document_kind_size_max(document->kind);
	CLEANUP(cleanup_free) char *bytes = NULL;

	for (size_t i = 0; i < parts->n_signatures; i++)
		size += parts->signatures[i].size;
	if (size + armour->size > size_max) {
		admin_complain(
			"with the signature the document would be larger than %zu bytes", size_max);
		return EXIT_NO;
	}
	bytes = malloc(size + armour->size);
	if (!bytes)
		return admin_no_memory();
	/* Text and signatures stand in a row in the file. */
	memcpy(bytes, document->file.bytes, size);
	memcpy(bytes + size, armour->bytes, armour->size);
	if (admin_replace(document->file.path, bytes, size + armour->size) < 0)
		return EXIT_UNKNOWN;
	parts->signatures[parts->n_signatures++] = *armour;
	printf("written: %s\n", document->file.path);
	signing_print_state(document, roots);
	return EXIT_DONE;
}

static int get_signature(
	const struct options *options, const struct admin_document *document, char **ret)
{
	const struct ssh_signer signer = {
		.key = options->key,
		.name_space = document_kind_namespace(document->kind),
		.may_ask = true,
	};
	int r;

	if (options->add)
		return sign_read_signature(options->add, ret);
	r = ssh_keygen_sign(&signer, document->parts.text.bytes, document->parts.text.size, ret);
	if (r == 0)
		return EXIT_DONE;
	return r == -EPERM ? EXIT_NO : EXIT_UNKNOWN;
}

static int sign(const struct options *options, struct admin_document *document,
	const struct signing_roots *roots)
{
	CLEANUP(cleanup_free) char *armour = NULL;
	struct document_slice slice;
	int code = signing_check_present(document);

	if (code != EXIT_DONE)
		return code;
	admin_print_summary(document, roots);
	if (options->is_print) {
		const struct document_slice *text = &document->parts.text;

		if ((options->is_anew || options->is_raise) &&
			admin_replace(document->file.path, text->bytes, text->size) < 0)
			return EXIT_UNKNOWN;
		return sign_print(document);
	}
	if (!options->is_sure && admin_is_interactive() &&
		!admin_confirm(options->add ? "Add the signature?" : "Sign this?"))
		return EXIT_NO;
	code = get_signature(options, document, &armour);
	if (code != EXIT_DONE)
		return code;
	slice = (struct document_slice){armour, strlen(armour)};
	code = check_new(document, roots, &slice);
	return code == EXIT_DONE ? append(document, roots, &slice) : code;
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

int admin_sign(int argc, char **argv)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	CLEANUP(trust_clear) struct trust trust = {0};
	struct options options = {0};
	struct signing_roots roots;
	int code = parse_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	code = admin_parse(options.file, &document);
	if (code != EXIT_DONE)
		return code;
	if (document.kind == DOCUMENT_NONE) {
		admin_complain("%s is a site file, which is not signed", options.file);
		return EXIT_NO;
	}
	code = find_trust(&options, &document, &trust);
	if (options.is_anew)
		document.parts.n_signatures = 0;
	if (code == EXIT_DONE && options.is_raise)
		code = raise_document(options.file, trust.root, &document);
	if (code != EXIT_DONE)
		return code;
	roots = signing_roots_of(&document, trust.root);
	return sign(&options, &document, &roots);
}
