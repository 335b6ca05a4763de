/* Any text as a terminal-key.ini: either problems, or a key that was written so and is written
 * again. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/terminal_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct terminal_key key = {0}, again = {0};
	struct problems problems = {0};
	char written[TERMINAL_KEY_TEXT_SIZE];
	int r = terminal_key_parse((const char *)data, size, &problems, &key);

	assert((r == 0) != problems_any(&problems));
	problems_clear(&problems);
	if (r < 0)
		return 0;
	assert(terminal_key_format(key.key, key.terminal, written) == 0);
	assert(terminal_key_parse(written, strlen(written), &problems, &again) == 0);
	assert(memcmp(&key, &again, sizeof(key)) == 0);
	return 0;
}
