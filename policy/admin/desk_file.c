#include "policy/admin/desk_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/base64.h"
#include "policy/cleanup.h"
#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/value.h"

#define SIZE_MAX_OF_FILE 1024
#define COUNT(array)     (sizeof(array) / sizeof((array)[0]))
#define FIELD(field) \
	.offset = offsetof(struct desk_file, field), .size = sizeof(((struct desk_file *)0)->field)

void desk_file_clear(struct desk_file *file)
{
	explicit_bzero(file, sizeof(*file));
}

static void read_key(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	uint8_t bytes[PHONE_KEY_SIZE];
	size_t size;

	if (base64_decode(entry->value, strlen(entry->value), bytes, sizeof(bytes), &size) == 0 &&
		size == sizeof(bytes))
		memcpy(ret, bytes, sizeof(bytes));
	else /* Without what was read: it may be all of the key but a letter. */
		problems_add(problems, entry->line, entry->column, "", 0, "%d bytes in base64",
			PHONE_KEY_SIZE);
	explicit_bzero(bytes, sizeof(bytes));
}

static const struct schema_key keys[] = {
	{.key = "site", .read = value_read_word, .is_required = true, FIELD(site)},
	{.key = "desk", .read = value_read_word, .is_required = true, FIELD(desk)},
	{.key = "key", .read = read_key, .is_required = true, FIELD(key)},
};

static const struct schema_section sections[] = {
	{.type = "desk-key", .is_required = true, .keys = keys, .n_keys = COUNT(keys)},
};

static int parse(const struct admin_file *file, struct desk_file *ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	struct problems problems = {0};
	struct desk_file read = {0};
	bool has_problems;
	int r = ini_document_read(file->bytes, file->size, &problems, &document);

	if (r == 0)
		schema_read(document, sections, COUNT(sections), &problems, &read);
	has_problems = problems_any(&problems);
	admin_print_problems(file->path, &problems);
	problems_clear(&problems);
	if (r == 0 && !has_problems)
		*ret = read;
	desk_file_clear(&read);
	if (r == -ENOMEM)
		return admin_no_memory();
	return has_problems || r < 0 ? EXIT_NO : EXIT_DONE;
}

int desk_file_read(const char *path, struct desk_file *ret)
{
	struct admin_file file = {0};
	struct stat facts;
	int code;

	if (admin_read(path, SIZE_MAX_OF_FILE, &file) < 0)
		return EXIT_UNKNOWN;
	if (stat(path, &facts) == 0 && facts.st_mode & 077) {
		admin_complain(
			"%s is a desk's key, and others may read it: chmod 600 %s", path, path);
		code = EXIT_NO;
	} else {
		code = parse(&file, ret);
	}
	explicit_bzero(file.bytes, file.size);
	admin_file_free(&file);
	return code;
}

/* Not by admin_create(), whose files others may read. */
static int write_new(const char *path, const char *text)
{
	CLEANUP(admin_close)
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r;

	if (fd < 0)
		return -errno;
	r = admin_write_whole(fd, text, strlen(text));
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r < 0)
		(void)unlink(path);
	return r;
}

int desk_file_make(const char *path, const char *site, const char *desk)
{
	uint8_t key[PHONE_KEY_SIZE];
	char base64[BASE64_SIZE(PHONE_KEY_SIZE) + 1], text[SIZE_MAX_OF_FILE];
	int r;

	if (admin_check_path(path) < 0)
		return EXIT_UNKNOWN;
	if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key)) {
		admin_complain("there are no random numbers: %s", strerror(errno));
		return EXIT_UNKNOWN;
	}
	base64_encode(key, sizeof(key), base64);
	snprintf(text, sizeof(text), "[desk-key]\nsite = %s\ndesk = %s\nkey = %s\n", site, desk,
		base64);
	r = write_new(path, text);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(base64, sizeof(base64));
	explicit_bzero(text, sizeof(text));
	if (r == -EEXIST)
		admin_complain("%s is there already, and stays as it is", path);
	else if (r < 0)
		admin_complain("%s cannot be written: %s", path, strerror(-r));
	return r == 0 ? EXIT_DONE : EXIT_UNKNOWN;
}
