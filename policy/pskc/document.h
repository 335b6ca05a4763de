/*
 * A PSKC document as a tree: well-formed XML without a document type, so that nothing in it stands
 * for anything else or names another file.
 */
#pragma once

#include <libxml/tree.h>
#include <stddef.h>

#include "policy/problem.h"

#define PSKC_SIZE_MAX (16 * 1024 * 1024)

/* Once, before the process shuts itself in. From then on libxml2 prints nothing. */
void pskc_document_warm_up(void);

/*
 * 0 and *ret, whose root is a KeyContainer of version 1.0, for xmlFreeDoc(); -EBADMSG after adding
 * problems; -ENOMEM.
 */
int pskc_document_parse(const char *bytes, size_t size, struct problems *problems, xmlDoc **ret);

/* For CLEANUP(). */
void pskc_document_cleanup(xmlDoc **document);
