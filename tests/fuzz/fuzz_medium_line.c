/*
 * What sekishod and the worker of a medium say to each other, what the worker keeps, and what it
 * reads of strangers: a line that is taken is written again as it was; a label names one folder.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/medium_label.h"
#include "agent/medium_line.h"
#include "agent/medium_mounts.h"
#include "agent/medium_state.h"
#include "policy/characters.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_lines(const char *text, size_t size)
{
	char line[MEDIUM_LINE_SIZE];
	struct medium_order order;
	struct medium_answer answer;

	if (medium_order_decode(text, size, &order) == 0) {
		assert(medium_order_encode(&order, line) == (int)size);
		assert(memcmp(line, text, size) == 0);
		assert(!strstr(order.user, "/") && !strstr(order.device, "/"));
	}
	if (medium_answer_decode(text, size, &answer) == 0) {
		assert(medium_answer_encode(&answer, line) == (int)size);
		assert(memcmp(line, text, size) == 0);
	}
}

static void check_label(const char *text)
{
	char name[MEDIUM_LABEL_SIZE], numbered[MEDIUM_LABEL_SIZE];

	medium_label_make(text, "1234-ABCD", name);
	medium_label_number(name, 41, numbered);
	assert(name[0] && name[0] != '.' && name[0] != '-' && !strchr(name, '/'));
	assert(utf8_is_plain(name) && utf8_is_plain(numbered));
	assert(strlen(numbered) == strlen(name) + strlen(" (42)"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct medium_state state;
	struct mount_line mount;
	unsigned major, minor;

	assert(text);
	memcpy(text, data, size);
	text[size] = '\0';
	check_lines(text, size);
	check_label(text);
	(void)medium_state_decode(text, size, &state);
	(void)medium_name_is_valid(text);
	if (mount_line_read(text, &mount) == 0)
		assert(mount.point[0]);
	(void)map_line_read(text, &major, &minor);
	free(text);
	return 0;
}
