#include "tests/unit/reader.h"

#include "policy/desks.h"
#include "policy/exemption_request.h"
#include "policy/fresh.h"
#include "policy/ini_document.h"
#include "policy/media_index.h"
#include "policy/media_shard.h"
#include "policy/policy.h"
#include "policy/report.h"
#include "policy/revocation.h"
#include "policy/root.h"
#include "policy/tokens.h"

#define READER_OF(type, function) \
	static int read_##type( \
		const char *text, size_t size, struct problems *problems, void **ret) \
	{ \
		struct type *value = *ret; \
		int r = function(text, size, problems, &value); \
\
		*ret = value; \
		return r; \
	} \
\
	static void free_##type(void *value) \
	{ \
		type##_free(value); \
	} \
\
	const struct reader type##_reader = {read_##type, free_##type};

READER_OF(ini_document, ini_document_read)
READER_OF(policy, policy_parse)
READER_OF(root, root_parse)
READER_OF(fresh, fresh_parse)
READER_OF(tokens, tokens_parse)
READER_OF(desks, desks_parse)
READER_OF(exemption, exemption_parse)
READER_OF(exemption_request, exemption_request_parse)
READER_OF(revocation, revocation_parse)
READER_OF(report, report_parse)
READER_OF(media_index, media_index_parse)
READER_OF(media_shard, media_shard_parse)
