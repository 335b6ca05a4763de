#include "policy/pskc/reduce.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/pskc/document.h"
#include "policy/pskc/node.h"
#include "policy/pskc/shape.h"
#include "policy/pskc/value.h"

#define NAMES_SIZE 256

struct reducer {
	const struct pskc_lock *lock;
	struct problems *problems;
	struct pskc_reduced *reduced;
	int result; /* once it is an error of the machine, nothing goes on */
};

static void take_group(struct reducer *reducer, const xmlNode *from, xmlNode *to);

/* Where a key says what this reader does not know, RFC 6030 (section 5) forbids to use it. */
static void mark_unfit(struct reducer *reducer, const char *why)
{
	struct pskc_reduced *reduced = reducer->reduced;

	if (reduced->n_packages > 0 && !reduced->packages[reduced->n_packages - 1].unfit)
		reduced->packages[reduced->n_packages - 1].unfit = why;
}

/* Takes what came of a value: r is what its reader returned, text is wiped. */
static void put_text(struct reducer *reducer, xmlNode *to, const char *name, int r, char *text)
{
	if (r == 0 && !xmlNewTextChild(to, NULL, (const xmlChar *)name, (const xmlChar *)text))
		reducer->result = -ENOMEM;
	if (r == -ENOMEM || r == -EIO)
		reducer->result = r;
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

static void put_value(struct reducer *reducer, xmlNode *to, const char *name, int r, char *text)
{
	xmlNode *element = r == 0 ? xmlNewChild(to, NULL, (const xmlChar *)name, NULL) : NULL;

	if (r == 0 && !element) {
		r = -ENOMEM;
		explicit_bzero(text, strlen(text));
		free(TAKE(text));
	}
	put_text(reducer, element, "PlainValue", r, text);
}

static void take_attributes(struct reducer *reducer, const xmlNode *from, xmlNode *to)
{
	const char *const *names = pskc_shape_attributes(pskc_node_name(from));

	for (; names && *names; names++) {
		CLEANUP(cleanup_free) char *text = pskc_node_attribute(from, *names);

		if (text && text[0] != '\0' &&
			!xmlNewProp(to, (const xmlChar *)*names, (const xmlChar *)text))
			reducer->result = -ENOMEM;
	}
}

static bool has_attribute(const xmlNode *node, const char *name)
{
	const char *const *known = pskc_shape_attributes(pskc_node_name(node));

	while (known && *known && strcmp(*known, name) != 0)
		known++;
	return known && *known;
}

/* A length that is no number is none for libpskc. A PIN that is asked in some new way is one that
 * this reader does not ask. */
static void check_attributes(struct reducer *reducer, const xmlNode *node)
{
	CLEANUP(cleanup_free) char *length = pskc_node_attribute(node, "Length");

	if (length && (length[0] < '1' || length[0] > '9' || length[1] != '\0'))
		pskc_node_problem(node, length, "Length=\"6\" to Length=\"8\"", reducer->problems);
	if (!pskc_node_is(node, NULL, "PINPolicy"))
		return;
	for (const xmlAttr *at = node->properties; at; at = at->next)
		if (at->ns || !has_attribute(node, (const char *)at->name))
			mark_unfit(reducer, "its PINPolicy says what is not known here");
}

static void take_element(
	struct reducer *reducer, enum pskc_content content, const xmlNode *from, xmlNode *to)
{
	const char *name = pskc_node_name(from);
	bool is_group = content == PSKC_GROUP || content == PSKC_ATTRIBUTES;
	xmlNode *element = is_group ? xmlNewChild(to, NULL, from->name, NULL) : NULL;
	char *text = NULL;
	int r;

	switch (content) {
	case PSKC_UNKNOWN:
	case PSKC_SKIPPED: break;
	case PSKC_GROUP:
	case PSKC_ATTRIBUTES:
		if (!element) {
			reducer->result = -ENOMEM;
			break;
		}
		check_attributes(reducer, from);
		take_attributes(reducer, from, element);
		if (content == PSKC_GROUP)
			take_group(reducer, from, element);
		break;
	case PSKC_TEXT:
		r = pskc_value_text(from, reducer->problems, &text);
		put_text(reducer, to, name, r, text);
		break;
	case PSKC_DATE:
		r = pskc_value_date(from, reducer->problems, &text);
		put_text(reducer, to, name, r, text);
		break;
	case PSKC_SECRET:
		r = pskc_value_secret(from, reducer->lock, reducer->problems, &text);
		put_value(reducer, to, name, r, text);
		break;
	case PSKC_NUMBER:
		r = pskc_value_number(from, reducer->lock, UINT64_MAX, reducer->problems, &text);
		put_value(reducer, to, name, r, text);
		break;
	case PSKC_SMALL_NUMBER:
		r = pskc_value_number(from, reducer->lock, UINT32_MAX, reducer->problems, &text);
		put_value(reducer, to, name, r, text);
		break;
	}
}

static void begin_package(struct reducer *reducer, const xmlNode *node)
{
	struct pskc_reduced *reduced = reducer->reduced;
	size_t n = reduced->n_packages;
	struct pskc_package *grown = reduced->packages;

	if (n == PSKC_PACKAGES_MAX) {
		pskc_node_problem(node, "KeyPackage", "at most 10000 of them", reducer->problems);
		problems_end(reducer->problems);
		reducer->result = -EBADMSG;
		return;
	}
	if ((n & (n - 1)) == 0)
		grown = reallocarray(grown, n > 0 ? 2 * n : 1, sizeof(*grown));
	if (!grown) {
		reducer->result = -ENOMEM;
		return;
	}
	reduced->packages = grown;
	grown[n] = (struct pskc_package){.line = pskc_node_line(node)};
	reduced->n_packages = n + 1;
}

static void complain_unknown(struct reducer *reducer, const char *parent, const xmlNode *node)
{
	char names[NAMES_SIZE];
	const char *name = pskc_node_name(node);

	problems_add(reducer->problems, pskc_node_line(node), 0, name, strlen(name),
		"what RFC 6030 has in %s: %s", parent,
		pskc_shape_names(parent, names, sizeof(names)));
}

static bool is_second(const xmlNode *node)
{
	for (const xmlNode *before = node->prev; before; before = before->prev)
		if (before->type == XML_ELEMENT_NODE && xmlStrEqual(before->name, node->name) &&
			pskc_node_is_ours(before))
			return true;
	return false;
}

static void take_child(struct reducer *reducer, const xmlNode *from, xmlNode *child, xmlNode *to)
{
	const char *parent = pskc_node_name(from), *name = pskc_node_name(child);
	const struct pskc_shape *shape = pskc_shape_find(parent, name);
	bool is_policy = strcmp(parent, "Policy") == 0;

	if (strcmp(name, "Signature") == 0)
		reducer->reduced->is_signed = true;
	if (!pskc_node_is_ours(child) || (!shape && is_policy)) {
		if (is_policy)
			mark_unfit(reducer, "its Policy has a rule that is not known here");
		return;
	}
	if (!shape) {
		complain_unknown(reducer, parent, child);
		return;
	}
	if (!shape->is_repeated && is_second(child)) {
		pskc_node_problem(child, name, "this element once", reducer->problems);
		return;
	}
	if (strcmp(name, "KeyPackage") == 0)
		begin_package(reducer, child);
	if (reducer->result == 0)
		take_element(reducer, shape->content, child, to);
}

static void take_group(struct reducer *reducer, const xmlNode *from, xmlNode *to)
{
	for (xmlNode *child = pskc_node_child(from, NULL); child && reducer->result == 0;
		child = pskc_node_next(child))
		take_child(reducer, from, child, to);
}

void pskc_reduced_clear(struct pskc_reduced *reduced)
{
	xmlFreeDoc(reduced->document);
	free(reduced->packages);
	*reduced = (struct pskc_reduced){0};
}

static xmlNode *begin_document(xmlDoc *document)
{
	xmlNode *root =
		document ? xmlNewDocNode(document, NULL, (const xmlChar *)"KeyContainer", NULL)
			 : NULL;

	if (!root)
		return NULL;
	xmlDocSetRootElement(document, root);
	return xmlSetNs(root, xmlNewNs(root, (const xmlChar *)PSKC_SPACE, NULL)), root;
}

int pskc_reduce(xmlDoc *document, const struct pskc_lock *lock, struct problems *problems,
	struct pskc_reduced *ret)
{
	struct pskc_reduced reduced = {.document = xmlNewDoc((const xmlChar *)"1.0")};
	struct reducer reducer = {.lock = lock, .problems = problems, .reduced = &reduced};
	const xmlNode *container = xmlDocGetRootElement(document);
	xmlNode *root = begin_document(reduced.document);
	size_t before = problems_found(problems);

	if (!root || !xmlNewProp(root, (const xmlChar *)"Version", (const xmlChar *)"1.0"))
		reducer.result = -ENOMEM;
	else
		take_group(&reducer, container, root);
	if (reducer.result == 0 && reduced.n_packages == 0)
		pskc_node_missing(container, "a KeyPackage: there is no key in it", problems);
	if (reducer.result == 0 && problems_found(problems) != before)
		reducer.result = -EBADMSG;
	if (reducer.result == 0)
		*ret = reduced;
	else
		pskc_reduced_clear(&reduced);
	return reducer.result;
}
