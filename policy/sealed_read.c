#include "policy/sealed_read.h"

#include <inttypes.h>
#include <string.h>

#include "policy/base64.h"
#include "policy/root.h"

void sealed_read_fingerprint(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (fingerprint_is_valid(entry->value))
		memcpy(ret, entry->value, SEAL_FINGERPRINT_SIZE);
	else
		value_problem(problems, entry,
			"\"SHA256:\" and 43 letters of base64, as the terminal shows it");
}

void sealed_read_key(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct sealed *sealed = ret;
	uint8_t bytes[SEAL_KEY_SIZE];
	size_t size;

	if (base64_decode(entry->value, strlen(entry->value), bytes, sizeof(bytes), &size) == 0 &&
		size == sizeof(bytes))
		memcpy(sealed->key, bytes, size);
	else
		value_problem(problems, entry, "%d bytes in base64", SEAL_KEY_SIZE);
}

void sealed_read_secret(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct sealed *sealed = ret;
	uint8_t bytes[sizeof(sealed->bytes)];
	size_t size;

	if (base64_decode(entry->value, strlen(entry->value), bytes, sizeof(bytes), &size) == 0 &&
		size >= key->min + SEAL_TAG_SIZE && size <= key->max + SEAL_TAG_SIZE) {
		memcpy(sealed->bytes, bytes, size);
		sealed->size = size;
	} else if (key->min == key->max) {
		value_problem(
			problems, entry, "%" PRIu64 " bytes in base64", key->min + SEAL_TAG_SIZE);
	} else {
		value_problem(problems, entry, "%" PRIu64 " to %" PRIu64 " bytes in base64",
			key->min + SEAL_TAG_SIZE, key->max + SEAL_TAG_SIZE);
	}
}
