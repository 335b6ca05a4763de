#include "policy/enforced_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "policy/names.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const effect_names[KEY_EFFECT_COUNT] = {
	[KEY_ONLY_READ] = "only-read",
	[KEY_NO_SCAN] = "no-scan",
	[KEY_NOT_ON_USB] = "not-on-usb",
	[KEY_ENFORCED] = "enforced",
};

/* Sections that are enforced, as far as the next two tables say nothing else. */
static const char *const enforced[] = {"policy", "media", "device", "medium", "exemption", "login"};

static const struct {
	const char *section, *key;
	enum key_effect effect;
} keys[] = {
	{"medium", "show", KEY_NO_SCAN},
	{"medium", "scan", KEY_NO_SCAN},
	{"medium", "scan-data-max-age", KEY_NO_SCAN},
};

static const enum device_class not_on_usb[] = {CLASS_SD_CARD, CLASS_NVME, CLASS_SATA_EXTERNAL,
	CLASS_FIREWIRE, CLASS_THUNDERBOLT, CLASS_LOOP};

const char *key_effect_name(enum key_effect effect)
{
	return names_get(effect_names, KEY_EFFECT_COUNT, effect);
}

enum key_effect enforced_key(const char *section, const char *key)
{
	bool is_enforced = false;

	for (size_t i = 0; i < COUNT(enforced); i++)
		is_enforced = is_enforced || strcmp(section, enforced[i]) == 0;
	if (!is_enforced)
		return KEY_ONLY_READ;
	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(section, keys[i].section) == 0 && strcmp(key, keys[i].key) == 0)
			return keys[i].effect;
	if (strcmp(section, "media") == 0)
		for (size_t i = 0; i < COUNT(not_on_usb); i++)
			if (strcmp(key, device_class_name(not_on_usb[i])) == 0)
				return KEY_NOT_ON_USB;
	return KEY_ENFORCED;
}
