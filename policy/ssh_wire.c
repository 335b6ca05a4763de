#include "policy/ssh_wire.h"

#include <string.h>

/* Takes size bytes off the reader, or NULL. */
static const uint8_t *take(struct ssh_reader *reader, size_t size)
{
	const uint8_t *bytes = reader->bytes;

	if (reader->has_failed || size > reader->size) {
		reader->has_failed = true;
		return NULL;
	}
	reader->bytes += size;
	reader->size -= size;
	return bytes;
}

uint8_t ssh_read_u8(struct ssh_reader *reader)
{
	const uint8_t *bytes = take(reader, 1);

	return bytes ? bytes[0] : 0;
}

uint32_t ssh_read_u32(struct ssh_reader *reader)
{
	const uint8_t *bytes = take(reader, 4);
	uint32_t value = 0;

	for (int i = 0; bytes && i < 4; i++)
		value = value << 8 | bytes[i];
	return value;
}

struct ssh_string ssh_read_string(struct ssh_reader *reader)
{
	uint32_t size = ssh_read_u32(reader);
	const uint8_t *bytes = take(reader, size);

	if (!bytes)
		return (struct ssh_string){.bytes = (const uint8_t *)"", .size = 0};
	return (struct ssh_string){.bytes = bytes, .size = size};
}

struct ssh_reader ssh_reader_of(struct ssh_string string)
{
	return (struct ssh_reader){.bytes = string.bytes, .size = string.size};
}

bool ssh_reader_is_done(const struct ssh_reader *reader)
{
	return !reader->has_failed && reader->size == 0;
}

bool ssh_string_equals(struct ssh_string string, const char *expected)
{
	return string.size == strlen(expected) && memcmp(string.bytes, expected, string.size) == 0;
}

void ssh_write_bytes(struct ssh_writer *writer, const void *bytes, size_t size)
{
	if (writer->has_failed || size > writer->size - writer->used) {
		writer->has_failed = true;
		return;
	}
	if (size > 0)
		memcpy(writer->bytes + writer->used, bytes, size);
	writer->used += size;
}

void ssh_write_u8(struct ssh_writer *writer, uint8_t value)
{
	ssh_write_bytes(writer, &value, 1);
}

void ssh_write_u32(struct ssh_writer *writer, uint32_t value)
{
	uint8_t bytes[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
		(uint8_t)value};

	ssh_write_bytes(writer, bytes, sizeof(bytes));
}

void ssh_write_string(struct ssh_writer *writer, const void *bytes, size_t size)
{
	if (size > UINT32_MAX) {
		writer->has_failed = true;
		return;
	}
	ssh_write_u32(writer, (uint32_t)size);
	ssh_write_bytes(writer, bytes, size);
}
