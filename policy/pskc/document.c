#include "policy/pskc/document.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/pskc/node.h"

#define OPTIONS (XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES)

void pskc_document_cleanup(xmlDoc **document)
{
	xmlFreeDoc(*document);
}

static void free_parser(xmlParserCtxt **parser)
{
	xmlFreeParserCtxt(*parser);
}

/* libxml2 would show bytes of the document, which may be those of a secret. */
static void drop_text(void *context, const char *format, ...)
{
}

static void drop_error(void *context, xmlErrorPtr error)
{
}

void pskc_document_warm_up(void)
{
	xmlInitParser();
	xmlSetGenericErrorFunc(NULL, drop_text);
	xmlSetStructuredErrorFunc(NULL, drop_error);
}

/* What follows from the first one says nothing more. */
static void take_error(void *context, xmlErrorPtr error)
{
	const xmlParserCtxt *parser = context;
	struct problems *problems = parser->_private;
	int size = error->message ? (int)strcspn(error->message, "\n") : 0;

	if (error->level < XML_ERR_ERROR || problems->has_ended)
		return;
	problems_add(problems, error->line > 0 ? (unsigned)error->line : 0,
		error->int2 > 0 ? (unsigned)error->int2 : 0, "", 0,
		"XML that is whole and well-formed (libxml2: %.*s)", size,
		size > 0 ? error->message : "");
	problems_end(problems);
}

/* Comes before anything of it is read: an entity is never made. */
static void refuse_type(
	void *context, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	xmlParserCtxt *parser = context;
	struct problems *problems = parser->_private;

	problems_add(problems, parser->input ? (unsigned)parser->input->line : 0, 0, "<!DOCTYPE",
		strlen("<!DOCTYPE"),
		"a document without a type of its own: PSKC needs no entities and no other file");
	problems_end(problems);
	xmlStopParser(parser);
}

static int check_root(const xmlNode *root, struct problems *problems)
{
	CLEANUP(cleanup_free) char *version = NULL;

	if (!pskc_node_is(root, PSKC_SPACE, "KeyContainer")) {
		pskc_node_problem(root, pskc_node_name(root),
			"the element KeyContainer of " PSKC_SPACE " (RFC 6030)", problems);
		return -EBADMSG;
	}
	version = pskc_node_attribute(root, "Version");
	if (version && strcmp(version, "1.0") == 0)
		return 0;
	pskc_node_problem(root, version ? version : "", "Version=\"1.0\" (RFC 6030)", problems);
	return -EBADMSG;
}

int pskc_document_parse(const char *bytes, size_t size, struct problems *problems, xmlDoc **ret)
{
	CLEANUP(free_parser) xmlParserCtxt *parser = xmlNewParserCtxt();
	CLEANUP(pskc_document_cleanup) xmlDoc *document = NULL;
	size_t before = problems_found(problems);
	const xmlNode *root;

	if (!parser)
		return -ENOMEM;
	parser->_private = problems;
	parser->sax->internalSubset = refuse_type;
	parser->sax->serror = take_error;
	document = xmlCtxtReadMemory(parser, bytes, (int)size, NULL, NULL, OPTIONS);
	if (parser->errNo == XML_ERR_NO_MEMORY || (!document && problems_found(problems) == before))
		return -ENOMEM;
	if (problems_found(problems) != before)
		return -EBADMSG;
	root = xmlDocGetRootElement(document);
	if (!root || check_root(root, problems) < 0)
		return -EBADMSG;
	*ret = TAKE(document);
	return 0;
}
