#include "agent/medium_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/value.h"

struct writer {
	char *text;
	size_t size;
	bool is_full;
};

__attribute__((format(printf, 2, 3))) static void add(
	struct writer *writer, const char *format, ...)
{
	size_t left = MEDIUM_STATE_SIZE - writer->size;
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(writer->text + writer->size, left, format, arguments);
	va_end(arguments);
	if (n < 0 || (size_t)n >= left)
		writer->is_full = true;
	else
		writer->size += (size_t)n;
}

int medium_state_encode(const struct medium_state *state, char ret[MEDIUM_STATE_SIZE])
{
	char line[MEDIUM_LINE_SIZE];
	struct writer writer = {.text = ret};
	int r = medium_order_encode(&state->order, line);

	if (r < 0)
		return r;
	add(&writer, "%s\n", line);
	add(&writer, "disk\t%u\t%u\t%" PRIu64 "\t%" PRIu64 "\t%s\t%s\n", state->major, state->minor,
		state->sequence, state->capacity_bytes, state->disk, state->volume);
	for (size_t i = 0; i < state->n_volumes; i++)
		add(&writer, "volume\t%u\t%u\t%s\t%s\n", state->volumes[i].major,
			state->volumes[i].minor, state->volumes[i].node, state->volumes[i].path);
	if (state->answer.kind != MEDIUM_ANSWER_NONE) {
		r = medium_answer_encode(&state->answer, line);
		if (r < 0)
			return r;
		add(&writer, "%s\n", line);
	}
	return writer.is_full ? -EINVAL : (int)writer.size;
}

/* --- reading --- */

struct reader {
	const char *at, *end; /* end: of the line */
	bool is_wrong;
};

static void take_text(struct reader *reader, char *ret, size_t size)
{
	const char *end = memchr(reader->at, '\t', (size_t)(reader->end - reader->at));
	size_t length = (size_t)((end ? end : reader->end) - reader->at);

	if (reader->is_wrong || length >= size) {
		reader->is_wrong = true;
		return;
	}
	memcpy(ret, reader->at, length);
	ret[length] = '\0';
	reader->at += length + (end ? 1 : 0);
}

static uint64_t take_number(struct reader *reader, uint64_t max)
{
	char digits[24] = "";
	uint64_t value = 0;

	take_text(reader, digits, sizeof(digits));
	reader->is_wrong |= number_parse(digits, 0, max, &value) < 0;
	return value;
}

static bool take_word(struct reader *reader, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
		return false;
	reader->at += length;
	return true;
}

/* The next line; false at the end. */
static bool next_line(struct reader *reader, const char **at, const char *end)
{
	const char *line_end = memchr(*at, '\n', (size_t)(end - *at));

	if (!line_end)
		return false;
	reader->at = *at;
	reader->end = line_end;
	*at = line_end + 1;
	return true;
}

static void take_disk(struct reader *reader, struct medium_state *state)
{
	reader->is_wrong |= !take_word(reader, "disk\t");
	state->major = (unsigned)take_number(reader, UINT32_MAX);
	state->minor = (unsigned)take_number(reader, UINT32_MAX);
	state->sequence = take_number(reader, UINT64_MAX);
	state->capacity_bytes = take_number(reader, UINT64_MAX);
	take_text(reader, state->disk, sizeof(state->disk));
	take_text(reader, state->volume, sizeof(state->volume));
}

static void take_volume(struct reader *reader, struct medium_state *state)
{
	struct medium_state_volume *volume = &state->volumes[state->n_volumes];

	if (state->n_volumes == MEDIUM_VOLUMES_MAX) {
		reader->is_wrong = true;
		return;
	}
	volume->major = (unsigned)take_number(reader, UINT32_MAX);
	volume->minor = (unsigned)take_number(reader, UINT32_MAX);
	take_text(reader, volume->node, sizeof(volume->node));
	take_text(reader, volume->path, sizeof(volume->path));
	state->n_volumes++;
}

int medium_state_decode(const char *text, size_t size, struct medium_state *ret)
{
	const char *at = text, *end = text + size;
	struct medium_state state = {0};
	struct reader reader = {0};

	if (!next_line(&reader, &at, end) ||
		medium_order_decode(reader.at, (size_t)(reader.end - reader.at), &state.order) <
			0 ||
		state.order.kind != MEDIUM_ORDER_OPEN || !next_line(&reader, &at, end))
		return -EBADMSG;
	take_disk(&reader, &state);
	while (!reader.is_wrong && next_line(&reader, &at, end)) {
		if (take_word(&reader, "volume\t"))
			take_volume(&reader, &state);
		else if (state.answer.kind != MEDIUM_ANSWER_NONE ||
			 medium_answer_decode(
				 reader.at, (size_t)(reader.end - reader.at), &state.answer) < 0)
			reader.is_wrong = true;
	}
	if (reader.is_wrong || at != end)
		return -EBADMSG;
	*ret = state;
	return 0;
}
