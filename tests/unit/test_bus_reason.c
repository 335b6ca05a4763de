#include <errno.h>

#include "agent/bus_reason.h"
#include "tests/unit/message_fixture.h"

static struct reason a_reason(enum reason_code code)
{
	return (struct reason){
		.code = code,
		.access = VERDICT_READ_ONLY,
		.device_class = CLASS_USB_STORAGE,
		.other_class = CLASS_PRINTER,
		.configuration = 2,
		.interface = 3,
		.line = 70000,
		.number = 4000000000u,
		.text = "関所",
	};
}

static void assert_same(const struct reason *reason, const struct reason *read)
{
	assert_int_equal(read->code, reason->code);
	assert_int_equal(read->access, reason->access);
	assert_int_equal(read->device_class, reason->device_class);
	assert_int_equal(read->other_class, reason->other_class);
	assert_int_equal(read->configuration, reason->configuration);
	assert_int_equal(read->interface, reason->interface);
	assert_int_equal(read->line, reason->line);
	assert_int_equal(read->number, reason->number);
}

static void every_reason_arrives_as_it_was(void **state)
{
	const struct messages *messages = *state;

	for (enum reason_code code = 0; code < REASON_COUNT; code++) {
		sd_bus_message *message = message_new(messages->bus);
		struct reason reason = a_reason(code), read;
		char words[256], words_read[256];

		assert_true(bus_reason_append(message, &reason) >= 0);
		message_seal(message);
		assert_string_equal(sd_bus_message_get_signature(message, 1), BUS_REASON);
		assert_int_equal(bus_reason_read(message, &read), 1);
		assert_same(&reason, &read);
		assert_string_equal(read.text, reason.text);
		reason_describe(&reason, words, sizeof(words));
		reason_describe(&read, words_read, sizeof(words_read));
		assert_string_equal(words_read, words);
		sd_bus_message_unref(message);
	}
}

static void several_stand_in_an_array(void **state)
{
	const struct messages *messages = *state;
	sd_bus_message *message = message_new(messages->bus);
	struct reason reason = a_reason(REASON_DRIVER), read;

	assert_true(sd_bus_message_open_container(message, 'a', BUS_REASON) >= 0);
	for (int i = 0; i < 2; i++)
		assert_true(bus_reason_append(message, &reason) >= 0);
	assert_true(sd_bus_message_close_container(message) >= 0);
	message_seal(message);
	assert_true(sd_bus_message_enter_container(message, 'a', BUS_REASON) > 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(bus_reason_read(message, &read), 1);
	memset(&read, 0x55, sizeof(read));
	assert_int_equal(bus_reason_read(message, &read), 0);
	assert_int_equal(read.interface, 0x55);
	sd_bus_message_unref(message);
}

static void text_of_strangers_is_made_printable_on_both_sides(void **state)
{
	const struct messages *messages = *state;
	sd_bus_message *message = message_new(messages->bus);
	struct reason reason = a_reason(REASON_DRIVER), read;

	snprintf(reason.text, sizeof(reason.text), "usb\033[31m\xff");
	assert_true(bus_reason_append(message, &reason) >= 0);
	message_seal(message);
	assert_int_equal(bus_reason_read(message, &read), 1);
	assert_string_equal(read.text, "usb?[31m?");
	sd_bus_message_unref(message);

	message = message_new(messages->bus);
	assert_true(sd_bus_message_append(message, BUS_REASON, "driver", "block", "hub", "hub", 0,
			    0, 0, 0, "usb\033[31m") >= 0);
	message_seal(message);
	assert_int_equal(bus_reason_read(message, &read), 1);
	assert_string_equal(read.text, "usb?[31m");
	sd_bus_message_unref(message);
}

#define TEXT_63 "012345678901234567890123456789012345678901234567890123456789012"

static void what_this_version_does_not_know_is_refused(void **state)
{
	const struct messages *messages = *state;
	static const struct {
		const char *name, *code, *access, *class, *other_class, *text;
		int expected;
	} rows[] = {
		{"all known", "driver", "block", "hub", "hub", TEXT_63, 1},
		{"code", "weather", "block", "hub", "hub", "", -EBADMSG},
		{"no code", "", "block", "hub", "hub", "", -EBADMSG},
		{"access", "driver", "perhaps", "hub", "hub", "", -EBADMSG},
		{"class", "driver", "block", "toaster", "hub", "", -EBADMSG},
		{"other class", "driver", "block", "hub", "toaster", "", -EBADMSG},
		{"long text", "driver", "block", "hub", "hub", TEXT_63 "3", -EBADMSG},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		sd_bus_message *message = message_new(messages->bus);
		struct reason read;

		memset(&read, 0x55, sizeof(read));
		assert_true(
			sd_bus_message_append(message, BUS_REASON, rows[i].code, rows[i].access,
				rows[i].class, rows[i].other_class, 0, 0, 0, 0, rows[i].text) >= 0);
		message_seal(message);
		if (bus_reason_read(message, &read) != rows[i].expected)
			fail_msg("%s", rows[i].name);
		if (rows[i].expected < 0)
			assert_int_equal(read.interface, 0x55);
		sd_bus_message_unref(message);
	}
}

static void a_message_of_another_type_is_refused(void **state)
{
	const struct messages *messages = *state;
	sd_bus_message *message = message_new(messages->bus);
	struct reason read;

	assert_true(sd_bus_message_append(message, "(ss)", "driver", "block") >= 0);
	message_seal(message);
	assert_true(bus_reason_read(message, &read) < 0);
	sd_bus_message_unref(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_arrives_as_it_was),
		cmocka_unit_test(several_stand_in_an_array),
		cmocka_unit_test(text_of_strangers_is_made_printable_on_both_sides),
		cmocka_unit_test(what_this_version_does_not_know_is_refused),
		cmocka_unit_test(a_message_of_another_type_is_refused),
	};

	return cmocka_run_group_tests_name(
		"bus reason", tests, messages_set_up, messages_tear_down);
}
