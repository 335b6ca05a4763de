/*
 * What the terminals of one tier may read of the administrators' folders, and nothing else: each
 * document judged as a terminal would. Drafts, tickets, keys and what is kept of terminals stay
 * where they are.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/admin/admin.h"
#include "policy/admin/terminal_list.h"
#include "policy/admin/trust.h"
#include "policy/site.h"

struct site_file {
	char *name; /* "root/1.ini", "terminals/desk-17/tokens.ini": as below PREFIX/sekisho/SITE */
	char *bytes;
	size_t size;
};

struct site_files {
	struct site site; /* what the tier's site.ini says; itself it is none of the files */
	struct site_file *items;
	size_t n, room;
	struct trust trust; /* the newest of the roots, by which all others were judged */
	struct terminal_list terminals; /* those that joined; of retired ones no file is here */
};

/*
 * Of the site's folder the roots, and of the folder of the tier the policy, registered media,
 * fresh, revocations (else those of the site), and tokens, desks and exemptions of terminals, where
 * there are any. is_quiet: what was taken is not printed. EXIT_DONE; EXIT_NO where a document is
 * refused, EXIT_UNKNOWN, both after complaining. ret is for site_files_clear() in every case.
 */
int site_files_collect(const char *folder, const char *tier, bool is_quiet, struct site_files *ret);
void site_files_clear(struct site_files *files);

/* Takes the name and the file's bytes, whatever it returns. */
int site_files_add(struct site_files *files, char *name, struct admin_file *file);
