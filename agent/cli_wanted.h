/* What somebody types for a setting of the policy, and which ones are meant by it. */
#pragma once

#include <stdbool.h>

#include "agent/cli_settings.h"

/* What somebody typed for a setting: "usb-storage", "[media] usb-storage", "[device NAME]", … */
struct cli_wanted {
	char section[64], name[64], key[64]; /* empty: any */
	char word[64]; /* without brackets: a key, a rule's name or a section; else empty */
};

/* 0 and *ret, or -EINVAL where nothing is ever called so. */
int cli_wanted_read(const char *text, struct cli_wanted *ret);
bool cli_wanted_fits(const struct cli_wanted *wanted, const struct cli_setting *setting);
/* The known word that is nearest to what was typed, or NULL. */
const char *cli_wanted_nearest(
	const struct cli_wanted *wanted, const struct cli_settings *settings);
