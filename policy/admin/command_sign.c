/* sekisho-admin sign: shows a document, has ssh-keygen sign it, and adds what it gave if it is
 * good. */
#include "policy/admin/admin.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/parse.h"
#include "policy/admin/ssh_keygen.h"
#include "policy/admin/summary.h"
#include "policy/cleanup.h"
#include "policy/sshsig.h"

#define USAGE "sign --key KEY [--yes] [--anew] FILE"

struct options {
	const char *file, *key;
	bool is_sure, is_anew;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " USAGE "\n\n"
	       "Checks FILE (a policy or a root), shows what would be signed, lets ssh-keygen "
	       "sign\n"
	       "it, verifies the signature and adds it to FILE. A file with a mistake is not "
	       "signed.\n"
	       "  --key KEY   a key file: ed25519, ed25519-sk or ecdsa-sk; or the .pub file of a "
	       "key\n"
	       "              that an ssh-agent holds\n"
	       "  --yes       do not ask before signing\n"
	       "  --anew      drop the signatures that FILE has: for a text that was changed\n"
	       "Exit status: 0 signed, 1 not signed, 2 could not be tried.\n");
}

/* EXIT_DONE: go on; -1: help was printed. */
static int parse_options(int argc, char **argv, struct options *ret)
{
	static const struct option table[] = {
		{"key", required_argument, NULL, 'k'},
		{"yes", no_argument, NULL, 'y'},
		{"anew", no_argument, NULL, 'a'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", table, NULL)) >= 0) {
		switch (option) {
		case 'k': ret->key = optarg; break;
		case 'y': ret->is_sure = true; break;
		case 'a': ret->is_anew = true; break;
		case 'h': print_help(); return -1;
		default: return admin_usage(USAGE);
		}
	}
	if (argc - optind != 1 || !ret->key)
		return admin_usage(USAGE);
	ret->file = argv[optind];
	return EXIT_DONE;
}

static void verify(const struct admin_document *document, const struct document_slice *armour,
	struct sshsig *ret)
{
	const struct document_slice *text = &document->parts.text;

	sshsig_verify(armour->bytes, armour->size, document_kind_namespace(document->kind),
		text->bytes, text->size, ret);
}

/* Whether the signatures that are there fit the text, and there is room for one more. */
static int check_present(const struct admin_document *document)
{
	for (size_t i = 0; i < document->parts.n_signatures; i++) {
		struct sshsig signature;

		verify(document, &document->parts.signatures[i], &signature);
		if (signature.fault == SSHSIG_GOOD)
			continue;
		admin_complain("signature %zu of %s is not good any more (%s): the text was "
			       "changed after it; use --anew to begin again",
			i + 1, document->file.path, sshsig_fault_name(signature.fault));
		return EXIT_NO;
	}
	if (document->parts.n_signatures < DOCUMENT_SIGNATURES_MAX)
		return EXIT_DONE;
	admin_complain(
		"%s has %d signatures already", document->file.path, DOCUMENT_SIGNATURES_MAX);
	return EXIT_NO;
}

/* Whether the new signature is one that terminals accept, and of another key than the others. */
static int check_new(const struct admin_document *document, const struct document_slice *armour)
{
	struct sshsig signature, other;

	verify(document, armour, &signature);
	if (signature.fault == SSHSIG_OTHER_KEY_TYPE) {
		admin_complain("terminals accept ed25519, ed25519-sk and ecdsa-sk keys; this is "
			       "another type");
		return EXIT_NO;
	}
	if (signature.fault != SSHSIG_GOOD) {
		admin_complain("ssh-keygen made a signature that terminals refuse: %s",
			sshsig_fault_name(signature.fault));
		return EXIT_NO;
	}
	for (size_t i = 0; i < document->parts.n_signatures; i++) {
		verify(document, &document->parts.signatures[i], &other);
		if (strcmp(other.fingerprint, signature.fingerprint) == 0) {
			admin_complain("%s is signed by this key already", document->file.path);
			return EXIT_NO;
		}
	}
	printf("signed by %s\n", signature.fingerprint);
	return EXIT_DONE;
}

/* Writes text, the signatures that are there, and the new one. */
static int append(const struct admin_document *document, const char *armour)
{
	size_t size = document->parts.text.size, armour_size = strlen(armour);
	CLEANUP(cleanup_free) char *bytes = NULL;

	for (size_t i = 0; i < document->parts.n_signatures; i++)
		size += document->parts.signatures[i].size;
	bytes = malloc(size + armour_size);
	if (!bytes) {
		admin_complain("there is not enough memory");
		return EXIT_UNKNOWN;
	}
	/* Text and signatures stand in a row in the file. */
	memcpy(bytes, document->file.bytes, size);
	memcpy(bytes + size, armour, armour_size);
	if (size + armour_size > document_kind_size_max(document->kind)) {
		admin_complain("with the signature the document would be larger than %zu bytes",
			document_kind_size_max(document->kind));
		return EXIT_NO;
	}
	if (admin_replace(document->file.path, bytes, size + armour_size) < 0)
		return EXIT_UNKNOWN;
	printf("%s has %zu signature%s now\n", document->file.path,
		document->parts.n_signatures + 1, document->parts.n_signatures == 0 ? "" : "s");
	return EXIT_DONE;
}

static int sign(const struct options *options, const struct admin_document *document)
{
	const struct document_slice *text = &document->parts.text;
	CLEANUP(cleanup_free) char *armour = NULL;
	struct document_slice slice;
	int r, code;

	r = ssh_keygen_sign(options->key, document_kind_namespace(document->kind), text->bytes,
		text->size, &armour);
	if (r == -ENOENT)
		admin_complain("ssh-keygen is not installed (package openssh-client)");
	else if (r == -EPERM)
		admin_complain("ssh-keygen did not sign with %s", options->key);
	else if (r < 0)
		admin_complain("ssh-keygen could not be run: %s", strerror(-r));
	if (r < 0)
		return r == -EPERM ? EXIT_NO : EXIT_UNKNOWN;
	slice = (struct document_slice){armour, strlen(armour)};
	code = check_new(document, &slice);
	return code == EXIT_DONE ? append(document, armour) : code;
}

int admin_sign(int argc, char **argv)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	struct options options = {0};
	int code = parse_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code < 0 ? EXIT_DONE : code;
	code = admin_parse(options.file, &document);
	if (code != EXIT_DONE)
		return code;
	if (document.kind == DOCUMENT_NONE) {
		admin_complain("%s is a site file, which is not signed", options.file);
		return EXIT_NO;
	}
	if (options.is_anew)
		document.parts.n_signatures = 0;
	code = check_present(&document);
	if (code != EXIT_DONE)
		return code;
	admin_print_summary(&document);
	if (!options.is_sure && admin_is_interactive() && !admin_confirm("Sign this?"))
		return EXIT_NO;
	return sign(&options, &document);
}
