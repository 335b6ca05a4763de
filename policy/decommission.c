#include "policy/decommission.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "policy/cleanup.h"
#include "policy/ini_text.h"
#include "policy/sha256_text.h"

int decommission_write(const struct decommission *certificate, char **ret)
{
	CLEANUP(ini_text_clear) struct ini_text text = ini_text_begin(DECOMMISSION_SIZE_MAX);
	char sha256[SHA256_TEXT_SIZE];

	sha256_text(certificate->record_sha256, sha256);
	ini_text_line(&text, "[decommission]");
	ini_text_line(&text, "kind = decommission");
	ini_text_line(&text, "format = 1");
	ini_text_value(&text, "site", certificate->site->site);
	ini_text_value(&text, "tier", certificate->site->tier);
	ini_text_value(&text, "terminal", certificate->site->terminal);
	ini_text_value(&text, "machine", certificate->machine ? certificate->machine : "");
	ini_text_value(&text, "key", certificate->key ? certificate->key : "");
	ini_text_value(&text, "public-key", certificate->public_key ? certificate->public_key : "");
	ini_text_time(&text, "issued", certificate->issued);
	ini_text_line(&text, "record-sequence = %" PRIu64, certificate->record_sequence);
	ini_text_line(&text, "record-sha256 = %s", sha256);
	ini_text_value(&text, "agent", certificate->agent);
	if (text.has_failed)
		return -ENOMEM;
	*ret = TAKE(text.bytes);
	return 0;
}
