/* The sections and keys that came with the complete format, and the words that messages suggest. */
#include "tests/unit/policy_fixture.h"

#include <stdbool.h>

#define HEAD "mode = enforce\n"

static void what_is_not_said_has_its_default(void **state)
{
	struct policy *policy = reader_value(&policy_reader, policy_base);

	assert_string_equal(policy->contact, "");
	assert_int_equal(policy->mode, POLICY_ENFORCE);
	assert_int_equal(policy->until, 0);
	assert_int_equal(policy->max_age_s, 72 * 3600);
	assert_int_equal(policy->ring, 9);
	assert_int_equal(policy->percent, 100);
	assert_false(policy->has_medium || policy->has_records);
	assert_int_equal(policy->registered.line, 0);
	assert_int_equal(policy->registered.access, VERDICT_BLOCK);
	assert_int_equal(policy->n_file_systems, 3);
	assert_string_equal(policy->file_systems[0], "vfat");
	assert_string_equal(policy->file_systems[1], "exfat");
	assert_string_equal(policy->file_systems[2], "iso9660");
	assert_int_equal(policy->show, MEDIA_MOUNT);
	assert_int_equal(policy->medium_scan, SCAN_REQUIRED);
	assert_int_equal(policy->scan_data_max_age_s, 7 * 86400);
	assert_int_equal(policy->records_keep_s, 400 * 86400);
	assert_true(policy->records_to_syslog);
	assert_int_equal(policy->exemption_approvals_read_only, 1);
	assert_false(policy->exemption_needs_online);
	assert_int_equal(policy->exemption_lease_s, 15 * 60);
	assert_int_equal(policy->n_desks, 0);
	policy_free(policy);
}

static void the_builtin_policy_is_for_everybody(void **state)
{
	struct policy *policy = NULL;

	assert_int_equal(policy_new_builtin(&policy), 0);
	assert_int_equal(policy->ring, 9);
	assert_int_equal(policy->percent, 100);
	assert_int_equal(policy->max_age_s, 72 * 3600);
	assert_int_equal(policy->mode, POLICY_ENFORCE);
	policy_free(policy);
}

static void all_that_can_be_said_becomes_values(void **state)
{
	char *one = text_edited(policy_base, HEAD,
		"contact = 内線 1234\n"
		"mode = rehearse\nuntil = 2026-05-19T10:00:00+09:00\nmax-age = none\nrings = 0\n"
		"percent = 10\n");
	char *two = text_edited(one, "longest = 8h\n",
		"longest = 8h\napprovals-read-only = 2\nonline = required\nlease = 30m\n"
		"desk-2 = night-desk read-only 90m\ndesk-1 = front-desk read-write 8h\n");
	char *three = text_edited(two, "[login]\n",
		"[medium]\nregistered = read-only\nfile-systems = ext4 vfat\nshow = import\n"
		"scan = off\nscan-data-max-age = 14d\n[records]\nkeep = 3650d\nsyslog = off\n"
		"[login]\n");
	struct policy *policy = reader_value(&policy_reader, three);

	assert_string_equal(policy->contact, "内線 1234");
	assert_int_equal(policy->mode, POLICY_REHEARSE);
	assert_int_equal(policy->until - policy->header.issued, 60 * 86400);
	assert_int_equal(policy->max_age_s, POLICY_MAX_AGE_NONE);
	assert_int_equal(policy->ring, 0);
	assert_int_equal(policy->percent, 10);
	assert_true(policy->has_medium && policy->has_records);
	assert_int_equal(policy->registered.access, VERDICT_READ_ONLY);
	assert_true(policy->registered.line > 0);
	assert_int_equal(policy->n_file_systems, 2);
	assert_string_equal(policy->file_systems[0], "vfat");
	assert_string_equal(policy->file_systems[1], "ext4");
	assert_string_equal(policy->file_systems[2], "");
	assert_int_equal(policy->show, MEDIA_IMPORT);
	assert_int_equal(policy->medium_scan, SCAN_OFF);
	assert_int_equal(policy->scan_data_max_age_s, 14 * 86400);
	assert_int_equal(policy->records_keep_s, 3650 * 86400);
	assert_false(policy->records_to_syslog);
	assert_int_equal(policy->exemption_approvals_read_only, 2);
	assert_true(policy->exemption_needs_online);
	assert_int_equal(policy->exemption_lease_s, 30 * 60);
	assert_int_equal(policy->n_desks, 2);
	assert_string_equal(policy->desks[0].name, "night-desk");
	assert_int_equal(policy->desks[0].access, VERDICT_READ_ONLY);
	assert_int_equal(policy->desks[0].longest_s, 90 * 60);
	assert_int_equal(policy->desks[1].access, VERDICT_ALLOW);
	policy_free(policy);
	free(one);
	free(two);
	free(three);
}

static void a_rehearsal_needs_its_end(void **state)
{
#define REHEARSE(until) "mode = rehearse\nuntil = " until "\n"
	static const struct reader_row rows[] = {
		{"60 days", HEAD, REHEARSE("2026-05-19T10:00:00+09:00"), 0, NULL},
		{"a second more", HEAD, REHEARSE("2026-05-19T10:00:01+09:00"), 13,
			"a time after issued, and at most 60 days"},
		{"a second", HEAD, REHEARSE("2026-03-20T10:00:01+09:00"), 0, NULL},
		{"none", HEAD, REHEARSE("2026-03-20T10:00:00+09:00"), 13, "a time after issued"},
		{"no end", HEAD, "mode = rehearse\n", 12, "the key \"until\" beside it"},
		{"a mode on a damaged line", HEAD, "mode=rehearse\n", 12, "\"key = value\""},
		{"an end on a damaged line", HEAD, "mode = rehearse\nuntil=2026-05-01T00:00:00Z\n",
			13, "\"key = value\""},
		{"issued at no time", "issued = 2026-03-20T10:00:00+09:00\n",
			"issued = today\nuntil = 2026-05-01T00:00:00Z\n", 9, "a date and time"},
		{"a day without time", HEAD, REHEARSE("2026-05-01"), 13, "a date and time"},
		{"an end of what enforces", HEAD, HEAD "until = 2026-05-01T00:00:00Z\n", 13,
			"no such key with mode = enforce"},
		{"a mode that is none", HEAD, "mode = rehears\n", 12,
			"one of enforce, rehearse; did you mean rehearse?"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void the_roll_out_is_checked(void **state)
{
	static const struct reader_row rows[] = {
		{"the first ring", HEAD, HEAD "rings = 0\n", 0, NULL},
		{"the last ring", HEAD, HEAD "rings = 9\n", 0, NULL},
		{"a ring too high", HEAD, HEAD "rings = 10\n", 13, "a number from 0 to 9"},
		{"the key of site.ini", HEAD, HEAD "ring = 1\n", 13, "one of the keys"},
		{"one percent", HEAD, HEAD "percent = 1\n", 0, NULL},
		{"all", HEAD, HEAD "percent = 100\n", 0, NULL},
		{"nobody", HEAD, HEAD "percent = 0\n", 13, "a number from 1 to 100"},
		{"more than all", HEAD, HEAD "percent = 101\n", 13, "a number from 1 to 100"},
		{"a sign", HEAD, HEAD "percent = 10%25\n", 13, "a number from 1 to 100"},
		{"an hour", HEAD, HEAD "max-age = 1h\n", 0, NULL},
		{"less", HEAD, HEAD "max-age = 59m\n", 13, "a duration from 1h to 90d"},
		{"90 days", HEAD, HEAD "max-age = 90d\n", 0, NULL},
		{"91 days", HEAD, HEAD "max-age = 91d\n", 13, "a duration from 1h to 90d"},
		{"none", HEAD, HEAD "max-age = none\n", 0, NULL},
		{"never", HEAD, HEAD "max-age = never\n", 13,
			"a duration from 1h to 90d, such as 72h, or none"},
		{"no unit", HEAD, HEAD "max-age = 72\n", 13, "a duration from 1h to 90d"},
		{"a contact", HEAD, HEAD "contact = 情報システム担当%3B 内線 1234\n", 0, NULL},
		{"a contact that hides something", HEAD, HEAD "contact = %E2%80%AE\n", 13, ""},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void registered_media_are_checked(void **state)
{
#define MEDIUM(lines) "[medium]\n" lines "[login]\n"
	static const struct reader_row rows[] = {
		{"nothing", "[login]\n", MEDIUM(""), 0, NULL},
		{"blocked", "[login]\n", MEDIUM("registered = block\n"), 0, NULL},
		{"allowed", "[login]\n", MEDIUM("registered = allow\n"), 0, NULL},
		{"something else", "[login]\n", MEDIUM("registered = write\n"), 29,
			"block, read-only or allow"},
		{"mistyped", "[login]\n", MEDIUM("registered = readonly\n"), 29,
			"block, read-only or allow; did you mean read-only?"},
		{"every file system", "[login]\n",
			MEDIUM("file-systems = ext4 ext3 ext2 ntfs udf iso9660 exfat vfat\n"), 0,
			NULL},
		{"one that is none", "[login]\n", MEDIUM("file-systems = vfat fat\n"), 29,
			"one or more of vfat exfat iso9660 udf ntfs ext2 ext3 ext4, each once, one "
			"space between; did you mean vfat?"},
		{"one that is none, in front", "[login]\n", MEDIUM("file-systems = btrfs vfat\n"),
			29, "one or more of vfat"},
		{"one twice", "[login]\n", MEDIUM("file-systems = vfat exfat vfat\n"), 29,
			"one or more of vfat"},
		{"two spaces", "[login]\n", MEDIUM("file-systems = vfat  exfat\n"), 29,
			"one or more of vfat"},
		{"a comma", "[login]\n", MEDIUM("file-systems = vfat, exfat\n"), 29,
			"one or more of vfat"},
		{"the empty list", "[login]\n", MEDIUM("file-systems = \n"), 29, ""},
		{"mounted", "[login]\n", MEDIUM("show = mount\n"), 0, NULL},
		{"copied", "[login]\n", MEDIUM("show = copy\n"), 29, "one of mount, import"},
		{"not scanned", "[login]\n", MEDIUM("scan = off\n"), 0, NULL},
		{"perhaps scanned", "[login]\n", MEDIUM("scan = optional\n"), 29,
			"one of required, off"},
		{"data of a day", "[login]\n", MEDIUM("scan-data-max-age = 1d\n"), 0, NULL},
		{"data of 23 hours", "[login]\n", MEDIUM("scan-data-max-age = 23h\n"), 29,
			"a duration from 1d to 90d"},
		{"data of 91 days", "[login]\n", MEDIUM("scan-data-max-age = 91d\n"), 29,
			"a duration from 1d to 90d"},
		{"a mistyped key", "[login]\n", MEDIUM("filesystems = vfat\n"), 29,
			"one of the keys registered file-systems show scan scan-data-max-age; did "
			"you mean file-systems?"},
		{"a name", "[login]\n", "[medium x]\n[login]\n", 28, "[medium]"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void records_are_kept_a_year_at_least(void **state)
{
#define RECORDS(lines) "[records]\n" lines "[login]\n"
	static const struct reader_row rows[] = {
		{"nothing", "[login]\n", RECORDS(""), 0, NULL},
		{"a year", "[login]\n", RECORDS("keep = 365d\n"), 0, NULL},
		{"a day less", "[login]\n", RECORDS("keep = 364d\n"), 29,
			"a duration from 365d to 3650d"},
		{"ten years", "[login]\n", RECORDS("keep = 3650d\n"), 0, NULL},
		{"a day more", "[login]\n", RECORDS("keep = 3651d\n"), 29,
			"a duration from 365d to 3650d"},
		{"in hours", "[login]\n", RECORDS("keep = 8760h\n"), 0, NULL},
		{"too few hours", "[login]\n", RECORDS("keep = 8759h\n"), 29, "a duration"},
		{"on", "[login]\n", RECORDS("syslog = on\n"), 0, NULL},
		{"of", "[login]\n", RECORDS("syslog = of\n"), 29, "on or off; did you mean off?"},
		{"yes", "[login]\n", RECORDS("syslog = yes\n"), 29, "on or off"},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void exemptions_are_checked(void **state)
{
#define DESKS "desk-1 = front read-only 8h\n"
	static const struct reader_row rows[] = {
		{"two persons for everything", "scan = required\n",
			"scan = required\napprovals-read-only = 2\n", 0, NULL},
		{"three", "scan = required\n", "scan = required\napprovals-read-only = 3\n", 28,
			"a number from 1 to 2"},
		{"one for writing, two for reading", "approvals-read-write = 2\n",
			"approvals-read-write = 1\napprovals-read-only = 2\n", 26,
			"at least 2, as approvals-read-only"},
		{"one for writing, one for reading", "approvals-read-write = 2\n",
			"approvals-read-write = 1\napprovals-read-only = 1\n", 0, NULL},
		{"a mistake is named once", "approvals-read-write = 2\n",
			"approvals-read-write = 0\napprovals-read-only = 2\n", 26,
			"a number from 1 to 2"},
		{"online", "[login]\n", "online = off\n[login]\n", 0, NULL},
		{"online at times", "[login]\n", "online = yes\n[login]\n", 28,
			"one of required, off"},
		{"a lease", "[login]\n", "lease = 5m\n[login]\n", 0, NULL},
		{"a short lease", "[login]\n", "lease = 4m\n[login]\n", 28,
			"a duration from 5m to 1d"},
		{"a long lease", "[login]\n", "lease = 25h\n[login]\n", 28, "a duration from 5m"},
		{"a desk", "[login]\n", DESKS "[login]\n", 0, NULL},
		{"desk 16", "[login]\n", "desk-16 = front read-write 8h\n[login]\n", 0, NULL},
		{"desk 17", "[login]\n", "desk-17 = front read-write 8h\n[login]\n", 28,
			"one of the keys longest approvals-read-only"},
		{"a desk that may do more than exemptions", "[login]\n",
			"desk-1 = front read-only 481m\n[login]\n", 28,
			"at most 8h, as longest says"},
		{"a desk that may do anything", "[login]\n", "desk-1 = front allow 8h\n[login]\n",
			28, "\"NAME read-only|read-write DURATION\""},
		{"a desk without a time", "[login]\n", "desk-1 = front read-only\n[login]\n", 28,
			"\"NAME read-only|read-write DURATION\""},
		{"a desk that is a name alone", "[login]\n", "desk-1 = front\n[login]\n", 28,
			"\"NAME"},
		{"a desk, and no longest that can be read", "longest = 8h\n",
			"longest = 8x\n" DESKS, 25, "a duration from"},
		{"a desk with more", "[login]\n", "desk-1 = front read-only 8h x\n[login]\n", 28,
			"\"NAME"},
		{"a desk of 32 letters", "[login]\n",
			"desk-1 = 01234567890123456789012345678901 read-only 8h\n[login]\n", 0,
			NULL},
		{"a desk of 33 letters", "[login]\n",
			"desk-1 = 012345678901234567890123456789012 read-only 8h\n[login]\n", 28,
			"\"NAME"},
		{"a desk with a capital", "[login]\n", "desk-1 = Front read-only 8h\n[login]\n", 28,
			"\"NAME"},
		{"a desk of no time", "[login]\n", "desk-1 = front read-only 0h\n[login]\n", 28,
			"\"NAME"},
		{"a desk twice", "[login]\n", DESKS "desk-2 = front read-write 1h\n[login]\n", 29,
			"a desk that stands nowhere else (line 28)"},
		{"two desks", "[login]\n", DESKS "desk-2 = back read-write 1h\n[login]\n", 0, NULL},
	};

	reader_check_rows(&policy_reader, policy_base, rows, COUNT(rows));
}

static void messages_suggest_the_nearest_word(void **state)
{
	static const struct {
		const char *old, *new, *read, *suggestion;
	} rows[] = {
		{"[media]", "[meida]", "[meida]", "; did you mean [media]?"},
		{"[device reader]", "[devise reader]", "[devise reader]",
			"; did you mean [device NAME]?"},
		{"tier = my", "teir = my", "teir", "; did you mean tier?"},
		{"not-after", "not-aftr", "not-aftr", "; did you mean not-after?"},
		{"usb-storage", "usb-strage", "usb-strage", "; did you mean usb-storage?"},
		{"keyboard = allow", "sata-extrenal = allow", "sata-extrenal",
			"; did you mean sata-external?"},
		{"keyboard = allow", "keyboard = alow", "alow", "; did you mean allow?"},
		{"= read-only", "= readonly", "readonly", "; did you mean read-only?"},
		{"access = allow", "access = Allow", "Allow", "; did you mean allow?"},
		{"scan = required", "scan = requierd", "requierd", "; did you mean required?"},
		{"second-factor = required", "second-factor = offf", "offf", "; did you mean off?"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = text_edited(policy_base, rows[i].old, rows[i].new);
		struct problems problems = {0};
		struct policy *policy = NULL;
		bool is_found = false;

		policy_parse(text, strlen(text), &problems, &policy);
		for (size_t k = 0; k < problems.count; k++) {
			const struct problem *problem = &problems.items[k];
			size_t size = strlen(problem->expected), end = strlen(rows[i].suggestion);

			is_found = is_found ||
				   (strcmp(problem->read, rows[i].read) == 0 && size > end &&
					   strcmp(problem->expected + size - end,
						   rows[i].suggestion) == 0);
		}
		if (!is_found)
			fail_msg("%s: %s", rows[i].new, problems_text(&problems));
		problems_clear(&problems);
		free(text);
	}
}

static void what_is_like_no_word_gets_no_suggestion(void **state)
{
	static const char *const classes[] = {"teapot", "x", "stick", "memory"};

	for (size_t i = 0; i < COUNT(classes); i++) {
		char *text = text_edited(policy_base, "keyboard", classes[i]);
		struct problems problems = {0};
		struct policy *policy = NULL;

		policy_parse(text, strlen(text), &problems, &policy);
		if (problems.count != 1 || strstr(problems.items[0].expected, "did you"))
			fail_msg("%s: %s", classes[i], problems_text(&problems));
		problems_clear(&problems);
		free(text);
	}
}

static void every_class_fits_into_its_message_with_its_suggestion(void **state)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		struct problems problems = {0};
		struct policy *policy = NULL;
		char word[64], suggestion[64], *text;

		snprintf(word, sizeof(word), "%sx", device_class_name(i));
		snprintf(
			suggestion, sizeof(suggestion), "; did you mean %s?", device_class_name(i));
		text = text_edited(policy_base, "keyboard", word);
		policy_parse(text, strlen(text), &problems, &policy);
		if (!strstr(problems.items[0].expected, suggestion))
			fail_msg("%s: %s", word, problems.items[0].expected);
		problems_clear(&problems);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_has_its_default),
		cmocka_unit_test(the_builtin_policy_is_for_everybody),
		cmocka_unit_test(all_that_can_be_said_becomes_values),
		cmocka_unit_test(a_rehearsal_needs_its_end),
		cmocka_unit_test(the_roll_out_is_checked),
		cmocka_unit_test(registered_media_are_checked),
		cmocka_unit_test(records_are_kept_a_year_at_least),
		cmocka_unit_test(exemptions_are_checked),
		cmocka_unit_test(messages_suggest_the_nearest_word),
		cmocka_unit_test(what_is_like_no_word_gets_no_suggestion),
		cmocka_unit_test(every_class_fits_into_its_message_with_its_suggestion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
