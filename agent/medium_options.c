#include "agent/medium_options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	HAS_NO_OWNERS = 1,   /* uid=, gid= say who they are */
	HAS_MASKS = 2,       /* fmask=, dmask= */
	HAS_MODES = 4,       /* mode=, dmode= */
	HAS_UTF8 = 8,        /* utf8 */
	HAS_CHARSET = 16,    /* iocharset=utf8 */
	ENDS_AT_ERRORS = 32, /* errors=remount-ro */
	IS_READ_ONLY = 64,
	HAS_JOURNAL = 128,
};

/* Words of policies, and what libblkid and the kernel call them. */
static const struct {
	const char *word, *kernel;
	unsigned traits;
} types[] = {
	{"vfat", "vfat", HAS_NO_OWNERS | HAS_MASKS | HAS_UTF8 | ENDS_AT_ERRORS},
	{"exfat", "exfat", HAS_NO_OWNERS | HAS_MASKS | HAS_CHARSET | ENDS_AT_ERRORS},
	{"iso9660", "iso9660", HAS_NO_OWNERS | HAS_MODES | HAS_CHARSET | IS_READ_ONLY},
	{"udf", "udf", HAS_NO_OWNERS | HAS_MODES | HAS_CHARSET},
	{"ntfs", "ntfs3", HAS_NO_OWNERS | HAS_MASKS | HAS_CHARSET},
	/* ext4's code reads the two older ones, and most kernels have no other. */
	{"ext2", "ext4", ENDS_AT_ERRORS},
	{"ext3", "ext4", ENDS_AT_ERRORS | HAS_JOURNAL},
	{"ext4", "ext4", ENDS_AT_ERRORS | HAS_JOURNAL},
};

static int find(const char *type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(types[i].word, type) == 0)
			return (int)i;
	return -1;
}

const char *medium_file_system(const char *type)
{
	int at = find(type);

	return at < 0 ? NULL : types[at].kernel;
}

bool medium_file_system_is_writable(const char *type)
{
	int at = find(type);

	return at >= 0 && !(types[at].traits & IS_READ_ONLY);
}

bool medium_file_system_is_allowed(const char *words, const char *type)
{
	size_t length = strlen(type);

	for (const char *word = words; word; word = strchr(word, ' ')) {
		word += *word == ' ';
		if (length > 0 && strncmp(word, type, length) == 0 &&
			(word[length] == '\0' || word[length] == ' '))
			return true;
	}
	return false;
}

struct list {
	struct medium_option *items;
	unsigned n;
};

static void add(struct list *list, const char *key, const char *value)
{
	struct medium_option *option = &list->items[list->n++];

	option->key = key;
	snprintf(option->value, sizeof(option->value), "%s", value);
}

static void add_number(struct list *list, const char *key, uint32_t number)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%" PRIu32, number);
	add(list, key, digits);
}

unsigned medium_options(const char *type, uint32_t uid, uint32_t gid, bool is_writable,
	struct medium_option ret[MEDIUM_OPTIONS_MAX])
{
	struct list list = {.items = ret};
	int at = find(type);
	unsigned traits = at < 0 ? 0 : types[at].traits;

	if (traits & HAS_NO_OWNERS) {
		add_number(&list, "uid", uid);
		add_number(&list, "gid", gid);
	}
	/* Nobody but that person, and no program is run from there. */
	if (traits & HAS_MASKS) {
		add(&list, "fmask", "0177");
		add(&list, "dmask", "0077");
	}
	if (traits & HAS_MODES) {
		add(&list, "mode", is_writable ? "0600" : "0400");
		add(&list, "dmode", is_writable ? "0700" : "0500");
	}
	if (traits & HAS_UTF8) {
		/* As names come from Windows; what is written goes out soon, so that the end does.
		 */
		add(&list, "utf8", "1");
		add(&list, "shortname", "mixed");
		if (is_writable)
			add(&list, "flush", "");
	}
	if (traits & HAS_CHARSET)
		add(&list, "iocharset", "utf8");
	if (traits & ENDS_AT_ERRORS)
		add(&list, "errors", "remount-ro");
	/* A journal that was not ended is left alone: the disk is read-only. */
	if (traits & HAS_JOURNAL && !is_writable)
		add(&list, "noload", "");
	return list.n;
}
