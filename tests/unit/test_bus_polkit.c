#include "agent/bus_polkit.h"
#include "tests/unit/message_fixture.h"

static sd_bus_message *a_call(sd_bus *bus)
{
	sd_bus_message *call = NULL;

	assert_true(sd_bus_message_new_method_call(bus, &call, "a.b", "/a", "a.b", "C") >= 0);
	assert_true(sd_bus_message_seal(call, 1, 0) >= 0);
	return call;
}

/* Of polkit's type, or a bare text where that is what is to be answered. */
static sd_bus_message *an_answer(sd_bus_message *call, const char *text, int yes, int challenge)
{
	sd_bus_message *reply = NULL;

	assert_true(sd_bus_message_new_method_return(call, &reply) >= 0);
	if (text)
		assert_true(sd_bus_message_append(reply, "s", text) >= 0);
	else
		assert_true(sd_bus_message_append(
				    reply, "(bba{ss})", yes, challenge, 1, "polkit.x", "1") >= 0);
	message_seal(reply);
	return reply;
}

static void only_a_plain_yes_is_one(void **state)
{
	const struct messages *messages = *state;
	static const struct {
		const char *name, *text;
		int yes, challenge;
		enum polkit_answer expected;
	} rows[] = {
		{"yes", NULL, 1, 0, POLKIT_YES},
		{"yes, after it was asked", NULL, 1, 1, POLKIT_YES},
		{"no", NULL, 0, 0, POLKIT_NO},
		{"challenge", NULL, 0, 1, POLKIT_CHALLENGE},
		{"another type", "yes", 0, 0, POLKIT_SILENT},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		sd_bus_message *call = a_call(messages->bus);
		sd_bus_message *reply =
			an_answer(call, rows[i].text, rows[i].yes, rows[i].challenge);

		if (polkit_read(reply) != rows[i].expected)
			fail_msg("%s", rows[i].name);
		sd_bus_message_unref(reply);
		sd_bus_message_unref(call);
	}
}

static void an_answer_without_content_is_none(void **state)
{
	const struct messages *messages = *state;
	sd_bus_message *call = a_call(messages->bus), *reply = NULL;

	assert_true(sd_bus_message_new_method_return(call, &reply) >= 0);
	message_seal(reply);
	assert_int_equal(polkit_read(reply), POLKIT_SILENT);
	sd_bus_message_unref(reply);
	sd_bus_message_unref(call);
}

static void every_error_refuses(void **state)
{
	const struct messages *messages = *state;
	static const struct {
		const char *error;
		enum polkit_answer expected;
	} rows[] = {
		{"org.freedesktop.DBus.Error.ServiceUnknown", POLKIT_ABSENT},
		{"org.freedesktop.DBus.Error.NameHasNoOwner", POLKIT_ABSENT},
		{"org.freedesktop.DBus.Error.NoReply", POLKIT_SILENT},
		{"org.freedesktop.DBus.Error.TimedOut", POLKIT_SILENT},
		{"org.freedesktop.DBus.Error.Spawn.ChildExited", POLKIT_SILENT},
		{"org.freedesktop.PolicyKit1.Error.Failed", POLKIT_SILENT},
		{"org.freedesktop.PolicyKit1.Error.NotAuthorized", POLKIT_SILENT},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		sd_bus_message *call = a_call(messages->bus), *reply = NULL;

		assert_true(sd_bus_message_new_method_errorf(
				    call, &reply, rows[i].error, "%s", "why") >= 0);
		message_seal(reply);
		if (polkit_read(reply) != rows[i].expected)
			fail_msg("%s", rows[i].error);
		sd_bus_message_unref(reply);
		sd_bus_message_unref(call);
	}
}

static void zero_refuses(void **state)
{
	enum polkit_answer answer = 0;

	assert_int_equal(answer, POLKIT_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_plain_yes_is_one),
		cmocka_unit_test(an_answer_without_content_is_none),
		cmocka_unit_test(every_error_refuses),
		cmocka_unit_test(zero_refuses),
	};

	return cmocka_run_group_tests_name(
		"bus polkit", tests, messages_set_up, messages_tear_down);
}
