#include "agent/cli_notice.h"

#include <stdlib.h>

#include "tests/unit/fixture.h"

#define ASK    "Reference number 7 / Ask: desk 1\n"
#define CLOSED "This USB stick or other medium cannot be used. Permission is needed.\n"

static const struct cli_site a_site = {.contact = "desk 1"};

/* What is printed; for free(). */
static char *printed(const struct cli_notice *notice, const struct cli_site *site)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool is_told;

	assert_non_null(out);
	is_told = cli_notice_print(out, notice, site, "");
	assert_int_equal(fclose(out), 0);
	assert_int_equal(is_told, size > 0);
	return text;
}

static void each_refusal_says_what_to_do_and_whom_to_ask(void **state)
{
	static const struct {
		struct cli_notice notice;
		const char *expected;
	} rows[] = {
		{{OUTCOME_REFUSED, "usb-storage", "settled", REASON_CLASS_RULE, false, 7, false,
			 false},
			CLOSED
			"This terminal is set so that no information can be taken out.\n" ASK},
		{{OUTCOME_REFUSED, "optical", NULL, REASON_CLASS_NOT_NAMED, false, 7, false, false},
			CLOSED
			"This terminal is set so that no information can be taken out.\n" ASK},
		{{OUTCOME_REFUSED, "phone", "settled", REASON_BUILTIN, false, 7, false, false},
			"Smartphones and the like cannot be connected.\n" ASK},
		{{OUTCOME_REFUSED, "usb-network", "settled", REASON_CLASS_RULE, false, 7, false,
			 false},
			"Network devices cannot be connected to this terminal.\n" ASK},
		{{OUTCOME_REFUSED, "keyboard", "settled", REASON_NOT_ALONE, false, 7, false, false},
			"This keyboard or mouse cannot be used. Use the one that was "
			"issued.\n" ASK},
		{{OUTCOME_REFUSED, "vendor", "settled", REASON_NOT_LISTED, false, 7, false, false},
			"This device cannot be used. Permission is needed.\n" ASK},
		{{OUTCOME_REFUSED, "a class of tomorrow", "settled", REASON_CLASS_RULE, false, 7,
			 false, false},
			"This device cannot be used. Permission is needed.\n" ASK},
		{{OUTCOME_REFUSED, "unknown", "settled", REASON_MALFORMED, false, 7, false, false},
			"This device cannot be read properly. It may be broken.\n" ASK},
		{{OUTCOME_REFUSED, "unknown", "settled", REASON_NO_INTERFACE, false, 7, false,
			 false},
			"This device cannot be read properly. It may be broken.\n" ASK},
		{{OUTCOME_REFUSED, "keyboard", "settled", REASON_REPORT_DESCRIPTOR, false, 7, false,
			 false},
			"This device is not what it looks like. Pull it out and call.\n" ASK},
		{{OUTCOME_REFUSED, "usb-storage", "settled", REASON_DRIVER, false, 7, false, false},
			"This device is not what it looks like. Pull it out and call.\n" ASK},
		{{OUTCOME_REFUSED, "usb-storage", "slowed", REASON_CLASS_RULE, false, 7, false,
			 false},
			"It was plugged in too often. Pull it out and wait a minute.\n" ASK},
		{{OUTCOME_PARTLY, "usb-storage", "settled", REASON_DEVICE_RULE, false, 7, false,
			 false},
			"Only a part of this device can be used.\n" ASK},
		{{OUTCOME_PARTLY, "usb-storage", "settled", REASON_LAST_INPUT, true, 7, false,
			 false},
			"It can be used to type, because there is nothing else to type "
			"with.\n" ASK},
		{{OUTCOME_LET_IN, "keyboard", "settled", REASON_LAST_INPUT, true, 7, false, false},
			"It can be used to type, because there is nothing else to type "
			"with.\n" ASK},
		{{OUTCOME_READ_ONLY, "usb-storage", "settled", REASON_REGISTERED_MEDIUM, false, 7,
			 false, false},
			"Only reading is permitted. Nothing can be written to it.\n" ASK},
		{{OUTCOME_LET_IN, "usb-storage", "settled", REASON_REGISTERED_MEDIUM, false, 7,
			 false, false},
			""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = printed(&rows[i].notice, &a_site);

		if (strcmp(text, rows[i].expected) != 0)
			fail_msg("row %zu: %s", i, text);
		free(text);
	}
}

static void what_the_site_has_changes_what_to_do(void **state)
{
	static const struct cli_notice stick = {OUTCOME_REFUSED, "usb-storage", "settled",
		REASON_CLASS_RULE, false, 0, false, false};
	static const struct {
		struct cli_site site;
		const char *expected;
	} rows[] = {
		{{.contact = "desk 1", .has_media = true},
			CLOSED "It is not registered. Use one with a control-number sticker.\n"
			       "Ask: desk 1\n"},
		{{.contact = ""},
			CLOSED "This terminal is set so that no information can be taken out.\n"
			       "Ask: the people in charge of computers\n"},
		{{.contact = "desk 1", .is_rehearsing = true}, ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = printed(&stick, &rows[i].site);

		if (strcmp(text, rows[i].expected) != 0)
			fail_msg("row %zu: %s", i, text);
		free(text);
	}
}

static void how_to_ask_is_said_where_somebody_can_permit_it(void **state)
{
	static const struct {
		const char *class;
		bool knows_exemptions, may_be_asked, is_registered;
		const char *expected;
	} rows[] = {
		{"usb-storage", true, true, false,
			CLOSED "This terminal is set so that no information can be taken out.\n"
			       "To ask for permission, type: sekisho request\n" ASK},
		{"usb-storage", true, true, true,
			CLOSED "This terminal is set so that no information can be taken out.\n"
			       "To ask for permission, type: sekisho request\n" ASK},
		{"usb-storage", false, true, false,
			CLOSED
			"It is not registered. Use one with a control-number sticker.\n" ASK},
		{"usb-storage", true, false, true,
			CLOSED "This terminal is set so that no information can be taken "
			       "out.\n" ASK},
		{"keyboard", true, false, false,
			"This keyboard or mouse cannot be used. Use the one that was "
			"issued.\n" ASK},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct cli_notice notice = {OUTCOME_REFUSED, rows[i].class, "settled",
			REASON_CLASS_RULE, false, 7, rows[i].is_registered, rows[i].may_be_asked};
		const struct cli_site site = {.contact = "desk 1",
			.has_media = !rows[i].knows_exemptions,
			.knows_exemptions = rows[i].knows_exemptions};
		char *text = printed(&notice, &site);

		if (strcmp(text, rows[i].expected) != 0)
			fail_msg("row %zu: %s", i, text);
		free(text);
	}
}

static void what_stands_in_the_way_of_an_exemption_is_said(void **state)
{
	static const struct {
		enum reason_code code;
		const char *expected;
	} rows[] = {
		{REASON_EXEMPTION_ENDED,
			"The permission is over. To go on, a new permission is needed.\n"
			"To ask for permission, type: sekisho request\n" ASK},
		{REASON_EXEMPTION_NOT_REDEEMED,
			"It is permitted once its code was typed: sekisho redeem\n" ASK},
		{REASON_EXEMPTION_OTHER_USER,
			"It is permitted to somebody else, who is not at the screen.\n" ASK},
		{REASON_EXEMPTION_AMBIGUOUS,
			"Two media that look the same are connected. Pull one of them out.\n" ASK},
	};
	const struct cli_site site = {.contact = "desk 1", .knows_exemptions = true};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct cli_notice notice = {OUTCOME_REFUSED, "usb-storage", "settled",
			rows[i].code, false, 7, true, true};
		char *text = printed(&notice, &site);

		if (strcmp(text, rows[i].expected) != 0)
			fail_msg("row %zu: %s", i, text);
		free(text);
	}
}

/* No clerk has to know what a policy calls things, and nobody is taught the way round. */
static void no_notice_has_a_word_of_policies(void **state)
{
	static const char *const words[] = {
		"usb-", "class", "policy", "interface", "rule", "line "};

	for (int outcome = OUTCOME_REFUSED; outcome <= OUTCOME_LET_IN; outcome++)
		for (int class = 0; class < CLASS_COUNT; class ++)
			for (int code = 0; code < REASON_COUNT; code++) {
				const struct cli_notice notice = {(enum cli_outcome)outcome,
					device_class_name((enum device_class) class), "settled",
					(enum reason_code)code, false, 7, false, true};
				char *text = printed(&notice, &a_site);

				for (size_t i = 0; i < COUNT(words); i++)
					if (strstr(text, words[i]))
						fail_msg("%s", text);
				free(text);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_says_what_to_do_and_whom_to_ask),
		cmocka_unit_test(what_the_site_has_changes_what_to_do),
		cmocka_unit_test(how_to_ask_is_said_where_somebody_can_permit_it),
		cmocka_unit_test(what_stands_in_the_way_of_an_exemption_is_said),
		cmocka_unit_test(no_notice_has_a_word_of_policies),
	};

	return cmocka_run_group_tests_name("notices", tests, NULL, NULL);
}
