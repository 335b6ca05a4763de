/*
 * What lies in a folder or a file, as documents under the names by which the agent takes them.
 * Reads as the person who calls; judges nothing.
 */
#pragma once

#include <stddef.h>

#include "agent/bus.h"
#include "agent/document_places.h"
#include "policy/document_name.h"

/* A word that names a site, a tier, a kind, a number. */
#define CLI_DOCUMENT_WORD_SIZE 64

struct cli_document {
	char name[DOCUMENT_NAME_MAX];
	char *bytes; /* NULL: could not be read, for the reason in error */
	size_t size;
	int error; /* negative errno */
};

struct cli_documents {
	struct cli_document items[BUS_DOCUMENTS_MAX];
	size_t n;
};

/*
 * Adds what lies in a folder: root/N.ini, policy.ini, media.ini with media/XX, fresh.ini,
 * tokens.ini, where document_places.h says: what is for other terminals is left alone. Where there
 * is nothing at all, policy.ini is what could not be read. 0, -ENOENT and so on where the folder
 * itself cannot be read, -E2BIG for too many, -ENOMEM.
 */
int cli_documents_add_folder(
	struct cli_documents *documents, const char *path, const struct document_place *place);

/*
 * Adds one file, by what it says it is, else by its name. 0, -EINVAL where neither tells, or a
 * negative errno as above.
 */
int cli_documents_add_file(struct cli_documents *documents, const char *path);

/* The value of the first line "KEY = VALUE" of a text that nobody has judged, or an empty word. */
void cli_documents_value(const char *text, const char *key, char ret[CLI_DOCUMENT_WORD_SIZE]);

/* Frees the bytes. */
void cli_documents_clear(struct cli_documents *documents);
