/* The readers of a policy's longer sections; for policy.c. */
#pragma once

#include "policy/policy.h"
#include "policy/schema.h"

/* [media]: one key for each device class; the words as messages list them. */
#define POLICY_CLASS_WORDS \
	"hub keyboard pointer card-reader printer audio camera usb-storage phone usb-network " \
	"wireless bluetooth serial modem sd-card optical floppy nvme sata-external firewire " \
	"thunderbolt loop vendor unknown"
bool policy_read_media(const struct ini_entry *entry, struct problems *problems, void *policy);

/* [device NAME]: schema_section.begin and the keys. */
extern const struct schema_key policy_device_keys[];
extern const size_t policy_device_n_keys;
void *policy_begin_device(
	const struct ini_section *section, struct problems *problems, void *policy);

/*
 * What must hold between the rules: no VID:PID twice; read-only only where storage is listed.
 * Returns 0 or -ENOMEM.
 */
int policy_check_devices(const struct ini_document *document, const struct policy *policy,
	struct problems *problems);

/* [network]: allow-1 to allow-64. */
bool policy_read_network(const struct ini_entry *entry, struct problems *problems, void *policy);
