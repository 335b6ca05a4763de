/*
 * Files of records, as sekisho reads and checks them. Whatever is in a file, every line of it is
 * read once and hashed whole, the checker comes to an end, a fault is told where it counts one, and
 * what people are shown moves no cursor.
 */
#include <assert.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/cli_record_chain.h"
#include "agent/cli_record_words.h"
#include "agent/descriptor.h"
#include "policy/characters.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cli_record_reader *reader;
static uint64_t n_faults_told;

static void tell(void *context, enum chain_finding finding, const struct chain_place *place,
	uint64_t number, enum cli_line_form form)
{
	assert(chain_finding_name(finding));
	n_faults_told += chain_is_fault(finding);
}

static void check_text(const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t character = 0;
		size_t read = utf8_decode(text, left, &character);

		assert(read > 0 && !character_fault(character));
		text += read;
		left -= read;
	}
}

static void check_words(const struct cli_line *line)
{
	char words[CLI_RECORD_WORDS_SIZE];
	struct cli_record record;

	if (cli_record_read(reader, line->bytes, line->size, &record) != LINE_IS_RECORD)
		return;
	assert(record.sequence > 0 && line->size < RECORD_LINE_MAX);
	assert(memchr(record.boot_id, '\0', sizeof(record.boot_id)));
	check_text(cli_record_outcome(&record));
	cli_record_happened(&record, words);
	check_text(words);
	cli_record_device(&record, words);
	check_text(words);
	cli_record_clear(&record);
}

/* The next line of data, as simply as can be. How many bytes it takes. */
static size_t check_line(const struct cli_line *line, const uint8_t *data, size_t size)
{
	const uint8_t *lf = memchr(data, '\n', size);
	size_t length = lf ? (size_t)(lf - data) : size;
	uint8_t *copy = malloc(length + 1), sha256[SHA256_SIZE];

	if (!copy)
		abort();
	memcpy(copy, data, length);
	copy[length] = '\n';
	SHA256(copy, length + 1, sha256);
	free(copy);
	assert(memcmp(line->sha256, sha256, sizeof(sha256)) == 0);
	assert(line->has_lf == (lf != NULL));
	assert(line->size == (length < RECORD_LINE_MAX ? length : RECORD_LINE_MAX));
	assert(length >= RECORD_LINE_MAX || memcmp(line->bytes, data, length) == 0);
	return length + (lf != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cli_lines lines;
	static struct chain chain;
	struct cli_line line;
	size_t used = 0;
	int fd;

	if (!reader && cli_record_reader_new(&reader) < 0)
		abort();
	fd = memfd_create("records", MFD_CLOEXEC);
	if (fd < 0 || write_whole(fd, data, size) < 0)
		abort();
	n_faults_told = 0;
	chain_begin(&chain, reader, tell, NULL);
	chain_begin_file(&chain, "records-1.jsonl", 1);
	cli_lines_begin(&lines, fd, 0, 0);
	while (cli_lines_next(&lines, &line) == 1) {
		assert(used < size && line.offset == used);
		used += check_line(&line, data + used, size - used);
		check_words(&line);
		chain_take(&chain, &line);
		assert(line.number == chain.n_lines);
	}
	assert(used == size);
	chain_end(&chain);
	assert(chain.n_faults == n_faults_told);
	assert(chain.n_records > 0 || chain.n_faults > 0);
	close(fd);
	return 0;
}
