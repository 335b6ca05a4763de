/* What this reader asks of a tree of libxml2, and problems that name the line of a node. */
#pragma once

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/problem.h"

#define PSKC_SPACE "urn:ietf:params:xml:ns:keyprov:pskc"

/* Whether it is an element of that name; space: its name space, NULL: any. */
bool pskc_node_is(const xmlNode *node, const char *space, const char *name);
bool pskc_node_is_ours(const xmlNode *node); /* of the name space PSKC_SPACE */

/* The first child, or the next sibling, that is an element, and that has the name unless it is
 * NULL. NULL: none. */
xmlNode *pskc_node_child(const xmlNode *node, const char *name);
xmlNode *pskc_node_next(const xmlNode *node);

const char *pskc_node_name(const xmlNode *node);
unsigned pskc_node_line(const xmlNode *node);

/*
 * The text of an element, or of its attribute without a name space, without white space at its
 * ends; for free(). NULL: there is no memory, or no such attribute.
 */
char *pskc_node_text(const xmlNode *node);
char *pskc_node_attribute(const xmlNode *node, const char *name);

/* Decodes base64 with white space anywhere in it, as documents have it. ret for free(). 0, -EINVAL,
 * -ENOMEM. */
int pskc_node_bytes(const xmlNode *node, uint8_t **ret, size_t *ret_size);

/* Problems at a node; read: what it says, NULL: what is there is nobody's to see. */
void pskc_node_problem(
	const xmlNode *node, const char *read, const char *expected, struct problems *problems);
void pskc_node_missing(const xmlNode *node, const char *expected, struct problems *problems);
