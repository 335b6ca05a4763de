/*
 * The real sekishod, a person at the screen, and a stick that is refused: asked for over the bus,
 * approved by a document that comes by the spool, let in, and shut again. Usage: test_exemption
 * BUILD_DIR, in the root of the source tree.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/core.h"
#include "agent/store.h"
#include "policy/exemption_request.h"
#include "policy/exemption_text.h"
#include "policy/timestamp.h"
#include "tests/unit/document_signer.h"
#include "tests/unit/fixture.h"
#include "tests/usb/daemon.h"
#include "tests/usb/fake_kernel.h"
#include "tests/usb/people.h"

#define SPOOL   "sekisho-fetch/spool"
#define SESSION "c2"
#define STICK   "0951:1666 08/06/50"
#define KEYS    "yoshida"

#define ALWAYS \
	{"not-before = 2026-04-01T00:00:00+09:00", "not-before = 1990-01-01T00:00:00+09:00"}, \
	{ \
		"not-after = 2027-04-30T23:59:59+09:00", "not-after = 2099-12-31T00:00:00+09:00" \
	}

static const char site[] = "[site]\nsite = tosu\ntier = my-number\nterminal = desk-17\n";
static const struct edit root_edits[EDITS_MAX] = {ALWAYS};
static const struct edit policy_edits[EDITS_MAX] = {
	ALWAYS, {"[media]\n", "[exemption]\nlongest = 8h\napprovals-read-write = 2\nscan = "
			      "off\n[media]\nusb-storage = block\n"}};

/* The next one, which asks for a word each hour. */
static const struct edit hourly_edits[EDITS_MAX] = {ALWAYS, {"serial = 42\n", "serial = 43\n"},
	{"mode = enforce\n", "mode = enforce\nmax-age = 1h\n"},
	{"[media]\n", "[exemption]\nlongest = 8h\napprovals-read-write = 2\nscan = off\n"
		      "lease = 5m\n[media]\nusb-storage = block\n"}};

/* --- folders --- */

static const char *path_of(const char *name)
{
	static char path[2][300];
	static unsigned which;

	which = !which;
	snprintf(path[which], sizeof(path[0]), "%s/../%s", daemon_folder("run"), name);
	return path[which];
}

static void make_spool(void)
{
	static const char *const folders[] = {
		"sekisho-fetch", SPOOL, SPOOL "/root", SPOOL "/media", SPOOL "/sent"};

	for (size_t i = 0; i < COUNT(folders); i++)
		assert_int_equal(mkdir(path_of(folders[i]), 0750), 0);
}

/* As sekisho-fetch does. */
static void put(const char *name, const char *text)
{
	char to[300];
	FILE *file = fopen(path_of(SPOOL "/.new"), "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	snprintf(to, sizeof(to), "%s/%s", path_of(SPOOL), name);
	assert_int_equal(rename(path_of(SPOOL "/.new"), to), 0);
}

static void put_document(const char *name, enum document_kind kind, const struct edit *edits)
{
	char *text = document_made(kind, edits, NULL);

	put(name, text);
	free(text);
}

static bool has_file(const char *name)
{
	return access(path_of(name), F_OK) == 0;
}

static const char *pace(void)
{
	static char text[32];
	FILE *file = fopen(path_of("run/pace"), "re");

	text[0] = '\0';
	if (file) {
		(void)!fgets(text, sizeof(text), file);
		fclose(file);
	}
	return text;
}

/* --- a terminal --- */

static int setup(void **state)
{
	char *root;

	if (kernel_setup(state) < 0 || daemon_setup(state) < 0)
		return -1;
	kernel_add_controller("usb1");
	root = document_made(DOCUMENT_ROOT, root_edits, NULL);
	daemon_put("etc", "root.ini", root, strlen(root));
	daemon_put("etc", "site.ini", site, sizeof(site) - 1);
	free(root);
	make_spool();
	if (people_setup() < 0)
		return -1;
	people_sit_down(SESSION, "tanaka");
	return 0;
}

static int teardown(void **state)
{
	people_teardown();
	return daemon_teardown(state) | kernel_teardown(state);
}

static void plug_stick(const char *port, const char *serial)
{
	kernel_plug(&(struct kernel_device){.name = port, .descriptors = STICK, .serial = serial});
}

/* A policy that grants exemptions, a keyboard, and a stick that is refused. */
static void start(void)
{
	kernel_plug_keyboard("1-9");
	daemon_start();
	put_document("policy.ini", DOCUMENT_POLICY, policy_edits);
	WAIT_FOR(daemon_records("policy-applied", NULL) == 1);
	plug_stick("1-1", "001A92053B6A");
	WAIT_FOR(daemon_records("device-blocked", "1-1") == 1);
	/* The bus, and what logind says over it. */
	WAIT_FOR(strcmp(people_wish("WithdrawRequest", (const char *[]){"E-00000000", NULL}, NULL),
			 "NoSuchExemption") == 0);
}

#define FORM(...) ((const char *const[][2]){__VA_ARGS__, {NULL, NULL}})
#define READ_ONLY \
	{"device", "1-1"}, {"direction", "read-only"}, {"minutes", "30"}, \
	{ \
		"purpose", "予算" \
	}

#define FOR_HOURS(port) \
	{"device", port}, {"direction", "read-only"}, {"minutes", "120"}, \
	{ \
		"purpose", "予算" \
	}

/* Its number. The name of the person may take a moment to come. */
static const char *ask_for(const char *const form[][2])
{
	static char id[EXEMPTION_ID_SIZE];
	const char *error, *text;

	WAIT_FOR(strcmp(error = people_ask("RequestExemption", form, &text), "Busy") != 0);
	if (error[0])
		fail_msg("%s: %s", error, text);
	assert_true(exemption_id_is_valid(text));
	snprintf(id, sizeof(id), "%s", text);
	return id;
}

static const char *ask(void)
{
	return ask_for(FORM(READ_ONLY));
}

static const char *refused(const char *const form[][2])
{
	static char both[600];
	const char *text, *error;

	WAIT_FOR(strcmp(error = people_ask("RequestExemption", form, &text), "Busy") != 0);
	snprintf(both, sizeof(both), "%s %.500s", error, text);
	return both;
}

#define assert_begins(text, start) \
	do { \
		const char *text_ = text; \
		if (strncmp(text_, start, strlen(start)) != 0) \
			fail_msg("%s", text_); \
	} while (false)

/* What went up. */
static struct exemption_request *read_request(const char *id)
{
	struct exemption_request *request = NULL;
	struct problems problems = {};
	char name[64], *text = NULL;
	size_t size;

	snprintf(name, sizeof(name), "state/up/request-%s.ini", id);
	assert_int_equal(store_read(AT_FDCWD, path_of(name), 16384, &text, &size), 0);
	assert_int_equal(exemption_request_parse(text, size, &problems, &request), 0);
	free(text);
	return request;
}

/* What an approver makes of it, who may have another opinion; signed, for free(). */
struct opinion {
	const char *requester, *user, *id;
	enum verdict access;
	bool is_online;
};

static char *approved_as(const char *id, const struct opinion *opinion)
{
	struct exemption_request *request = read_request(id);
	struct exemption exemption = {
		.header = request->header,
		.n_users = 1,
		.requested = request->header.issued,
		.medium = request->medium,
		.use = request->use,
		.form = request->form,
	};
	struct problems problems = {};
	char *text = NULL, *document;

	exemption.header.issued = time(NULL);
	exemption.header.not_before = time(NULL) - 60;
	exemption.header.not_after = time(NULL) + 3 * HOUR_S;
	memcpy(exemption.id, request->id, sizeof(exemption.id));
	memcpy(exemption.terminal, request->terminal, sizeof(exemption.terminal));
	memcpy(exemption.users[0], request->requester, sizeof(exemption.users[0]));
	memcpy(exemption.requester, request->requester, sizeof(exemption.requester));
	if (opinion->requester)
		snprintf(
			exemption.requester, sizeof(exemption.requester), "%s", opinion->requester);
	if (opinion->user)
		snprintf(exemption.users[0], sizeof(exemption.users[0]), "%s", opinion->user);
	if (opinion->id)
		snprintf(exemption.id, sizeof(exemption.id), "%s", opinion->id);
	if (opinion->access)
		exemption.use.access = opinion->access;
	exemption.use.is_online = opinion->is_online;
	assert_int_equal(exemption_write(&exemption, &problems, &text), 0);
	document = document_signed(text, "exemption@sekisho", KEYS);
	free(text);
	exemption_request_free(request);
	return document;
}

static void put_approved(const char *id, const struct opinion *opinion)
{
	char *document = approved_as(id, opinion);

	put("exemptions.ini", document);
	free(document);
}

static void approve(const char *id)
{
	put_approved(id, &(struct opinion){.id = id});
	WAIT_FOR(daemon_records("exemption-received", NULL) == 1);
}

static void revoke_it(const char *what, const char *id)
{
	char line[80];
	struct edit edits[EDITS_MAX] = {{"exemption = E-7K3M9Q2X", line}};

	snprintf(line, sizeof(line), "%s = %s", what, id);
	put_document("revocations.ini", DOCUMENT_REVOCATION, edits);
}

/* --- tests --- */

static void a_stick_is_asked_for_approved_let_in_and_shut_when_it_is_revoked(void **state)
{
	char id[EXEMPTION_ID_SIZE], file[100];
	struct exemption_request *request;

	start();
	WAIT_FOR(strcmp(pace(), "idle\n") == 0);
	snprintf(id, sizeof(id), "%s", ask());
	assert_int_equal(daemon_records("exemption-requested", NULL), 1);
	assert_string_equal(pace(), "waiting\n");
	assert_string_equal(people_list(id, "Phase"), "requested");
	assert_string_equal(people_list(id, "Device"), "0951:1666 001A92053B6A");
	request = read_request(id);
	assert_string_equal(request->requester, "tanaka");
	assert_string_equal(request->terminal, "desk-17");
	assert_string_equal(request->form.purpose, "予算");
	assert_int_equal(request->medium.kind, EXEMPTION_MEDIUM_DEVICE);
	exemption_request_free(request);
	assert_false(kernel_is_open("1-1"));

	approve(id);
	WAIT_FOR(kernel_is_open("1-1"));
	WAIT_FOR(strcmp(pace(), "active\n") == 0);
	snprintf(file, sizeof(file), "state/exemptions/%s", id);
	assert_true(has_file(file));
	assert_string_equal(people_list(id, "Port"), "1-1");
	assert_string_equal(people_list(id, "Approvers"), "yoshida");

	revoke_it("exemption", id);
	WAIT_FOR(!kernel_is_open("1-1"));
	WAIT_FOR(strcmp(people_list(id, "Phase"), "ended") == 0);
	assert_string_equal(people_list(id, "Reason"), "revoked");
	assert_string_equal(people_list(id, "Text"), "the form was wrong");
	WAIT_FOR(strcmp(pace(), "idle\n") == 0);
	daemon_stop();
}

/* Whoever writes another name for who asked could approve his own request. */
static void what_was_not_asked_for_here_is_not_granted(void **state)
{
	static const struct opinion others[] = {
		{.requester = "sato"}, {.user = "sato"}, {.access = VERDICT_ALLOW}};
	char id[EXEMPTION_ID_SIZE];

	start();
	snprintf(id, sizeof(id), "%s", ask());
	for (unsigned i = 0; i < COUNT(others); i++) {
		put_approved(id, &others[i]);
		WAIT_FOR(daemon_records("exemption-refused", "other-request") == i + 1);
	}
	put_approved(id, &(struct opinion){.id = "E-00000000"});
	WAIT_FOR(daemon_records("exemption-refused", "no-request") == 1);
	assert_int_equal(daemon_records("exemption-received", NULL), 0);
	assert_string_equal(people_list(id, "Phase"), "requested");
	assert_false(kernel_is_open("1-1"));
	approve(id);
	WAIT_FOR(kernel_is_open("1-1"));
	daemon_stop();
}

/* More than the terminal reads: what is revoked in it nobody here knows. */
static void revocations_that_cannot_be_read_shut_it_until_they_can(void **state)
{
	size_t size = 1024 * 1024 + 1;
	char id[EXEMPTION_ID_SIZE], *large = malloc(size + 1);

	start();
	snprintf(id, sizeof(id), "%s", ask());
	approve(id);
	WAIT_FOR(kernel_is_open("1-1"));
	memset(large, '\n', size);
	large[size] = '\0';
	put("revocations.ini", large);
	free(large);
	WAIT_FOR(!kernel_is_open("1-1"));
	WAIT_FOR(strcmp(people_list(id, "Reason"), "policy") == 0);
	assert_int_equal(daemon_records("revocation-refused", NULL), 1);
	daemon_stop();
	daemon_start();
	WAIT_FOR(daemon_records("revocations-lost", NULL) == 1);
	WAIT_FOR(strcmp(people_list(id, "Reason"), "policy") == 0);
	assert_false(kernel_is_open("1-1"));
	revoke_it("medium", "M-00999");
	WAIT_FOR(kernel_is_open("1-1"));
	daemon_stop();
}

static void a_request_outlives_restarts_and_its_refusal_too(void **state)
{
	char id[EXEMPTION_ID_SIZE];

	start();
	snprintf(id, sizeof(id), "%s", ask());
	daemon_kill();
	daemon_start();
	WAIT_FOR(strcmp(people_list(id, "Phase"), "requested") == 0);
	assert_int_equal(daemon_records("exemption-requested", NULL), 1);
	revoke_it("request", id);
	WAIT_FOR(daemon_records("exemption-request-refused", NULL) == 1);
	assert_string_equal(people_list(id, "Phase"), "refused");
	assert_string_equal(people_list(id, "Text"), "the form was wrong");
	daemon_stop();
	daemon_start();
	WAIT_FOR(strcmp(people_list(id, "Phase"), "refused") == 0);
	assert_int_equal(daemon_records("exemption-request-refused", NULL), 1);
	assert_false(kernel_is_open("1-1"));
	daemon_stop();
}

static void only_who_sits_at_the_screen_asks(void **state)
{
	start();
	(void)ask();
	people_call_from("ssh1");
	assert_begins(refused(FORM(READ_ONLY)), "NotSeated Only whoever sits");
	people_call_from(SESSION);
	assert_string_equal(people_ask("RequestExemption", FORM(READ_ONLY), NULL), "");
	people_call_from(NULL);
	people_switch("c3");
	assert_begins(refused(FORM(READ_ONLY)), "NotSeated Only whoever sits");
	people_sit_down(SESSION, "tanaka");
	assert_string_equal(people_ask("RequestExemption", FORM(READ_ONLY), NULL), "");
	people_log_out(SESSION);
	assert_begins(refused(FORM(READ_ONLY)), "NotSeated Only whoever sits");
	daemon_stop();
	assert_int_equal(daemon_records("exemption-requested", NULL), 3);
}

static void what_cannot_be_granted_is_told_at_once(void **state)
{
	start();
	(void)ask();
	kernel_plug_stick("1-2"); /* no serial number */
	kernel_plug(&(struct kernel_device){
		.name = "1-3", .descriptors = "1d6b:0104 07/01/02 08/06/50", .serial = "7"});
	WAIT_FOR(daemon_records("device-blocked", "1-3") == 1);
#define WITH(key, value) \
	FORM({key, value}, {"direction", "read-only"}, {"minutes", "30"}, {"purpose", "x"})
	assert_begins(refused(WITH("device", "1-7")), "NoSuchDevice ");
	assert_begins(refused(WITH("device", "1-9")), "NotRefused ");
	assert_begins(refused(WITH("device", "1-2")), "Invalid device: it has no serial number");
	assert_begins(refused(WITH("device", "1-3")), "Invalid device: only USB sticks and disks");
	assert_begins(refused(WITH("medium", "M-1")), "Invalid medium: no medium is registered");
	assert_begins(refused(FORM({"device", "1-1"}, {"direction", "read-only"},
			      {"minutes", "481"}, {"purpose", "x"})),
		"Invalid minutes: the policy allows 480 at most");
	assert_begins(refused(FORM({"device", "1-1"})), "Invalid direction: ");
	daemon_stop();
	assert_int_equal(daemon_records("exemption-requested", NULL), 1);
}

static void a_person_has_five_open_requests_at_most(void **state)
{
	char id[EXEMPTION_ID_SIZE];

	start();
	snprintf(id, sizeof(id), "%s", ask());
	for (unsigned i = 1; i < 5; i++)
		assert_string_equal(people_ask("RequestExemption", FORM(READ_ONLY), NULL), "");
	assert_string_equal(people_ask("RequestExemption", FORM(READ_ONLY), NULL), "Busy");
	assert_string_equal(people_wish("WithdrawRequest", (const char *[]){id, NULL}, NULL), "");
	assert_string_equal(
		people_wish("WithdrawRequest", (const char *[]){id, NULL}, NULL), "NotNow");
	assert_string_equal(people_list(id, "Phase"), "withdrawn");
	assert_string_equal(people_ask("RequestExemption", FORM(READ_ONLY), NULL), "");
	daemon_stop();
	assert_int_equal(daemon_records("exemption-request-withdrawn", NULL), 1);
}

static void who_asked_ten_times_within_an_hour_is_told_so(void **state)
{
	char id[EXEMPTION_ID_SIZE];

	start();
	for (unsigned i = 0; i < 10; i++) {
		snprintf(id, sizeof(id), "%s", ask());
		assert_string_equal(
			people_wish("WithdrawRequest", (const char *[]){id, NULL}, NULL), "");
	}
	assert_begins(refused(FORM(READ_ONLY)), "TooOften You asked ten times");
	daemon_stop();
	assert_int_equal(daemon_records("exemption-requested", NULL), 10);
}

static void without_a_policy_nobody_could_approve(void **state)
{
	const char *error;

	daemon_start();
	plug_stick("1-1", "001A92053B6A");
	WAIT_FOR(daemon_records("device-blocked", "1-1") == 1);
	WAIT_FOR(strcmp(error = people_ask("RequestExemption", FORM(READ_ONLY), NULL), "Busy") !=
			 0 &&
		 strcmp(error, "ServiceUnknown") != 0);
	assert_string_equal(error, "NotAvailable");
	daemon_stop();
}

/* --- an envelope that was prepared ahead --- */

#define SEALED "E-3N5V8W4C"
/* yescrypt of it, as ABCDEFGH23. */
#define SEALED_CODE "abcde-fgh23"
#define SEALED_HASH "$y$j75$abcdefghijklmnop$iepZ4Iqn2JlRBtD0Z3qpAkIYH7Adkvvm1Ldbj47nJK4"
#define TRIES       "state/exemptions/tries"

static void put_sealed(void)
{
	struct exemption exemption = {
		.header = {.site = "tosu", .tier = "my-number", .epoch = 1},
		.id = SEALED,
		.terminal = "desk-17",
		.n_users = 1,
		.users = {"tanaka"},
		.medium = {.kind = EXEMPTION_MEDIUM_CLASS, .device_class = CLASS_USB_STORAGE},
		.use = {.access = VERDICT_READ_ONLY, .duration_s = 1800},
		.form = {.purpose = "選挙"},
		.code_hash = SEALED_HASH,
	};
	struct problems problems = {};
	char *text = NULL, *document;

	exemption.header.issued = time(NULL);
	exemption.header.not_before = time(NULL) - 60;
	exemption.header.not_after = time(NULL) + 600;
	if (exemption_write(&exemption, &problems, &text) < 0)
		fail_msg("%s", problems.items[0].expected);
	document = document_signed(text, "exemption@sekisho", KEYS);
	put("exemptions.ini", document);
	free(document);
	free(text);
	WAIT_FOR(strcmp(people_list(SEALED, "Phase"), "sealed") == 0);
}

/* "WrongCode 4: The code is wrong", or the phase that it led to. The name of the person may take a
 * moment to come. */
static const char *redeem(const char *code)
{
	const char *const texts[] = {SEALED, code, NULL};
	static char both[300];
	const char *text, *error;

	WAIT_FOR(strcmp(error = people_wish("RedeemExemption", texts, &text), "NotSeated") != 0);
	snprintf(both, sizeof(both), "%s%s%.200s", error, error[0] ? " " : "", text);
	return both;
}

static void start_again(void)
{
	daemon_kill();
	daemon_start();
	WAIT_FOR(strcmp(people_list(SEALED, "Phase"), "sealed") == 0);
}

static void no_restart_gives_a_try_at_an_envelope_back(void **state)
{
	start();
	put_sealed();
	assert_begins(redeem("ABCDEFGH24"), "WrongCode 4: ");
	start_again();
	assert_begins(redeem("ABCDEFGH25"), "WrongCode 3: ");
	assert_begins(redeem("ABCDEFGH26"), "WrongCode 2: ");
	start_again();
	assert_begins(redeem("ABCDEFGH27"), "WrongCode 1: ");
	assert_begins(redeem("ABCDEFGH28"), "WrongCode 0: ");
	start_again();
	assert_begins(redeem(SEALED_CODE), "Locked ");
	daemon_stop();
	assert_int_equal(daemon_records("exemption-redeem-failed", NULL), 5);
	assert_int_equal(daemon_records("exemption-redeemed", NULL), 0);
}

static void what_cannot_be_counted_is_not_compared(void **state)
{
	start();
	put_sealed();
	assert_int_equal(mkdir(path_of(TRIES), 0700), 0);
	assert_begins(redeem(SEALED_CODE), "NotStored ");
	assert_string_equal(people_list(SEALED, "Phase"), "sealed");
	assert_int_equal(rmdir(path_of(TRIES)), 0);
	assert_begins(redeem("ABCDEFGH24"), "WrongCode 4: ");
	assert_string_equal(redeem(SEALED_CODE), "active");
	daemon_stop();
	assert_int_equal(daemon_records("exemption-redeemed", NULL), 1);
}

static void an_exemption_outlives_a_restart_and_ends_with_the_session(void **state)
{
	char id[EXEMPTION_ID_SIZE];

	start();
	snprintf(id, sizeof(id), "%s", ask());
	approve(id);
	WAIT_FOR(kernel_is_open("1-1"));
	daemon_kill();
	daemon_start();
	WAIT_FOR(strcmp(people_list(id, "Port"), "1-1") == 0);
	assert_true(kernel_is_open("1-1"));
	assert_int_equal(daemon_records("exemption-received", NULL), 1);
	people_log_out(SESSION);
	WAIT_FOR(!kernel_is_open("1-1"));
	WAIT_FOR(daemon_records("exemption-ended", NULL) == 1);
	daemon_stop();
}

/* And not with the room that they leave in the list of those who are here. */
static void sessions_by_ssh_end_nobody_elses_exemption(void **state)
{
	char id[EXEMPTION_ID_SIZE];

	start();
	people_come_by_ssh(CORE_SESSIONS_MAX + 8);
	snprintf(id, sizeof(id), "%s", ask());
	approve(id);
	WAIT_FOR(kernel_is_open("1-1"));
	people_switch("c3");
	people_come_by_ssh(CORE_SESSIONS_MAX + 8);
	/* Whoever asks makes it look who is there. */
	assert_begins(refused(FORM(READ_ONLY)), "NotSeated");
	assert_true(kernel_is_open("1-1"));
	assert_int_equal(daemon_records("exemption-ended", NULL), 0);
	people_log_out(SESSION);
	WAIT_FOR(!kernel_is_open("1-1"));
	WAIT_FOR(daemon_records("exemption-ended", NULL) == 1);
	daemon_stop();
}

static void ejecting_ends_it(void **state)
{
	char id[EXEMPTION_ID_SIZE];

	start();
	snprintf(id, sizeof(id), "%s", ask());
	assert_string_equal(people_eject(id, false), "NoSuchExemption");
	approve(id);
	WAIT_FOR(kernel_is_open("1-1"));
	assert_string_equal(people_eject(id, false), "");
	WAIT_FOR(!kernel_is_open("1-1"));
	WAIT_FOR(strcmp(people_list(id, "Phase"), "ended") == 0);
	assert_string_equal(people_list(id, "Reason"), "eject");
	assert_string_equal(people_eject(id, false), "NotNow");
	assert_string_equal(
		people_wish("ReturnMedium", (const char *[]){id, "", NULL}, NULL), "Invalid");
	assert_string_equal(
		people_wish("ReturnMedium", (const char *[]){id, "金庫", NULL}, NULL), "");
	WAIT_FOR(daemon_records("exemption-returned", NULL) == 1);
	assert_string_equal(people_list(id, "Phase"), "returned");
	daemon_stop();
}

/* Of two hours each, one of which needs the server. */
static void approve_two(char online[EXEMPTION_ID_SIZE], char offline[EXEMPTION_ID_SIZE])
{
	char *first, *second, *both;

	snprintf(online, EXEMPTION_ID_SIZE, "%s", ask_for(FORM(FOR_HOURS("1-1"))));
	snprintf(offline, EXEMPTION_ID_SIZE, "%s", ask_for(FORM(FOR_HOURS("1-2"))));
	first = approved_as(online, &(struct opinion){.id = online, .is_online = true});
	second = approved_as(offline, &(struct opinion){.id = offline});
	assert_true(asprintf(&both, "%s%s", first, second) > 0);
	put("exemptions.ini", both);
	free(both);
	free(first);
	free(second);
	WAIT_FOR(kernel_is_open("1-1") && kernel_is_open("1-2"));
}

static void put_fresh(int64_t issued_s)
{
	char line[16 + TIMESTAMP_SIZE] = "issued = ";
	struct edit edits[EDITS_MAX] = {ALWAYS, {"issued = 2026-03-20T10:00:00+09:00", line}};

	timestamp_format(issued_s, JAPAN_MINUTES, line + strlen(line));
	put_document("fresh.ini", DOCUMENT_FRESH, edits);
}

/* The server answers, as sekisho-fetch says: with what it had. */
static bool answers_again(void)
{
	put("heard", "1\n");
	return true;
}

/* Else a server that was taken over, or sekisho-fetch, could keep open what needs their word. */
static void a_source_that_only_answers_keeps_nothing_open_when_fresh_has_run_out(void **state)
{
	char online[EXEMPTION_ID_SIZE], offline[EXEMPTION_ID_SIZE];

	start();
	plug_stick("1-2", "001A92053B6B");
	put_document("policy.ini", DOCUMENT_POLICY, hourly_edits);
	WAIT_FOR(daemon_records("policy-applied", NULL) == 2);
	/* For four more minutes, which are seconds from the next start on. */
	put_fresh(time(NULL) - HOUR_S + 4 * MINUTE_S);
	WAIT_FOR(daemon_records("fresh-taken", NULL) == 1);
	approve_two(online, offline);
	daemon_kill();
	setenv("FAST_CLOCK", "60", 1);
	daemon_start();
	unsetenv("FAST_CLOCK");
	WAIT_FOR(kernel_is_open("1-1") && kernel_is_open("1-2"));
	WAIT_FOR(answers_again() && strcmp(people_list(online, "Phase"), "ended") == 0);
	assert_string_equal(people_list(online, "Reason"), "lease");
	assert_false(kernel_is_open("1-1"));
	WAIT_FOR(answers_again() && daemon_records("fresh-ended", NULL) == 1);
	/* Which needs nobody's word. */
	assert_string_equal(people_list(offline, "Phase"), "active");
	assert_int_equal(daemon_records("exemption-ended", NULL), 1);
	daemon_stop();
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_stick_is_asked_for_approved_let_in_and_shut_when_it_is_revoked),
		TEST(what_was_not_asked_for_here_is_not_granted),
		TEST(revocations_that_cannot_be_read_shut_it_until_they_can),
		TEST(a_request_outlives_restarts_and_its_refusal_too),
		TEST(only_who_sits_at_the_screen_asks),
		TEST(what_cannot_be_granted_is_told_at_once),
		TEST(a_person_has_five_open_requests_at_most),
		TEST(who_asked_ten_times_within_an_hour_is_told_so),
		TEST(without_a_policy_nobody_could_approve),
		TEST(no_restart_gives_a_try_at_an_envelope_back),
		TEST(what_cannot_be_counted_is_not_compared),
		TEST(an_exemption_outlives_a_restart_and_ends_with_the_session),
		TEST(sessions_by_ssh_end_nobody_elses_exemption),
		TEST(ejecting_ends_it),
		TEST(a_source_that_only_answers_keeps_nothing_open_when_fresh_has_run_out),
	};

	if (argc != 2)
		return 2;
	daemon_is_in(argv[1]);
	return cmocka_run_group_tests_name("exemptions", tests, NULL, NULL);
}
