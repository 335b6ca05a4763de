/*
 * sekisho-pskc: reads one delivery of hardware tokens (PSKC, RFC 6030) for sekisho-admin, in a
 * process that can reach nothing else. What it is asked and answers: policy/pskc/rows.h.
 */
#include <errno.h>
#include <pskc/pskc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/pskc/box.h"
#include "policy/pskc/cipher.h"
#include "policy/pskc/document.h"
#include "policy/pskc/keys.h"
#include "policy/pskc/lock.h"
#include "policy/pskc/node.h"
#include "policy/pskc/reduce.h"
#include "policy/pskc/rows.h"
#include "policy/value.h"

#define REQUEST_LINE_MAX 32
#define REQUEST_MAX      (PSKC_SIZE_MAX + PSKC_PASSWORD_MAX + REQUEST_LINE_MAX)

#define EXIT_DONE    0
#define EXIT_NO      1 /* there are problems, or it is locked */
#define EXIT_UNKNOWN 2 /* it could not be tried */

struct request {
	struct pskc_key_material material;
	const char *document;
	size_t size;
};

/* 0 and *ret, for free(), with a NUL behind; -EFBIG, or a negative errno. */
static int read_all(char **ret, size_t *ret_size)
{
	CLEANUP(cleanup_free) char *bytes = malloc(REQUEST_MAX + 1);
	size_t size = 0;

	if (!bytes)
		return -ENOMEM;
	for (;;) {
		ssize_t n = read(STDIN_FILENO, bytes + size, REQUEST_MAX + 1 - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		size += (size_t)n;
		if (size > REQUEST_MAX)
			return -EFBIG;
		if (n == 0)
			break;
	}
	bytes[size] = '\0';
	*ret = TAKE(bytes);
	*ret_size = size;
	return 0;
}

static int write_all(const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		bytes += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int read_material(const char *line, struct pskc_key_material *ret)
{
	const char *space = strchr(line, ' ');
	size_t word = space ? (size_t)(space - line) : strlen(line);
	uint64_t size = 0;

	if (strcmp(line, PSKC_ROWS_NONE) == 0) {
		ret->kind = PSKC_LOCK_NONE;
		return 0;
	}
	if (!space || number_parse(space + 1, 1, PSKC_PASSWORD_MAX, &size) < 0)
		return -EINVAL;
	if (word == strlen(PSKC_ROWS_KEY) && strncmp(line, PSKC_ROWS_KEY, word) == 0)
		ret->kind = PSKC_LOCK_KEY;
	else if (word == strlen(PSKC_ROWS_PASSWORD) && strncmp(line, PSKC_ROWS_PASSWORD, word) == 0)
		ret->kind = PSKC_LOCK_PASSWORD;
	else
		return -EINVAL;
	ret->size = size;
	return 0;
}

static int read_request(const char *bytes, size_t size, struct request *ret)
{
	const char *end = memchr(bytes, '\n', size < REQUEST_LINE_MAX ? size : REQUEST_LINE_MAX);
	char line[REQUEST_LINE_MAX + 1] = "";

	if (!end)
		return -EINVAL;
	memcpy(line, bytes, (size_t)(end - bytes));
	if (read_material(line, &ret->material) < 0)
		return -EINVAL;
	size -= (size_t)(end + 1 - bytes);
	if (size < ret->material.size)
		return -EINVAL;
	memcpy(ret->material.bytes, end + 1, ret->material.size);
	ret->document = end + 1 + ret->material.size;
	ret->size = size - ret->material.size;
	return ret->size > PSKC_SIZE_MAX ? -EFBIG : 0;
}

/* A cell holds no TAB and no line feed: whatever is none of a text becomes "?". */
static void write_cell(const char *text, FILE *to)
{
	fputc('\t', to);
	for (; *text != '\0'; text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, to);
}

static void write_problems(const struct problems *problems, FILE *to)
{
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *problem = &problems->items[i];

		fprintf(to, "%s\t%u\t%u", problem->is_missing ? PSKC_ROWS_MISSING : PSKC_ROWS_READ,
			problem->line, problem->column);
		if (!problem->is_missing)
			write_cell(problem->read, to);
		write_cell(problem->expected, to);
		fputc('\n', to);
	}
}

static void write_locked(enum pskc_lock_kind kind, const char *name, FILE *to)
{
	fprintf(to, PSKC_ROWS_LOCKED "\t%s",
		kind == PSKC_LOCK_KEY ? PSKC_ROWS_KEY : PSKC_ROWS_PASSWORD);
	write_cell(name, to);
	fputc('\n', to);
}

static int read_keys(
	xmlDoc *document, const struct pskc_lock *lock, struct problems *problems, FILE *to)
{
	struct pskc_reduced reduced = {0};
	int r = pskc_reduce(document, lock, problems, &reduced);

	if (r == 0 && reduced.is_signed)
		fprintf(to, PSKC_ROWS_SIGNED "\n");
	if (r == 0) {
		r = pskc_keys_write(&reduced, to);
		if (r == -EBADMSG)
			r = -EPROTO;
	}
	pskc_reduced_clear(&reduced);
	return r;
}

/* 0; -EBADMSG: problems; -ENOKEY: it is locked; another negative errno. */
static int read_document(const struct request *request, struct problems *problems, FILE *to)
{
	CLEANUP(pskc_document_cleanup) xmlDoc *document = NULL;
	char name[PSKC_LOCK_NAME_MAX + 1];
	struct pskc_lock lock = {0};
	const xmlNode *container;
	enum pskc_lock_kind kind;
	int r = pskc_document_parse(request->document, request->size, problems, &document);

	if (r < 0)
		return r;
	container = xmlDocGetRootElement(document);
	kind = pskc_lock_find(container, problems, name);
	if (kind == PSKC_LOCK_UNREADABLE)
		return -EBADMSG;
	if (kind != PSKC_LOCK_NONE && kind != request->material.kind) {
		write_locked(kind, name, to);
		return -ENOKEY;
	}
	lock.kind = PSKC_LOCK_NONE;
	if (kind != PSKC_LOCK_NONE)
		r = pskc_lock_fit(container, &request->material, problems, &lock);
	if (r == 0)
		r = read_keys(document, &lock, problems, to);
	explicit_bzero(&lock, sizeof(lock));
	return r;
}

static int answer(const struct request *request)
{
	struct problems problems = {0};
	CLEANUP(cleanup_free) char *rows = NULL;
	size_t size = 0, n_lines = 0;
	FILE *to = open_memstream(&rows, &size);
	int r = to ? read_document(request, &problems, to) : -ENOMEM;

	/* There was no memory to say what. */
	if (r == -EBADMSG && problems.count == 0)
		r = -ENOMEM;
	/* Of a document with a problem no key was written. */
	if (r == -EBADMSG)
		write_problems(&problems, to);
	if (to && fflush(to) == 0)
		for (size_t i = 0; i < size; i++)
			n_lines += rows[i] == '\n';
	if (to && (fprintf(to, PSKC_ROWS_END "\t%zu\n", n_lines) < 0 || fclose(to) != 0))
		r = -ENOMEM;
	problems_clear(&problems);
	if (r < 0 && r != -EBADMSG && r != -ENOKEY)
		return r;
	if (write_all(rows, size) < 0)
		return -EPIPE;
	explicit_bzero(rows, size);
	return r;
}

static void drop_log(const char *message)
{
}

/* Whatever a library opens it opens now. */
static int warm_up(void)
{
	if (pskc_global_init() != PSKC_OK)
		return -EIO;
	/* What it says of a document may hold pieces of secrets. */
	pskc_global_log(drop_log);
	pskc_document_warm_up();
	return pskc_cipher_warm_up();
}

static int fail(const char *what)
{
	static const char name[] = "sekisho-pskc: ";

	/* stdio would ask the kernel about stderr, which may not be asked any more. */
	(void)!write(STDERR_FILENO, name, sizeof(name) - 1);
	(void)!write(STDERR_FILENO, what, strlen(what));
	(void)!write(STDERR_FILENO, "\n", 1);
	return EXIT_UNKNOWN;
}

static int run(int argc)
{
	struct request request = {0};
	char *bytes = NULL;
	size_t size = 0;
	int r;

	if (argc != 1)
		return fail("usage: sekisho-pskc <REQUEST; sekisho-admin token import calls it");
	if (warm_up() < 0)
		return fail("libpskc or libcrypto cannot be used here");
	if (pskc_box_enter() < 0)
		return fail("this process could not shut itself in, so nothing was read");
	r = read_all(&bytes, &size);
	if (r == 0)
		r = read_request(bytes, size, &request);
	if (r == 0)
		r = answer(&request);
	explicit_bzero(&request, sizeof(request));
	if (bytes)
		explicit_bzero(bytes, size);
	if (r == 0)
		return EXIT_DONE;
	if (r == -EBADMSG || r == -ENOKEY)
		return EXIT_NO;
	return fail(r == -EFBIG    ? "the file has more than 16 MiB"
		    : r == -ENOMEM ? "there is not enough memory"
		    : r == -EPROTO ? "libpskc reads another document than this reader"
				   : "it was asked something else, or could not answer");
}

/* Without what libraries do at an end: it may want files. */
int main(int argc, char **argv)
{
	_exit(run(argc));
}
