/*
 * Any bytes as PAM files: they are read, judged and followed without a fault, and what is found by
 * looking at all ways at once is what is found by trying codes. The text is cut into files at each
 * NUL: the first is the service's, the others are included as "1", "2" and so on.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/pam_verdict.h"

#define FILES_MAX 8
#define TRIES     8
#define LINES_MAX 24 /* of a stack that is looked through: more is slow, and nothing new */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const char *bytes;
	size_t size;
};

/* The part of that number. */
static bool find_part(const struct input *input, unsigned number, struct input *ret)
{
	*ret = *input;
	for (; number > 0; number--) {
		const char *end = memchr(ret->bytes, '\0', ret->size);

		if (!end)
			return false;
		ret->size -= (size_t)(end + 1 - ret->bytes);
		ret->bytes = end + 1;
	}
	if (memchr(ret->bytes, '\0', ret->size))
		ret->size = strlen(ret->bytes);
	return true;
}

static int read_part(void *context, const char *path, char **ret, size_t *ret_size)
{
	const char *name = path + strlen(PAM_FOLDER "/");
	struct input part;
	unsigned number;

	if (strcmp(path, PAM_CONF) == 0 || strcmp(path, PAM_FOLDER "/service") == 0)
		number = 0;
	else if (strncmp(path, PAM_FOLDER "/", strlen(PAM_FOLDER "/")) == 0 && *name >= '1' &&
		 *name < '1' + FILES_MAX && !name[1])
		number = (unsigned)(*name - '0');
	else
		return -ENOENT;
	if (!find_part(context, number, &part))
		return -ENOENT;
	*ret = malloc(part.size ? part.size : 1);
	if (!*ret)
		return -ENOMEM;
	if (part.size)
		memcpy(*ret, part.bytes, part.size);
	*ret_size = part.size;
	return 0;
}

static bool is_never(void *context, const char *name)
{
	return false;
}

/* Codes that follow from a number, so that a seed does the same each time. */
static void fill(const struct pam_stack *stack, unsigned number, int *ret, uint32_t *ret_sets)
{
	for (size_t i = 0; i < stack->n; i++) {
		number = number * 1103515245 + 12345;
		ret[i] = (number >> 16) % 3 ? (int)((number >> 18) % PAM_CODES) : PAM_SUCCESS;
		ret_sets[i] = PAM_CODE_SET(ret[i]) | PAM_CODE_SET((number >> 8) % PAM_CODES);
	}
}

static void try_codes(const struct pam_stack *stack, unsigned number)
{
	static int codes[PAM_HANDLERS_MAX];
	static uint32_t sets[PAM_HANDLERS_MAX];
	struct pam_ways ways;
	int end;

	fill(stack, number, codes, sets);
	end = pam_outcome(stack, codes);
	assert(end >= 0 && end < PAM_CODES);
	if (pam_outcome_ways(stack, sets, &ways) < 0)
		return;
	assert(end != PAM_SUCCESS || ways.gets_in);
	if (ways.gets_in) {
		/* The way that is told leads in. */
		for (size_t i = 0; i < ways.n_steps; i++) {
			const struct pam_step *step = &ways.steps[i];

			assert(step->handler < stack->n && step->next > step->handler);
			assert(ways.reached[step->handler]);
			codes[step->handler] = step->code;
		}
		assert(pam_outcome(stack, codes) == PAM_SUCCESS);
	}
	pam_ways_clear(&ways);
}

static void check(const struct input *input, bool has_folder, bool is_debian)
{
	struct input copy = *input;
	const struct pam_source source = {.read = read_part,
		.context = &copy,
		.has_folder = has_folder,
		.is_debian = is_debian};
	const struct pam_facts facts = {.is_missing = is_never, .is_nobodys_group = is_never};
	struct pam_stack stack;
	struct pam_judged judged;

	if (pam_stack_read(&source, "service", &stack) < 0)
		return;
	assert(stack.n <= PAM_HANDLERS_MAX);
	assert(stack.fault == PAM_STACK_WHOLE || stack.fault_line == 0 || stack.fault_file);
	for (unsigned i = 0; i < TRIES && stack.n < LINES_MAX; i++)
		try_codes(&stack, i);
	if (stack.n < LINES_MAX && pam_stack_judge(&stack, &facts, &judged) == 0) {
		assert(pam_verdict_name(judged.verdict));
		assert(judged.culprit == PAM_NO_HANDLER || judged.culprit < stack.n);
		assert(judged.verdict != PAM_VERDICT_HOLDS || judged.judge != PAM_NO_HANDLER);
		assert((judged.verdict == PAM_VERDICT_PASSWORD) <= (judged.passes != 0));
	}
	pam_stack_clear(&stack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct input input = {.bytes = (const char *)data, .size = size};

	check(&input, true, true);
	check(&input, true, false);
	check(&input, false, true);
	return 0;
}
