#include "agent/bus_signals.h"
#include "tests/unit/message_fixture.h"

/* With everything in it that must not reach everybody. */
static struct record a_record(enum record_event event)
{
	return (struct record){
		.event = event,
		.device = {.name = "1-2",
			.vendor = 0x0951,
			.product = 0x1666,
			.bus = 1,
			.number = 5,
			.manufacturer = "SECRET",
			.model = "SECRET",
			.serial = "SECRET",
			.medium = "SECRET"},
		.device_class = CLASS_USB_STORAGE,
		.reason = {.code = REASON_CLASS_RULE,
			.device_class = CLASS_USB_STORAGE,
			.line = 12},
		.policy_serial = 42,
		.fault = "bad-signature",
		.text = "SECRET",
	};
}

static const char *expected_member(enum record_event event)
{
	switch (event) {
	case RECORD_DEVICE_BLOCKED: return "DeviceRefused";
	case RECORD_DEVICE_ALLOWED: return "DeviceLetIn";
	case RECORD_DEVICE_REMOVED: return "DeviceRemoved";
	case RECORD_POLICY_APPLIED: return "PolicyApplied";
	case RECORD_DEVICE_FAILED:
	case RECORD_DEVICE_SLOW:
	case RECORD_DEVICE_FLAPPING:
	case RECORD_DEVICE_CHANGED:
	case RECORD_DEVICE_DISGUISED:
	case RECORD_TAMPERED:
	case RECORD_ALERT_LAST_INPUT:
	case RECORD_POLICY_REFUSED:
	case RECORD_POLICY_REVERTED:
	case RECORD_POLICY_LOST:
	case RECORD_ROOT_REFUSED:
	case RECORD_ROOT_LOST:
	case RECORD_MEDIA_REFUSED:
	case RECORD_MEDIA_LOST:
	case RECORD_MEDIA_ENDED:
	case RECORD_FRESH_REFUSED:
	case RECORD_FRESH_ENDED:
	case RECORD_REHEARSAL_BEGAN:
	case RECORD_TOKENS_REFUSED:
	case RECORD_REVOCATION_REFUSED:
	case RECORD_DESKS_REFUSED:
	case RECORD_REVOCATIONS_LOST:
	case RECORD_TOKENS_LOST:
	case RECORD_TERMINAL_COPIED:
	case RECORD_TERMINAL_ENDED:
	case RECORD_LOGIN_RULES_NOT_STORED:
	case RECORD_LOGIN_LINE_DAMAGED:
	case RECORD_LOGIN_LOCKED:
	case RECORD_LOGIN_FAILED:
	case RECORD_LOGIN_BY_ENVELOPE:
	case RECORD_SECRET_UNREADABLE:
	case RECORD_EXEMPTION_REFUSED:
	case RECORD_LOGIN_KEY_LOST:
	case RECORD_ENVELOPE_MADE:
	case RECORD_LOGIN_RULES_LOST:
	case RECORD_TORN: return "Warning";
	case RECORD_NONE:
	case RECORD_STARTED:
	case RECORD_STOPPED:
	case RECORD_CONTROLLER_CLOSED:
	case RECORD_EVENTS_LOST:
	case RECORD_POLICY_NEXT:
	case RECORD_POLICY_NOT_HERE:
	case RECORD_ROOT_APPLIED:
	case RECORD_MEDIA_APPLIED:
	case RECORD_FRESH_TAKEN:
	case RECORD_DOCUMENT_WAITS:
	case RECORD_REHEARSAL_ENDED:
	case RECORD_TOKENS_APPLIED:
	case RECORD_DESKS_APPLIED:
	case RECORD_TERMINAL_KEY_MADE:
	case RECORD_TERMINAL_ASKED:
	case RECORD_LOGIN_ALLOWED:
	case RECORD_LOGIN_REFUSED:
	case RECORD_LOGIN_REHEARSED:
	case RECORD_OPERATOR_CHANGED:
	case RECORD_OPERATOR_ENDED:
	case RECORD_EXEMPTION_REQUESTED:
	case RECORD_EXEMPTION_RECEIVED:
	case RECORD_EXEMPTION_REQUEST_REFUSED:
	case RECORD_EXEMPTION_REQUEST_WITHDRAWN:
	case RECORD_EXEMPTION_REVOKED:
	case RECORD_EXEMPTION_REDEEMED:
	case RECORD_EXEMPTION_REDEEM_FAILED:
	case RECORD_EXEMPTION_ACTIVE:
	case RECORD_EXEMPTION_WARNED:
	case RECORD_EXEMPTION_ENDING:
	case RECORD_EXEMPTION_ENDED:
	case RECORD_EXEMPTION_RETURNED:
	case RECORD_EXEMPTION_REPORTED:
	case RECORD_MEDIUM_SHOWN:
	case RECORD_MEDIUM_REFUSED:
	case RECORD_PHONE_CHALLENGE:
	case RECORD_TOKEN_INSTALLED:
	case RECORD_TOKEN_RESET:
	case RECORD_TOKEN_RETIRED:
	case RECORD_TOKEN_SHOWN:
	case RECORD_TOKEN_ENROLLED:
	case RECORD_LOGIN_KEY_MADE:
	case RECORD_EVENT_COUNT: break;
	}
	return NULL;
}

static void each_record_has_its_signal_or_none(void **state)
{
	const struct messages *messages = *state;

	/* RECORD_NONE is none of the core's. */
	for (enum record_event event = RECORD_STARTED; event < RECORD_EVENT_COUNT; event++) {
		const struct record record = a_record(event);
		const char *member = expected_member(event);
		sd_bus_message *signal = NULL;

		assert_int_equal(
			bus_signal_of_record(messages->bus, &record, 7, &signal), member ? 1 : 0);
		if (!member)
			assert_null(signal);
		else if (strcmp(sd_bus_message_get_member(signal), member) != 0)
			fail_msg("%s: %s", record_event_name(event),
				sd_bus_message_get_member(signal));
		sd_bus_message_unref(signal);
	}
}

/* All strings and numbers of a message, one on a line. */
static void print(sd_bus_message *message, char *buffer, size_t size)
{
	FILE *file = fmemopen(buffer, size, "w");

	assert_non_null(file);
	message_seal(message);
	assert_true(sd_bus_message_dump(message, file, 0) >= 0);
	fclose(file);
}

static void nothing_that_a_device_says_of_itself_is_told(void **state)
{
	const struct messages *messages = *state;

	for (enum record_event event = RECORD_STARTED; event < RECORD_EVENT_COUNT; event++) {
		const struct record record = a_record(event);
		sd_bus_message *signal = NULL;
		char text[4096];

		if (bus_signal_of_record(messages->bus, &record, 7, &signal) == 0)
			continue;
		print(signal, text, sizeof(text));
		if (strstr(text, "SECRET"))
			fail_msg("%s", text);
		if (!strstr(text, "UINT64 7;"))
			fail_msg("no number of the record: %s", text);
		sd_bus_message_unref(signal);
	}
}

static void what_was_skipped_is_a_warning_of_its_own_word(void **state)
{
	const struct messages *messages = *state;
	sd_bus_message *signal = NULL;
	enum record_event event;
	char text[4096];

	assert_int_equal(bus_signal_of_skipped(messages->bus, 12, &signal), 1);
	print(signal, text, sizeof(text));
	assert_non_null(strstr(text, "\"" BUS_WARNING_SKIPPED "\""));
	assert_non_null(strstr(text, "\"12 more"));
	assert_true(record_event_from_name(BUS_WARNING_SKIPPED, &event) < 0);
	sd_bus_message_unref(signal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_record_has_its_signal_or_none),
		cmocka_unit_test(nothing_that_a_device_says_of_itself_is_told),
		cmocka_unit_test(what_was_skipped_is_a_warning_of_its_own_word),
	};

	return cmocka_run_group_tests_name(
		"bus signals", tests, messages_set_up, messages_tear_down);
}
