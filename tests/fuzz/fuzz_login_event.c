/*
 * A line of the spool, as it lies there and with its head set right: either it is refused, or it
 * would be written again as it is. And whatever somebody hands over as an event makes such a line.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/checksum.h"
#include "policy/login_event.h"

#define HEAD_SIZE 11

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of exactly that size, so that reading beyond it is noticed. */
static void check_line(const char *line, size_t size)
{
	char again[LOGIN_EVENT_SIZE], *copy = malloc(size ? size : 1);
	struct login_event event;

	assert(copy);
	memcpy(copy, line, size);
	if (login_event_decode(copy, size, &event) == 0) {
		assert(login_event_encode(&event, again) == size + 1);
		assert(memcmp(copy, again, size) == 0 && again[size] == '\n');
	}
	free(copy);
}

static void check_fields(const uint8_t *data, size_t size)
{
	char line[LOGIN_EVENT_SIZE + HEAD_SIZE];

	if (size > LOGIN_EVENT_SIZE)
		return;
	snprintf(line, sizeof(line), "1\t%08x\t", checksum(data, size));
	memcpy(line + HEAD_SIZE, data, size);
	check_line(line, HEAD_SIZE + size);
}

static void check_event(const uint8_t *data, size_t size)
{
	struct login_event event = {0}, back;
	char line[LOGIN_EVENT_SIZE], again[LOGIN_EVENT_SIZE];
	size_t n;

	memcpy(&event, data, size < sizeof(event) ? size : sizeof(event));
	n = login_event_encode(&event, line);
	assert(n <= LOGIN_EVENT_SIZE && line[n - 1] == '\n');
	assert(login_event_decode(line, n - 1, &back) == 0);
	assert(login_event_encode(&back, again) == n && memcmp(line, again, n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_line((const char *)data, size);
	check_fields(data, size);
	check_event(data, size);
	return 0;
}
