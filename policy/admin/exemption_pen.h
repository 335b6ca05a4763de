/*
 * By whom a document of the approvers is signed, and how: with ssh-keygen here, or elsewhere. Says
 * before it asks whether terminals would count this signature.
 */
#pragma once

#include <stdbool.h>

#include "policy/admin/exemption_site.h"
#include "policy/admin/options.h"
#include "policy/admin/parse.h"
#include "policy/admin/sign_elsewhere.h"
#include "policy/sshsig.h"

struct exemption_pen {
	const char *key, *add; /* by --key and --add */
	bool is_print, is_sure;
};

/* Rows of a command's table. */
/* clang-format off */
#define EXEMPTION_PEN_OPTIONS(pen) \
	{"key", &(pen)->key, NULL}, \
	{"add", &(pen)->add, NULL}, \
	{"print", NULL, &(pen)->is_print}, \
	{"yes", NULL, &(pen)->is_sure}
/* clang-format on */

#define EXEMPTION_PEN_HELP \
	"  --key KEY        a key file: ed25519, or ed25519-sk and ecdsa-sk of hardware\n" \
	"                   keys; or the .pub file of a key that an ssh-agent holds\n" \
	"  --print          to sign elsewhere: writes the text into this folder, and prints\n" \
	"                   the line for ssh-keygen on Linux and on Windows\n" \
	"  --add SIGNATURE  takes in the signature that was made elsewhere\n" \
	"  --yes            does not ask before signing; needed where nobody can be asked\n"

/* Each returns EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining. */

/* Whether one way of signing was said, and what it names is there. */
int exemption_pen_check(const struct exemption_pen *pen, const char *usage);

/*
 * What is known of the signer before anything is signed: the person whose key it is, as a bit of
 * root.persons; 0 where only the private key is there. EXIT_NO where terminals would not count it.
 */
int exemption_pen_person(const struct exemption_pen *pen, const struct exemption_site *site,
	const struct admin_document *document, uint64_t *ret);

/* Asks on the terminal, unless --yes was said. EXIT_NO: they do not want to. */
int exemption_pen_ask(const struct exemption_pen *pen, const char *question);

/*
 * Signs, or takes the signature that --add named, and looks at it as terminals will. *ret_armour
 * (for free()) is the signature; *ret what it says.
 */
int exemption_pen_sign(const struct exemption_pen *pen, const struct exemption_site *site,
	const struct admin_document *document, char **ret_armour, struct sshsig *ret);

/* With --print: writes the text as "NAME.text" into this folder, and says what to do with it. */
int exemption_pen_print(
	const struct admin_document *document, const char *name, const struct sign_back *back);

/* With --add: the text to which the signature belongs, "NAME.text" of "NAME.text.sig", parsed; ret
 * is for admin_document_clear() in every case, and *ret_path, which its file names, for free(). */
int exemption_pen_read_text(const struct exemption_pen *pen, enum document_kind kind,
	struct admin_document *ret, char **ret_path);
