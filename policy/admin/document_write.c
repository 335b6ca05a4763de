#include "policy/admin/document_write.h"

#include <inttypes.h>
#include <string.h>

#include "policy/base64.h"
#include "policy/document_header.h"
#include "policy/timestamp.h"

void document_write_time(FILE *to, const char *key, int64_t time_s, int offset_minutes)
{
	char time[TIMESTAMP_SIZE];

	timestamp_format(time_s, offset_minutes, time);
	fprintf(to, "%s = %s\n", key, time);
}

void document_write_sha256(FILE *to, const char *key, const uint8_t sha256[SHA256_SIZE])
{
	char base64[BASE64_SIZE(SHA256_SIZE) + 1];

	base64_encode(sha256, SHA256_SIZE, base64);
	base64[strcspn(base64, "=")] = '\0';
	fprintf(to, "%s = %s\n", key, base64);
}

void document_write_header(FILE *to, const struct document_header *header, int offset_minutes)
{
	const char *kind = document_kind_name(header->kind);

	fprintf(to,
		"[%s]\nkind = %s\nformat = " DOCUMENT_FORMAT "\nsite = %s\ntier = %s\n"
		"epoch = %" PRIu32 "\nserial = %" PRIu64 "\n",
		kind, kind, header->site, header->tier, header->epoch, header->serial);
	document_write_time(to, "issued", header->issued, offset_minutes);
	document_write_time(to, "not-before", header->not_before, offset_minutes);
	document_write_time(to, "not-after", header->not_after, offset_minutes);
}
