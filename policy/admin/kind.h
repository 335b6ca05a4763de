/* What a file is: by what its text says, and by its name. Neither is a proof. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/document_name.h"

/* What stands before the first signature, also of a document that cannot be split. */
struct document_slice file_text(const char *bytes, size_t size);

struct file_kind {
	enum document_kind kind; /* DOCUMENT_NONE: the text does not say it */
	bool is_site;            /* a site file, which is not signed */
	bool is_shard;           /* of media, not signed either */
};

/* By the key "kind", wherever it stands; without it by the sections. */
struct file_kind file_kind_of_text(const char *text, size_t size);

/*
 * What terminals take a file of this name for: by its last part, and for roots and shards by the
 * folder before it. root.ini and N.ini are roots in every folder.
 */
struct document_name file_kind_of_name(const char *path);

/* The name of the folder that path is in, or ""; it points into *ret_folder, which is for free().
 */
const char *file_folder_name(const char *path, char **ret_folder);

/* Whether its name is that of a document for one terminal, which lies in TIER/terminals/NAME. */
bool file_is_of_terminal(const char *path);
