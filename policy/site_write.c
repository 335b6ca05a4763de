#include "policy/site_write.h"

#include <errno.h>
#include <stdlib.h>

#include "policy/cleanup.h"
#include "policy/ini_text.h"

int site_write(const struct site *site, struct problems *problems, char **ret)
{
	CLEANUP(ini_text_clear) struct ini_text text = ini_text_begin(SITE_SIZE_MAX);
	struct site again;
	int r;

	ini_text_line(&text, "[site]");
	ini_text_value(&text, "site", site->site);
	ini_text_value(&text, "tier", site->tier);
	ini_text_value(&text, "terminal", site->terminal);
	if (site->ring != SITE_RING_LAST)
		ini_text_line(&text, "ring = %u", site->ring);
	ini_text_value(&text, "source", site->source);
	ini_text_value(&text, "proxy", site->proxy);
	ini_text_value(&text, "pin", site->pin);
	if (text.has_failed)
		return -ENOMEM;
	r = site_parse(text.bytes, text.used, problems, &again);
	if (r < 0)
		return r;
	*ret = TAKE(text.bytes);
	return 0;
}
