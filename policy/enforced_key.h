/*
 * What this version of the agent makes of the keys of a policy: what it enforces, and what it only
 * reads. lint and `sekisho policy show` ask here, and put it into words.
 */
#pragma once

#include "policy/device_class.h"

enum key_effect {
	KEY_ONLY_READ = 0, /* nothing of its section is enforced yet */
	KEY_NO_SCAN,       /* media are not searched for viruses yet */
	KEY_NOT_ON_USB,    /* a class on other buses, which are not watched yet */
	KEY_ENFORCED,
	KEY_EFFECT_COUNT,
};

/* Of a key, by the type of its section: "medium", "scan". What is no key has KEY_ONLY_READ. */
enum key_effect enforced_key(const char *section, const char *key);

/* "only-read", …: the stable word; NULL out of range. */
const char *key_effect_name(enum key_effect effect);
