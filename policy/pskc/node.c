#include "policy/pskc/node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base64.h"
#include "policy/cleanup.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool pskc_node_is(const xmlNode *node, const char *space, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE &&
	       strcmp((const char *)node->name, name) == 0 &&
	       (!space || (node->ns && node->ns->href &&
				  strcmp((const char *)node->ns->href, space) == 0));
}

bool pskc_node_is_ours(const xmlNode *node)
{
	return node->ns && node->ns->href && strcmp((const char *)node->ns->href, PSKC_SPACE) == 0;
}

static xmlNode *find(xmlNode *node, const char *name)
{
	while (node && (node->type != XML_ELEMENT_NODE ||
			       (name && strcmp((const char *)node->name, name) != 0)))
		node = node->next;
	return node;
}

xmlNode *pskc_node_child(const xmlNode *node, const char *name)
{
	return node ? find(node->children, name) : NULL;
}

xmlNode *pskc_node_next(const xmlNode *node)
{
	return find(node->next, NULL);
}

const char *pskc_node_name(const xmlNode *node)
{
	return (const char *)node->name;
}

unsigned pskc_node_line(const xmlNode *node)
{
	long line = xmlGetLineNo(node);

	return line > 0 ? (unsigned)line : 0;
}

static char *trim(xmlChar *text)
{
	char *begin = (char *)text, *copy;
	size_t size;

	if (!text)
		return NULL;
	while (is_space(*begin))
		begin++;
	size = strlen(begin);
	while (size > 0 && is_space(begin[size - 1]))
		size--;
	copy = strndup(begin, size);
	explicit_bzero(text, strlen((char *)text));
	xmlFree(text);
	return copy;
}

char *pskc_node_text(const xmlNode *node)
{
	return trim(xmlNodeGetContent(node));
}

char *pskc_node_attribute(const xmlNode *node, const char *name)
{
	return trim(xmlGetNoNsProp(node, (const xmlChar *)name));
}

int pskc_node_bytes(const xmlNode *node, uint8_t **ret, size_t *ret_size)
{
	char *text = pskc_node_text(node);
	size_t used = 0, size = 0;
	uint8_t *bytes;
	int r = -ENOMEM;

	for (size_t i = 0; text && text[i] != '\0'; i++)
		if (!is_space(text[i]))
			text[used++] = text[i];
	bytes = text ? malloc(used + 1) : NULL;
	if (bytes)
		r = base64_decode(text, used, bytes, used, &size);
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	if (r == 0) {
		*ret = TAKE(bytes);
		*ret_size = size;
	}
	free(bytes);
	return r;
}

void pskc_node_problem(
	const xmlNode *node, const char *read, const char *expected, struct problems *problems)
{
	const char *shown = read ? read : "(a secret)";

	problems_add(problems, pskc_node_line(node), 0, shown, strlen(shown), "%s", expected);
}

void pskc_node_missing(const xmlNode *node, const char *expected, struct problems *problems)
{
	problems_add_missing(problems, pskc_node_line(node), 0, "%s", expected);
}
