/* Any text as a revocation: either problems, or the number of one thing, which the list of what was
 * revoked gives back as it was. */
#include "tests/fuzz/fuzzed_text.h"

#include "agent/revoked.h"
#include "policy/medium_text.h"

static void check_list(const struct revocation *revocation)
{
	static const uint8_t sha256[SHA256_SIZE] = {1};
	struct revoked_list list = {0}, again = {0};
	const struct revoked *found;
	char *file;
	size_t size;

	assert(revoked_add(&list, revocation, sha256) == 0);
	assert(revoked_encode(&list, &file, &size) == 0);
	assert(revoked_decode(file, size, &again) == 0);
	found = revoked_find(&again, revocation->kind, revocation->subject);
	assert(found && strcmp(found->reason, revocation->reason) == 0);
	assert(memcmp(found, &list.items[0], sizeof(*found)) == 0);
	free(file);
	revoked_clear(&list);
	revoked_clear(&again);
}

static void check_text(const char *text, size_t size)
{
	struct revocation *revocation = fuzz_read(&revocation_reader, text, size);

	if (!revocation)
		return;
	assert(revocation_kind_name(revocation->kind));
	if (revocation->kind == REVOCATION_MEDIUM)
		assert(!medium_number_fault(revocation->subject));
	else
		assert(exemption_id_is_valid(revocation->subject));
	check_list(revocation);
	revocation_free(revocation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
