/* Any bytes as the records of a terminal: what is looked at for codes that were right twice, and
 * what is put together. Taken twice, nothing is there twice. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "policy/admin/fleet_codes.h"
#include "policy/admin/fleet_collect.h"
#include "tests/fuzz/fuzzed_text.h"

static void tell(void *context, const struct fleet_code *first, const struct fleet_code *other)
{
	unsigned *n = context;

	assert(strcmp(first->token, other->token) == 0 && first->next == other->next);
	assert(strcmp(first->terminal, other->terminal) != 0);
	++*n;
}

static void check_codes(const char *text, size_t size)
{
	struct fleet_codes codes;
	unsigned n = 0;

	assert(fleet_codes_init(&codes) == 0);
	assert(fleet_codes_take(&codes, "desk-17", text, size) == 0);
	assert(fleet_codes_take(&codes, "desk-17", text, size) == 0);
	fleet_codes_find(&codes, tell, &n);
	assert(n == 0);
	assert(fleet_codes_take(&codes, "desk-18", text, size) == 0);
	fleet_codes_find(&codes, tell, &n);
	assert(n == codes.n / 3);
	fleet_codes_clear(&codes);
}

static void check_collected(const char *text, size_t size)
{
	struct collected once, twice;

	assert(collected_init(&once) == 0 && collected_init(&twice) == 0);
	assert(collected_take(&once, "desk-17", text, size) == 0);
	assert(collected_take(&twice, "desk-17", text, size) == 0);
	assert(collected_take(&twice, "desk-17", text, size) == 0);
	collected_sort(&once);
	collected_sort(&twice);
	assert(once.n == twice.n);
	for (size_t i = 1; i < once.n; i++)
		assert(once.items[i - 1].sequence <= once.items[i].sequence);
	collected_clear(&once);
	collected_clear(&twice);
}

static void check_text(const char *text, size_t size)
{
	check_codes(text, size);
	check_collected(text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
