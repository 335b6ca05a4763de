/* Names of folders made of strangers' labels, lines of /proc, options of file systems. */
#include <errno.h>

#include "agent/medium_label.h"
#include "agent/medium_mounts.h"
#include "agent/medium_options.h"
#include "tests/unit/fixture.h"

static void a_label_becomes_the_name_of_one_folder(void **state)
{
	static const struct {
		const char *label, *name;
	} rows[] = {
		{"USB", "USB"},
		{"選挙 2026", "選挙 2026"},
		{"", "1234-ABCD"},
		{"   ", "1234-ABCD"},
		{"..", "_."},
		{".", "_"},
		{"../../etc", "_._.._etc"},
		{"a/b\\c", "a_b_c"},
		{"-rf", "_rf"},
		{"a\nb\tc\033[2J", "abc[2J"},
		{"\xe2\x80\xae"
		 "txt.exe",
			"txt.exe"},
		{"a\xe2\x80\x8b"
		 "b",
			"ab"},
		{"\xff\xfe", "1234-ABCD"},
		{"a\xff"
		 "b",
			"ab"},
		{" a ", "a"},
		{"\xe2\x80\xae", "1234-ABCD"},
	};
	char name[MEDIUM_LABEL_SIZE];

	for (size_t i = 0; i < COUNT(rows); i++) {
		medium_label_make(rows[i].label, "1234-ABCD", name);
		assert_string_equal(name, rows[i].name);
	}
}

static void a_long_label_is_cut_between_characters(void **state)
{
	char label[400] = "", name[MEDIUM_LABEL_SIZE], numbered[MEDIUM_LABEL_SIZE];

	for (size_t i = 0; i < 390; i += 3)
		memcpy(label + i, "あ", 4);
	medium_label_make(label, "x", name);
	assert_true(strlen(name) <= 72 && strlen(name) % 3 == 0 && strlen(name) > 60);
	medium_label_number(name, 0, numbered);
	assert_string_equal(numbered, name);
	medium_label_number("USB", 1, numbered);
	assert_string_equal(numbered, "USB (2)");
	medium_label_number(name, 98, numbered);
	assert_string_equal(numbered + strlen(name), " (99)");
}

static void a_line_of_mountinfo_is_read(void **state)
{
	struct mount_line line = {.id = 77};

	assert_int_equal(mount_line_read("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 "
					 "/dev/root rw,errors=continue\n",
				 &line),
		0);
	assert_int_equal(line.id, 36);
	assert_int_equal(line.major, 98);
	assert_string_equal(line.point, "/mnt2");
	assert_int_equal(
		mount_line_read("1 2 8:1 / /run/a\\040b\\134c\\011 rw - vfat x rw", &line), 0);
	assert_string_equal(line.point, "/run/a b\\c\t");
	assert_int_equal(line.minor, 1);
}

static void a_line_that_is_none_of_mountinfo_is_refused(void **state)
{
	static const char *const lines[] = {"", "x", "1 2 8:1", "1 2 8:1 /", "1 2 8:1 / /run",
		"1 2 8-1 / /run rw", "1 2 8:1 /  rw", "99999999999 2 8:1 / /run rw",
		"1 2 :1 / /r rw"};
	struct mount_line line = {.id = 77};

	for (size_t i = 0; i < COUNT(lines); i++)
		assert_int_equal(mount_line_read(lines[i], &line), -EBADMSG);
	assert_int_equal(line.id, 77);
}

static void a_line_of_maps_names_the_device(void **state)
{
	unsigned major, minor;

	assert_true(map_line_read("7f00-7f01 r--p 00000000 fd:0a 131 /usr/lib/x", &major, &minor));
	assert_int_equal(major, 0xfd);
	assert_int_equal(minor, 10);
	assert_false(map_line_read("7f00-7f01 rw-p 00000000 00:00 0 [heap]", &major, &minor));
	assert_false(map_line_read("7f00-7f01 rw-p", &major, &minor));
	assert_false(map_line_read("", &major, &minor));
}

static const char *value_of(const struct medium_option *options, unsigned n, const char *key)
{
	for (unsigned i = 0; i < n; i++)
		if (strcmp(options[i].key, key) == 0)
			return options[i].value;
	return NULL;
}

static void files_without_owners_are_one_persons(void **state)
{
	struct medium_option options[MEDIUM_OPTIONS_MAX];
	unsigned n = medium_options("vfat", 1000, 1001, true, options);

	assert_string_equal(value_of(options, n, "uid"), "1000");
	assert_string_equal(value_of(options, n, "gid"), "1001");
	assert_string_equal(value_of(options, n, "dmask"), "0077");
	assert_string_equal(value_of(options, n, "fmask"), "0177");
	assert_non_null(value_of(options, n, "flush"));
	n = medium_options("vfat", 1000, 1001, false, options);
	assert_null(value_of(options, n, "flush"));
	n = medium_options("ext4", 1000, 1001, false, options);
	assert_null(value_of(options, n, "uid"));
	assert_non_null(value_of(options, n, "noload"));
	n = medium_options("ext4", 1000, 1001, true, options);
	assert_null(value_of(options, n, "noload"));
	assert_int_equal(medium_options("btrfs", 1, 1, true, options), 0);
}

static void only_whole_words_allow_a_file_system(void **state)
{
	assert_true(medium_file_system_is_allowed("vfat exfat", "vfat"));
	assert_true(medium_file_system_is_allowed("vfat exfat", "exfat"));
	assert_false(medium_file_system_is_allowed("vfat exfat", "fat"));
	assert_false(medium_file_system_is_allowed("vfat exfat", "ext4"));
	assert_false(medium_file_system_is_allowed("vfat", ""));
	assert_false(medium_file_system_is_allowed("", "vfat"));
	assert_false(medium_file_system_is_allowed("ext", "ext4"));
	assert_string_equal(medium_file_system("ext2"), "ext4");
	assert_null(medium_file_system("btrfs"));
	assert_null(medium_file_system("crypto_LUKS"));
	assert_false(medium_file_system_is_writable("iso9660"));
	assert_true(medium_file_system_is_writable("exfat"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_becomes_the_name_of_one_folder),
		cmocka_unit_test(a_long_label_is_cut_between_characters),
		cmocka_unit_test(a_line_of_mountinfo_is_read),
		cmocka_unit_test(a_line_that_is_none_of_mountinfo_is_refused),
		cmocka_unit_test(a_line_of_maps_names_the_device),
		cmocka_unit_test(files_without_owners_are_one_persons),
		cmocka_unit_test(only_whole_words_allow_a_file_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
