/*
 * The SSH wire encoding (RFC 4251 section 5): a reader that never leaves its bytes, and a writer
 * into a fixed buffer. After the first failure both stay failed, so one look at the end is enough.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ssh_string {
	const uint8_t *bytes;
	size_t size;
};

struct ssh_reader {
	const uint8_t *bytes; /* what is left */
	size_t size;
	bool has_failed;
};

/* Each gives 0 or an empty string when there is not enough. */
uint8_t ssh_read_u8(struct ssh_reader *reader);
uint32_t ssh_read_u32(struct ssh_reader *reader);
struct ssh_string ssh_read_string(struct ssh_reader *reader);

/* A reader of what stands inside a string. */
struct ssh_reader ssh_reader_of(struct ssh_string string);

/* Whether nothing failed and nothing is left. */
bool ssh_reader_is_done(const struct ssh_reader *reader);

bool ssh_string_equals(struct ssh_string string, const char *expected);

struct ssh_writer {
	uint8_t *bytes;
	size_t size, used;
	bool has_failed; /* there was not enough room */
};

void ssh_write_bytes(struct ssh_writer *writer, const void *bytes, size_t size);
void ssh_write_u8(struct ssh_writer *writer, uint8_t value);
void ssh_write_u32(struct ssh_writer *writer, uint32_t value);
void ssh_write_string(struct ssh_writer *writer, const void *bytes, size_t size);
