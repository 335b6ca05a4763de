/* What becomes of documents that root hands in: in which order, what is told, what is recorded. */
#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/fixture.h"

#include "agent/agent_internal.h"
#include "tests/unit/terminal.h"

#define ANSWERS_MAX 32

/* The agent has the PC's own clock: these are valid whatever it shows. */
#define FROM    "1990-01-01T00:00:00+09:00"
#define UNTIL   "2099-12-31T00:00:00+09:00"
#define LASTING .not_before = FROM, .not_after = UNTIL

static struct agent agent;
static struct temporary *logs;
static char told[ANSWERS_MAX][640];
static size_t n_told;

static int setup(void **state)
{
	struct record_log_config config = {
		.boot_id = "01234567-89ab-cdef-0123-456789abcdef", .file_size_max = 1 << 20};
	void *folder = NULL;
	bool torn;

	struct made root;

	if (terminal_setup(state) < 0 || temporary_setup(&folder) < 0)
		return -1;
	root = make(DOCUMENT_ROOT, &(struct wish){LASTING});
	temporary_write(terminal.etc, "root.ini", root.bytes, root.size);
	terminal_start_anew();
	logs = folder;
	agent = (struct agent){
		.policies = terminal.policies,
		.state_fd = terminal.state->fd,
		.exemption = {.folder_fd = terminal.state->fd},
	};
	config.directory_fd = logs->fd;
	assert_int_equal(record_log_open(&config, &agent.log, &torn), 0);
	assert_true(sd_event_new(&agent.event) >= 0);
	assert_int_equal(core_new(&agent.core), 0);
	return 0;
}

static int teardown(void **state)
{
	void *folder = logs;

	core_free(agent.core);
	free(agent.exemption.fed);
	record_log_close(agent.log);
	sd_event_source_unref(agent.wake_source);
	sd_event_source_unref(agent.sync_source);
	sd_event_source_unref(agent.next_source);
	sd_event_unref(agent.event);
	return temporary_teardown(&folder) | terminal_teardown(state);
}

static int tell(void *context, const struct agent_answer *answer)
{
	assert_true(n_told < ANSWERS_MAX);
	snprintf(told[n_told++], sizeof(told[0]), "%s %s %s", answer->name, answer->outcome,
		answer->text);
	return 0;
}

static void hand_in(const struct agent_document *documents, size_t n)
{
	n_told = 0;
	assert_int_equal(agent_documents_take(&agent, documents, n, tell, NULL), 0);
}

static struct agent_document document(const char *name, struct made made)
{
	return (struct agent_document){
		.origin = "/cd", .name = name, .bytes = made.bytes, .size = made.size};
}

/* The i-th answer begins so. */
static void assert_told(size_t i, const char *expected)
{
	assert_true(i < n_told);
	if (strncmp(told[i], expected, strlen(expected)) != 0)
		fail_msg("%s", told[i]);
}

/* How many records have this text. */
static size_t n_records(const char *text)
{
	char *lines = temporary_read(logs, "records-1.jsonl", NULL);
	size_t n = 0;

	for (const char *at = lines; (at = strstr(at, text)); at++)
		n++;
	free(lines);
	return n;
}

/* The way they come from a folder in which nobody sorted them; the policy is of the new root. */
static void they_are_taken_in_the_order_that_is_right(void **state)
{
	struct made fresh = make(DOCUMENT_FRESH,
		&(struct wish){.serial = 1, .epoch = 2, .issued = "2026-05-31T23:00:00Z", LASTING});
	struct list list = make_list(&(struct wish){.serial = 1, .epoch = 2, LASTING}, 1, 1);
	char shard[32];
	const struct agent_document documents[] = {
		document("fresh.ini", fresh),
		document(shard, list.texts[0]),
		document("media.ini", list.index),
		document("policy.ini",
			make(DOCUMENT_POLICY, &(struct wish){.serial = 1, .epoch = 2, LASTING})),
		document("root/10.ini", make(DOCUMENT_ROOT, &(struct wish){.serial = 10, LASTING})),
		document("root/2.ini",
			make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .epoch = 2, LASTING})),
		document("root/1.ini", make(DOCUMENT_ROOT, &(struct wish){LASTING})),
	};

	snprintf(shard, sizeof(shard), "media/%02x", list.shards[0].number);
	/* Whose clock is June 2026 is this test's only: fresh is judged by the PC's own. */
	hand_in(documents, COUNT(documents));
	assert_int_equal(n_told, 6);
	assert_told(0, "root/1.ini unchanged");
	assert_told(1, "root/2.ini taken");
	assert_told(2, "root/10.ini refused");
	assert_told(3, "policy.ini applied");
	assert_told(4, "media.ini taken good, serial 1");
	assert_non_null(strstr(told[4], ", 1 media"));
	assert_told(5, "fresh.ini ");
	assert_int_equal(n_records("\"event\":\"root-applied\""), 1);
	assert_int_equal(n_records("\"event\":\"root-refused\""), 1);
	assert_int_equal(n_records("/cd/root/10.ini: "), 2);
	assert_int_equal(n_records("\"event\":\"policy-applied\""), 1);
	assert_int_equal(n_records("\"event\":\"media-applied\""), 1);
	assert_ptr_equal(
		agent.media, policies_media(terminal.policies, &(struct policies_clock){0}));
}

static void each_kind_is_refused_by_its_name_and_recorded_once(void **state)
{
	struct made rubbish = {.bytes = (char[]){"rubbish"}, .size = 7};
	struct made waste = {.bytes = (char[]){"waste"}, .size = 5};
	struct made dust = {.bytes = (char[]){"dust"}, .size = 4};
	struct made ash = {.bytes = (char[]){"ash"}, .size = 3};
	struct made soot = {.bytes = (char[]){"soot"}, .size = 4};
	struct made grit = {.bytes = (char[]){"grit"}, .size = 4};
	const struct agent_document documents[] = {
		document("policy.ini", rubbish),
		document("media.ini", waste),
		document("fresh.ini", dust),
		document("root/2.ini", ash),
		document("reports.ini", ash),
		document("exemptions.ini", soot),
		document("revocations.ini", grit),
	};
	static const char *const events[] = {"root-refused", "policy-refused", "media-refused",
		"fresh-refused", "exemption-refused", "revocation-refused"};

	hand_in(documents, COUNT(documents));
	hand_in(documents, 4);
	assert_int_equal(n_told, 4);
	for (size_t i = 0; i < COUNT(events); i++) {
		char text[64];

		snprintf(text, sizeof(text), "\"event\":\"%s\"", events[i]);
		/* What has no known name is a refused policy: the record names the file. */
		assert_int_equal(n_records(text), strcmp(events[i], "policy-refused") == 0 ? 2 : 1);
	}
	assert_int_equal(n_records("/cd/reports.ini: no document is called so"), 2);
	assert_int_equal(n_records("\"fault\":\"unsigned\""), 6);
}

static void tokens_of_this_terminal_are_taken_and_others_told_why_not(void **state)
{
	struct made tokens = make(DOCUMENT_TOKENS, &(struct wish){LASTING});
	const struct agent_document documents[] = {document("tokens.ini", tokens)};

	hand_in(documents, COUNT(documents));
	assert_told(0, "tokens.ini refused this terminal has no key yet");
	put_key('E');
	hand_in(documents, COUNT(documents));
	assert_told(0, "tokens.ini refused for another terminal");
	hand_in(documents, COUNT(documents));
	assert_int_equal(n_records("\"event\":\"tokens-refused\""), 2);
	assert_int_equal(n_records("\"fault\":\"another-terminal\""), 1);
	put_key('D');
	hand_in(documents, COUNT(documents));
	assert_told(0, "tokens.ini taken good, serial 3");
	assert_int_equal(n_records("\"event\":\"tokens-applied\""), 1);
	hand_in(documents, COUNT(documents));
	assert_told(0, "tokens.ini unchanged");
	assert_int_equal(n_records("tokens-applied"), 1);
}

static struct made joined(struct made a, struct made b, char buffer[8192])
{
	return (struct made){
		.bytes = buffer, .size = (size_t)snprintf(buffer, 8192, "%s%s", a.bytes, b.bytes)};
}

#define EXEMPTION_LASTING \
	.not_before = "2099-04-01T00:00:00+09:00", .not_after = "2099-04-30T00:00:00+09:00"

static void each_document_of_a_file_is_answered_and_recorded_by_itself(void **state)
{
	struct made good = make(DOCUMENT_EXEMPTION, &(struct wish){EXEMPTION_LASTING});
	struct made other = make(
		DOCUMENT_EXEMPTION, &(struct wish){EXEMPTION_LASTING,
					    .edits = {{"E-7K3M9Q2X", "E-AAAAAAAA"},
						    {"terminal = desk-17", "terminal = desk-18"}}});
	struct made revoked = make(DOCUMENT_REVOCATION, &(struct wish){});
	struct made unknown = make(DOCUMENT_REVOCATION,
		&(struct wish){.edits = {{"exemption = E-7K3M9Q2X", "exemption = E-BBBBBBBB"}}});
	struct made policy = make(DOCUMENT_POLICY,
		&(struct wish){LASTING,
			.edits = {{"[media]\n",
				"[exemption]\nlongest = 8h\napprovals-read-write = 2\nscan = off\n"
				"[media]\n"}}});
	char first[8192], second[8192];
	const struct agent_document documents[] = {
		document("exemptions.ini", joined(good, other, first)),
		document("policy.ini", policy),
	};
	const struct agent_document again[] = {
		documents[0], document("revocations.ini", joined(unknown, revoked, second))};

	hand_in(documents, COUNT(documents));
	assert_int_equal(n_told, 3);
	assert_told(0, "policy.ini applied");
	assert_told(1, "exemptions.ini taken E-7K3M9Q2X: good, and starts on 2099-04-01");
	assert_told(2, "exemptions.ini refused E-AAAAAAAA: it is for the terminal desk-18, this "
		       "is desk-17");
	assert_int_equal(n_records("\"event\":\"exemption-received\""), 1);
	assert_int_equal(n_records("\"event\":\"exemption-refused\""), 1);
	hand_in(again, COUNT(again));
	assert_told(0, "revocations.ini taken E-BBBBBBBB: the form was wrong");
	assert_told(1, "revocations.ini taken E-7K3M9Q2X: the form was wrong");
	assert_told(2, "exemptions.ini refused E-7K3M9Q2X: it was revoked: the form was wrong");
	/* What is of no terminal's exemption is not its matter. */
	assert_int_equal(n_records("\"event\":\"exemption-revoked\""), 1);
}

/* 0: there are none. */
static uint64_t serial_of_rules(const char *name)
{
	struct login_rules rules = {};
	size_t size;
	char *bytes;

	if (!temporary_has(terminal.state, name))
		return 0;
	bytes = temporary_read(terminal.state, name, &size);
	assert_int_equal(login_rules_decode((uint8_t *)bytes, size, &rules), 0);
	free(bytes);
	return rules.policy_serial;
}

static void apply(unsigned serial)
{
	const struct agent_document documents[] = {document(
		"policy.ini", make(DOCUMENT_POLICY, &(struct wish){.serial = serial, LASTING}))};

	hand_in(documents, 1);
	assert_told(0, "policy.ini applied");
}

static void the_rules_of_logins_follow_the_policy_on_trial_and_back(void **state)
{
	assert_int_equal(agent_policy_announce(&agent), 0);
	assert_int_equal(serial_of_rules("login-rules"), 0);
	apply(42);
	assert_int_equal(serial_of_rules("login-rules"), 42);
	assert_int_equal(agent_policy_trial_over(&agent, true), 0);
	apply(43);
	assert_int_equal(serial_of_rules("login-rules"), 43);
	assert_int_equal(serial_of_rules("login-rules.last"), 42);
	assert_int_equal(agent_policy_trial_over(&agent, false), 0);
	assert_int_equal(serial_of_rules("login-rules"), 42);
	assert_int_equal(n_records("login-rules-not-stored"), 0);
}

/* A first policy that failed was never in force: a login is as before installation. */
static void a_first_policy_that_is_taken_back_leaves_no_rules(void **state)
{
	apply(42);
	assert_int_equal(serial_of_rules("login-rules"), 42);
	assert_int_equal(agent_policy_trial_over(&agent, false), 0);
	assert_false(temporary_has(terminal.state, "login-rules"));
	assert_false(temporary_has(terminal.state, "login-rules.last"));
	assert_false(temporary_has(terminal.state, "policy-seen"));
}

static void a_document_that_lifts_the_floor_does_so_for_logins_at_once(void **state)
{
	const struct agent_document documents[] = {document("policy.ini",
		make(DOCUMENT_POLICY,
			&(struct wish){.serial = 42, .issued = "2026-05-01T00:00:00Z", LASTING}))};
	char *before, *after;

	agent_login_floor(&agent);
	before = temporary_read(terminal.state, "login-floor", NULL);
	assert_int_equal(temporary_mode(terminal.state, "login-floor"), 0644);
	hand_in(documents, 1);
	assert_told(0, "policy.ini applied");
	after = temporary_read(terminal.state, "login-floor", NULL);
	assert_true(strtoll(after, NULL, 10) > strtoll(before, NULL, 10) + 3600);
	free(before);
	/* What nothing lifted is not written again. */
	remove_file("login-floor");
	agent_login_floor(&agent);
	assert_false(temporary_has(terminal.state, "login-floor"));
	free(after);
}

static void what_could_not_be_read_is_told_and_recorded(void **state)
{
	const struct agent_document documents[] = {
		{.origin = "/cd", .name = "policy.ini", .why = "Input/output error"},
		{.origin = "/cd", .name = "media/3f", .why = "Is a directory"},
		{.origin = "/cd", .name = "root/2.ini", .why = "Permission denied"},
	};

	hand_in(documents, COUNT(documents));
	assert_int_equal(n_told, 3);
	assert_told(0, "root/2.ini refused Permission denied");
	assert_told(1, "policy.ini refused Input/output error");
	assert_told(2, "media/3f refused Is a directory");
	assert_int_equal(n_records("\"fault\":\"unreadable\""), 2);
}

static void a_shard_by_itself_is_not_taken(void **state)
{
	struct list list = make_list(&(struct wish){LASTING}, 1, 1);
	const struct agent_document shard = document("media/00", list.texts[0]);

	hand_in(&shard, 1);
	assert_told(0, "media/00 refused a shard counts only with media.ini");
}

static void what_has_not_reached_this_terminal_is_told_and_recorded_once(void **state)
{
	const struct agent_document policy = document("policy.ini",
		make(DOCUMENT_POLICY,
			&(struct wish){LASTING,
				.edits = {{"mode = enforce\n", "mode = enforce\nrings = 0\n"}}}));

	hand_in(&policy, 1);
	hand_in(&policy, 1);
	assert_told(0, "policy.ini not-here good, serial 42, and its roll-out has not reached");
	assert_int_equal(n_records("\"event\":\"policy-not-here\""), 1);
	assert_true(policies_current(terminal.policies, (uint8_t[SHA256_SIZE]){0})->is_builtin);
}

static void what_is_not_kept_until_its_day_says_so(void **state)
{
	const struct agent_document root = document(
		"root/2.ini", make(DOCUMENT_ROOT, &(struct wish){.serial = 2,
							  .not_before = "2098-04-01T00:00:00+09:00",
							  .not_after = UNTIL}));

	hand_in(&root, 1);
	assert_told(0, "root/2.ini next good, and starts on 2098-04-01T00:00:00+09:00; hand it in");
	assert_int_equal(n_records("\"event\":\"document-waits\""), 1);
}

/* Its day is over, and it cannot be judged before the chain of roots is whole. */
static void one_that_waits_for_a_lost_root_does_not_keep_the_agent_busy(void **state)
{
	struct made first = make(DOCUMENT_ROOT, &(struct wish){.issued = FROM, LASTING});
	struct made next = make(DOCUMENT_POLICY, &(struct wish){.issued = FROM,
							 .not_before = "1996-01-01T00:00:00+09:00",
							 .not_after = UNTIL});
	struct made second =
		make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .issued = FROM, LASTING});

	temporary_write(terminal.etc, "root.ini", first.bytes, first.size);
	terminal.clock.realtime_s = 5 * 365 * DAY + 20 * 365 * (int64_t)DAY;
	terminal_start_anew();
	assert_int_equal(offer(next).outcome, POLICIES_NEXT);
	take(second);
	remove_file("root/2.ini");
	terminal_start_anew();
	agent.policies = terminal.policies;
	assert_true(policies_is_root_lost(terminal.policies));
	assert_non_null(policies_next(terminal.policies));
	assert_true(agent_policy_check_next(&agent) >= 0);
	assert_true(sd_event_run(agent.event, 0) >= 0);
	assert_int_equal(sd_event_run(agent.event, 20000), 0);
	/* And with the root it begins. */
	hand_in(&(const struct agent_document){.origin = "/cd",
			.name = "root/2.ini",
			.bytes = second.bytes,
			.size = second.size},
		1);
	for (size_t i = 0; i < 5 && policies_next(terminal.policies); i++)
		assert_true(sd_event_run(agent.event, 20000) >= 0);
	assert_null(policies_next(terminal.policies));
	assert_int_equal(serial_in_force(), 42);
}

static void plug_in_stick(void)
{
	uint8_t descriptors[512];
	struct observation seen = {
		.name = "1-2", .is_probed = true, .serial = "S1", .descriptors = descriptors};
	struct core_event event = {.kind = EVENT_DEVICE_OBSERVED, .device_id = 1};
	FILE *file = fopen("tests/data/usb/stick.bin", "re");

	assert_non_null(file);
	seen.descriptors_size = fread(descriptors, 1, sizeof(descriptors), file);
	fclose(file);
	event.observed.observation = &seen;
	assert_true(agent_handle(&agent, &event) >= 0);
}

/* The policy that failed lets registered media in, and its list is of another epoch; the one before
 * it has a list and lets nothing in. At no moment do the two meet. */
static void a_policy_is_never_judged_with_the_media_of_another(void **state)
{
	struct list list = make_list(&(struct wish){.serial = 7, LASTING}, 1, 1);
	struct made before = make(DOCUMENT_POLICY, &(struct wish){LASTING});
	struct made failed = make(DOCUMENT_POLICY,
		&(struct wish){.serial = 1,
			.epoch = 2,
			LASTING,
			.edits = {{"keyboard = allow\n",
				"keyboard = allow\n[medium]\nregistered = allow\n"}}});

	apply_and_keep(before);
	take_list(&list);
	assert_int_equal(agent_policy_announce(&agent), 0);
	take(make(DOCUMENT_ROOT, &(struct wish){.serial = 2, .epoch = 2, LASTING}));
	take(failed);
	assert_int_equal(agent_policy_announce(&agent), 0);
	plug_in_stick();
	assert_int_equal(n_records("\"event\":\"device-blocked\""), 1);
	assert_int_equal(agent_policy_trial_over(&agent, false), 0);
	assert_int_equal(serial_in_force(), 42);
	assert_int_equal(n_registered(), 1);
	assert_int_equal(n_records("registered-medium"), 0);
}

static const char *medium_of_stick(void)
{
	struct core_device_view view;

	assert_true(core_device_at(agent.core, 0, &view));
	return view.medium ? view.medium : "";
}

/* Its days are over by the PC's own clock: a stick that is plugged in is judged anew. */
static void the_end_of_a_list_is_recorded_once_and_reaches_the_stick(void **state)
{
	struct made policy = make(DOCUMENT_POLICY, &(struct wish){.issued = FROM, LASTING});
	struct made first = make(DOCUMENT_ROOT, &(struct wish){.issued = FROM, LASTING});
	struct list list = make_list(&(struct wish){.serial = 7,
					     .issued = FROM,
					     .not_before = FROM,
					     .not_after = "1996-01-01T00:00:00+09:00"},
		1, 1);
	const struct policies_clock then = {.realtime_s = 25 * 365 * (int64_t)DAY};
	struct core_event event = {.kind = EVENT_MEDIA};

	temporary_write(terminal.etc, "root.ini", first.bytes, first.size);
	terminal.clock.realtime_s = then.realtime_s;
	terminal_start_anew();
	agent.policies = terminal.policies;
	apply_and_keep(policy);
	take_list(&list);
	assert_int_equal(agent_policy_announce(&agent), 0);
	/* As it was in 1994. */
	event.media = agent.media = policies_media(terminal.policies, &then);
	assert_non_null(agent.media);
	assert_true(agent_handle(&agent, &event) >= 0);
	plug_in_stick();
	assert_string_equal(medium_of_stick(), "M-1");
	assert_true(agent_policy_time_passed(&agent) >= 0);
	assert_null(agent.media);
	assert_int_equal(n_records("\"event\":\"media-ended\""), 1);
	assert_string_equal(medium_of_stick(), "");
	assert_int_equal(n_records("it was valid until 1996-01-01T00:00:00+09:00"), 2);
	assert_true(agent_policy_time_passed(&agent) >= 0);
	assert_int_equal(n_records("\"event\":\"media-ended\""), 1);
}

static void nothing_at_all_is_no_error(void **state)
{
	hand_in(NULL, 0);
	assert_int_equal(n_told, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(they_are_taken_in_the_order_that_is_right),
		TEST(each_kind_is_refused_by_its_name_and_recorded_once),
		TEST(each_document_of_a_file_is_answered_and_recorded_by_itself),
		TEST(tokens_of_this_terminal_are_taken_and_others_told_why_not),
		TEST(the_rules_of_logins_follow_the_policy_on_trial_and_back),
		TEST(a_first_policy_that_is_taken_back_leaves_no_rules),
		TEST(a_document_that_lifts_the_floor_does_so_for_logins_at_once),
		TEST(what_could_not_be_read_is_told_and_recorded),
		TEST(a_shard_by_itself_is_not_taken),
		TEST(what_has_not_reached_this_terminal_is_told_and_recorded_once),
		TEST(what_is_not_kept_until_its_day_says_so),
		TEST(one_that_waits_for_a_lost_root_does_not_keep_the_agent_busy),
		TEST(a_policy_is_never_judged_with_the_media_of_another),
		TEST(the_end_of_a_list_is_recorded_once_and_reaches_the_stick),
		TEST(nothing_at_all_is_no_error),
	};

	return cmocka_run_group_tests_name("handed in", tests, NULL, NULL);
}
