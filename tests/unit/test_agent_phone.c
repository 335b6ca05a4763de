/*
 * Approvals by telephone at one terminal: what is read out, what a desk answers, and what of it
 * counts. The desk's part is played by phone_code() with the desk's own key.
 */
#include "tests/unit/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/agent_phone.h"
#include "agent/bus.h"
#include "policy/phone_key.h"
#include "policy/timestamp.h"
#include "tests/unit/disk_faults.h"
#include "tests/unit/document_signer.h"
#include "tests/unit/media_builder.h"
#include "tests/unit/temporary.h"

#define NOW_S  1780272000 /* June 2026 */
#define BOOT   "11111111-1111-1111-1111-111111111111"
#define HOUR_S 3600

struct scene {
	struct temporary *state;
	char keys_path[80];
	struct policy policy;
	struct root *root;
	struct desks desks;
	struct media_builder built;
	struct media *media;
	struct phone *phone;
	struct phone_now now;
	const char *revoked;
	struct phone_request request;
	char id[BUS_EXEMPTION_ID_SIZE], lines[BUS_CHALLENGE_SIZE];
	struct agent_refusal refusal;
};

static struct scene scene;
static const uint8_t front_key[PHONE_KEY_SIZE] = {1}, night_key[PHONE_KEY_SIZE] = {2};

static bool is_revoked(void *context, const char *id, const char *medium)
{
	const char *name = id[0] ? id : medium;

	return scene.revoked && strcmp(scene.revoked, name) == 0;
}

/* As sekisho-unseal opens it. */
static void put_key(const char *desk, const uint8_t desk_key[PHONE_KEY_SIZE])
{
	uint8_t shared[PHONE_KEY_SIZE], key[PHONE_KEY_SIZE];
	char path[160];
	int fd;

	assert_int_equal(phone_key_of_terminal(desk_key, "tosu", desk, "desk-17", shared), 0);
	assert_int_equal(phone_key_of_kind(shared, PHONE_EXEMPTION, key), 0);
	snprintf(path, sizeof(path), "%s/.desk.%s", scene.keys_path, desk);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0400);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, key, sizeof(key)), sizeof(key));
	close(fd);
}

static void make_policy(void)
{
	scene.policy = (struct policy){
		.mode = POLICY_ENFORCE,
		.has_exemption = true,
		.exemption_longest_s = 8 * HOUR_S,
		.exemption_approvals_read_only = 1,
		.exemption_approvals_read_write = 2,
		.exemption_scan = SCAN_OFF,
		.n_desks = 2,
	};
	scene.policy.header.not_after = NOW_S + 100 * DAY_S;
	scene.policy.desks[0] = (struct phone_desk){"front-desk", VERDICT_ALLOW, 2 * HOUR_S, 1};
	scene.policy.desks[1] = (struct phone_desk){"night-watch", VERDICT_ALLOW, HOUR_S, 2};
	scene.desks = (struct desks){.n_entries = 2};
	snprintf(scene.desks.entries[0].name, DESK_NAME_MAX, "front-desk");
	snprintf(scene.desks.entries[1].name, DESK_NAME_MAX, "night-watch");
}

static void open_phone(void)
{
	assert_int_equal(phone_open(scene.state->fd, scene.keys_path, true, &scene.phone), 0);
}

static void start_anew(void)
{
	phone_close(scene.phone);
	open_phone();
}

static int setup(void **state)
{
	void *temporary;
	struct medium medium;

	if (temporary_setup(&temporary) < 0)
		return -1;
	scene = (struct scene){.state = temporary};
	snprintf(scene.keys_path, sizeof(scene.keys_path), "%s/keys", scene.state->path);
	mkdir(scene.keys_path, 0700);
	make_policy();
	scene.root = trusted_root(NULL, NULL);
	medium = media_builder_medium("M-00123 0951:1666 S1");
	media_builder_start(&scene.built, 1, &medium, 1);
	scene.media = media_builder_load(&scene.built);
	scene.now = (struct phone_now){.policy = &scene.policy,
		.root = scene.root,
		.desks = &scene.desks,
		.media = scene.media,
		.site = "tosu",
		.tier = "my-number",
		.terminal = "desk-17",
		.trusted_s = NOW_S,
		.boottime_ms = 1000,
		.boot_id = BOOT,
		.is_revoked = is_revoked};
	scene.request = (struct phone_request){.user = "tanaka",
		.medium = "M-00123",
		.access = VERDICT_READ_ONLY,
		.minutes = 30,
		.desks = {"front-desk"},
		.n_desks = 1,
		.form.purpose = "\xe9\x81\xb8\xe6\x8c\x99"};
	put_key("front-desk", front_key);
	put_key("night-watch", night_key);
	open_phone();
	return 0;
}

static void remove_folder(const char *name)
{
	struct temporary folder;

	snprintf(folder.path, sizeof(folder.path), "%.40s/%s", scene.state->path, name);
	folder.fd = openat(scene.state->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder.fd < 0)
		return;
	temporary_empty(&folder);
	close(folder.fd);
	assert_int_equal(unlinkat(scene.state->fd, name, AT_REMOVEDIR), 0);
}

static int teardown(void **state)
{
	void *temporary = scene.state;

	remove_folder("phone");
	remove_folder("keys");
	phone_close(scene.phone);
	media_free(scene.media);
	media_builder_clear(&scene.built);
	root_free(scene.root);
	return temporary_teardown(&temporary);
}

static int begin(void)
{
	return phone_begin(
		scene.phone, &scene.now, &scene.request, scene.id, scene.lines, &scene.refusal);
}

static void assert_refused(int r, const char *error)
{
	assert_int_equal(r, 0);
	assert_string_equal(scene.refusal.error, error);
}

/* The value behind a key of the lines that were read out. */
static void line(const char *key, char *ret, size_t size)
{
	const char *at = strstr(scene.lines, key);

	assert_non_null(at);
	at += strlen(key) + 1;
	snprintf(ret, size, "%.*s", (int)strcspn(at, "\n"), at);
}

/* What the desk hears, types in and answers; edits of its grant come from the test. */
static struct phone_grant heard(const char *desk)
{
	struct phone_grant grant = {.kind = PHONE_EXEMPTION, .site = "tosu"};
	char challenge[32], direction[16], minutes[16];

	line("challenge", challenge, sizeof(challenge));
	assert_int_equal(phone_challenge_read(challenge, grant.challenge), PHONE_TYPED_WHOLE);
	line("terminal", grant.terminal, sizeof(grant.terminal));
	line("user", grant.user, sizeof(grant.user));
	line("medium", grant.medium, sizeof(grant.medium));
	line("direction", direction, sizeof(direction));
	line("minutes", minutes, sizeof(minutes));
	assert_int_equal(exemption_direction_from_name(direction, &grant.access), 0);
	grant.minutes = (uint32_t)strtoul(minutes, NULL, 10);
	snprintf(grant.desk, sizeof(grant.desk), "%s", desk);
	return grant;
}

static const char *answer_by(
	const struct phone_grant *grant, const uint8_t desk_key[PHONE_KEY_SIZE])
{
	static char code[PHONE_CODE_DIGITS + 1];
	uint8_t shared[PHONE_KEY_SIZE], key[PHONE_KEY_SIZE];

	assert_int_equal(
		phone_key_of_terminal(desk_key, "tosu", grant->desk, grant->terminal, shared), 0);
	assert_int_equal(phone_key_of_kind(shared, PHONE_EXEMPTION, key), 0);
	assert_int_equal(phone_code(grant, ocra_hmac_openssl, key, code), 0);
	return code;
}

static const char *answer(const char *desk)
{
	struct phone_grant grant = heard(desk);

	return answer_by(&grant, strcmp(desk, "front-desk") == 0 ? front_key : night_key);
}

static enum phone_outcome redeem(const char *code)
{
	enum phone_outcome outcome = PHONE_OUTCOME_GRANTED;

	assert_int_equal(phone_redeem(scene.phone, &scene.now, "tanaka", scene.id, code, &outcome,
				 &scene.refusal),
		0);
	return outcome;
}

/* A number, and behind it why. */
static void assert_text(const char *number)
{
	size_t size = strlen(number);

	assert_int_equal(strncmp(scene.refusal.text, number, size), 0);
	assert_int_equal(scene.refusal.text[size], ':');
}

static void assert_wrong(const char *code, const char *left)
{
	assert_int_equal(redeem(code), PHONE_OUTCOME_REFUSED);
	assert_string_equal(scene.refusal.error, BUS_ERROR_WRONG_CODE);
	assert_text(left);
}

static const struct core_exemption *grant_at(size_t index)
{
	size_t n;
	const struct core_exemption *grants = phone_grants(scene.phone, &scene.now, &n);

	return index < n ? &grants[index] : NULL;
}

/* The only one. */
static const struct core_exemption *the_grant(void)
{
	static const struct core_exemption nothing;
	const struct core_exemption *grant = grant_at(0);

	assert_non_null(grant);
	assert_null(grant_at(1));
	return grant ? grant : &nothing;
}

/* --- */

static void a_desks_digits_make_an_exemption_that_outlives_a_start(void **state)
{
	const struct core_exemption *grant;

	assert_int_equal(begin(), 1);
	assert_null(grant_at(0));
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_GRANTED);
	start_anew();
	grant = the_grant();
	assert_string_equal(grant->exemption->id, scene.id);
	assert_string_equal(grant->exemption->users[0], "tanaka");
	assert_string_equal(grant->exemption->medium.number, "M-00123");
	assert_int_equal(grant->exemption->use.access, VERDICT_READ_ONLY);
	assert_int_equal(grant->exemption->use.duration_s, 1800);
	assert_string_equal(grant->exemption->form.purpose, "\xe9\x81\xb8\xe6\x8c\x99");
	assert_int_equal(grant->exemption->header.not_after, NOW_S + HOUR_S + 1800);
	assert_int_equal(grant->fault, EXEMPTION_FAULT_NONE);
	assert_int_equal(grant->method, EXEMPTION_METHOD_PHONE);
	assert_string_equal(grant->approvers, "front-desk");
	assert_null(grant_at(1));
	phone_forget(scene.phone, scene.id);
	start_anew();
	assert_null(grant_at(0));
}

static void digits_count_once(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	assert_int_equal(begin(), 1);
	snprintf(code, sizeof(code), "%s", answer("front-desk"));
	assert_int_equal(redeem(code), PHONE_OUTCOME_GRANTED);
	assert_int_equal(redeem(code), PHONE_OUTCOME_REFUSED);
	assert_string_equal(scene.refusal.error, BUS_ERROR_NO_EXEMPTION);
	assert_int_equal(begin(), 1);
	assert_wrong(code, "2");
}

static void digits_for_anything_else_are_wrong(void **state)
{
	for (int i = 0; i < 7; i++) {
		struct phone_grant grant;
		const uint8_t *key = front_key;

		scene.now.boottime_ms += 25 * HOUR_S * UINT64_C(1000);
		assert_int_equal(begin(), 1);
		grant = heard("front-desk");
		if (i == 0)
			snprintf(grant.terminal, sizeof(grant.terminal), "desk-18");
		if (i == 1)
			snprintf(grant.medium, sizeof(grant.medium), "M-00124");
		if (i == 2)
			snprintf(grant.user, sizeof(grant.user), "suzuki");
		if (i == 3)
			grant.access = VERDICT_ALLOW;
		if (i == 4)
			grant.minutes++;
		if (i == 5)
			snprintf(grant.site, sizeof(grant.site), "saga");
		if (i == 6)
			key = night_key;
		assert_wrong(answer_by(&grant, key), "2");
		assert_null(grant_at(0));
	}
}

static void another_account_types_in_vain(void **state)
{
	enum phone_outcome outcome;

	assert_int_equal(begin(), 1);
	assert_int_equal(phone_redeem(scene.phone, &scene.now, "suzuki", scene.id,
				 answer("front-desk"), &outcome, &scene.refusal),
		0);
	assert_int_equal(outcome, PHONE_OUTCOME_REFUSED);
	assert_string_equal(scene.refusal.error, BUS_ERROR_NO_EXEMPTION);
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_GRANTED);
}

static void a_transposed_or_mistyped_digit_costs_no_try(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];
	size_t at = 0;

	assert_int_equal(begin(), 1);
	snprintf(code, sizeof(code), "%s", answer("front-desk"));
	while (code[at] == code[at + 1])
		at++;
	for (int i = 0; i < 10; i++) {
		char wrong[PHONE_CODE_DIGITS + 1];

		memcpy(wrong, code, sizeof(wrong));
		wrong[at] = code[at + 1];
		wrong[at + 1] = code[at];
		assert_wrong(wrong, "3");
		memcpy(wrong, code, sizeof(wrong));
		wrong[i] = (char)('0' + (wrong[i] - '0' + 1) % 10);
		assert_wrong(wrong, "3");
		assert_wrong("123", "3");
	}
	assert_int_equal(redeem(code), PHONE_OUTCOME_GRANTED);
}

static void the_fourth_try_is_refused_even_if_it_is_right(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	assert_int_equal(begin(), 1);
	snprintf(code, sizeof(code), "%s", answer("front-desk"));
	assert_wrong("0000000000", "2");
	assert_wrong("0000000000", "1");
	/* Nothing is forgotten by a start. */
	start_anew();
	assert_int_equal(redeem("0000000000"), PHONE_OUTCOME_REFUSED);
	assert_string_equal(scene.refusal.error, BUS_ERROR_LOCKED);
	assert_text("0");
	start_anew();
	assert_int_equal(redeem(code), PHONE_OUTCOME_REFUSED);
	assert_string_equal(scene.refusal.error, BUS_ERROR_LOCKED);
	assert_null(grant_at(0));
}

static void the_sixth_challenge_of_a_day_is_refused_with_the_time(void **state)
{
	for (int i = 0; i < PHONE_CHALLENGES_MAX; i++) {
		assert_int_equal(begin(), 1);
		start_anew();
	}
	assert_refused(begin(), BUS_ERROR_LOCKED);
	assert_text("86401");
	/* Neither another boot nor another clock brings one back. */
	scene.now.boot_id = "22222222-2222-2222-2222-222222222222";
	scene.now.boottime_ms = HOUR_S * UINT64_C(1000);
	scene.now.trusted_s += 400 * DAY_S;
	scene.policy.header.not_after += 800 * DAY_S;
	scene.root->header.not_after += 800 * DAY_S;
	start_anew();
	assert_refused(begin(), BUS_ERROR_LOCKED);
	assert_text("82801");
	scene.now.boottime_ms = 24 * HOUR_S * UINT64_C(1000);
	assert_int_equal(begin(), 1);
}

static void at_a_shared_terminal_nobody_uses_up_the_challenges_of_others(void **state)
{
	for (int i = 0; i < PHONE_CHALLENGES_MAX; i++)
		assert_int_equal(begin(), 1);
	assert_refused(begin(), BUS_ERROR_LOCKED);
	/* Also after a restart. */
	start_anew();
	snprintf(scene.request.user, sizeof(scene.request.user), "suzuki");
	for (int i = 0; i < PHONE_OF_ALL_MAX - PHONE_CHALLENGES_MAX; i++)
		assert_int_equal(begin(), 1);
	snprintf(scene.request.user, sizeof(scene.request.user), "sato");
	assert_refused(begin(), BUS_ERROR_LOCKED);
	assert_text("86401");
}

static void what_ran_is_known_after_a_reboot_where_it_was_saved(void **state)
{
	for (int i = 0; i < PHONE_CHALLENGES_MAX; i++)
		assert_int_equal(begin(), 1);
	scene.now.boottime_ms += 23 * HOUR_S * UINT64_C(1000);
	assert_int_equal(phone_save(scene.phone, &scene.now), 0);
	start_anew();
	scene.now.boot_id = "2";
	scene.now.boottime_ms = HOUR_S * UINT64_C(1000) - 1;
	assert_refused(begin(), BUS_ERROR_LOCKED);
	scene.now.boottime_ms++;
	assert_int_equal(begin(), 1);
}

static void what_two_must_approve_takes_two_desks(void **state)
{
	const struct core_exemption *grant;
	char night[PHONE_CODE_DIGITS + 1];

	scene.request.access = VERDICT_ALLOW;
	assert_refused(begin(), BUS_ERROR_INVALID);
	assert_non_null(strstr(scene.refusal.text, "desk: "));
	snprintf(scene.request.desks[1], DESK_NAME_MAX, "front-desk");
	scene.request.n_desks = 2;
	assert_refused(begin(), BUS_ERROR_INVALID);
	snprintf(scene.request.desks[1], DESK_NAME_MAX, "night-watch");
	assert_int_equal(begin(), 1);
	snprintf(night, sizeof(night), "%s", answer("night-watch"));
	assert_int_equal(redeem(night), PHONE_OUTCOME_ONE_MORE);
	start_anew();
	assert_null(grant_at(0));
	/* The same desk once more is nothing new. */
	assert_wrong(night, "2");
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_GRANTED);
	grant = the_grant();
	assert_string_equal(grant->approvers, "front-desk,night-watch");
	assert_int_equal(grant->fault, EXEMPTION_FAULT_NONE);
}

static void a_desk_gives_no_more_than_the_policy_lets_it(void **state)
{
	scene.request.minutes = 121;
	assert_refused(begin(), BUS_ERROR_INVALID);
	assert_non_null(strstr(scene.refusal.text, "minutes: "));
	scene.request.minutes = 120;
	assert_int_equal(begin(), 1);
	snprintf(scene.request.desks[0], DESK_NAME_MAX, "night-watch");
	assert_refused(begin(), BUS_ERROR_INVALID);
	scene.request.minutes = 60;
	assert_int_equal(begin(), 1);
	scene.policy.exemption_approvals_read_write = 1;
	scene.policy.desks[1].access = VERDICT_READ_ONLY;
	scene.request.access = VERDICT_ALLOW;
	assert_refused(begin(), BUS_ERROR_INVALID);
	snprintf(scene.request.desks[0], DESK_NAME_MAX, "front-desk");
	assert_int_equal(begin(), 1);
	snprintf(scene.request.desks[0], DESK_NAME_MAX, "back-desk");
	assert_refused(begin(), BUS_ERROR_INVALID);
}

static void only_registered_media_are_given(void **state)
{
	snprintf(scene.request.medium, sizeof(scene.request.medium), "M-00124");
	assert_refused(begin(), BUS_ERROR_INVALID);
	assert_non_null(strstr(scene.refusal.text, "M-00124"));
	snprintf(scene.request.medium, sizeof(scene.request.medium), "M-00123");
	scene.revoked = "M-00123";
	assert_refused(begin(), BUS_ERROR_INVALID);
	scene.now.media = NULL;
	scene.revoked = NULL;
	assert_refused(begin(), BUS_ERROR_INVALID);
}

static void what_makes_an_exemption_void_makes_this_one_void(void **state)
{
	assert_int_equal(begin(), 1);
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_GRANTED);
	scene.policy.desks[0].longest_s = 60;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_TOO_LONG);
	make_policy();
	scene.policy.n_desks = 0;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_THRESHOLD);
	make_policy();
	scene.policy.exemption_approvals_read_only = 2;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_THRESHOLD);
	make_policy();
	scene.policy.exemption_scan = SCAN_REQUIRED;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_SCAN);
	make_policy();
	scene.policy.header.not_after = NOW_S - 1;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_POLICY_ENDED);
	make_policy();
	scene.policy.has_exemption = false;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_NO_EXEMPTIONS);
	make_policy();
	scene.revoked = scene.id;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_REVOKED);
	scene.revoked = "M-00123";
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_MEDIUM_REVOKED);
	scene.revoked = NULL;
	scene.now.is_revoked_unknown = true;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_REVOCATIONS_LOST);
	scene.now.is_revoked_unknown = false;
	scene.root->header.epoch++;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_THRESHOLD);
	scene.root->header.epoch--;
	scene.now.desks = NULL;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_THRESHOLD);
	scene.now.desks = &scene.desks;
	scene.now.terminal = "desk-18";
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_TERMINAL);
	scene.now.terminal = "desk-17";
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_NONE);
	scene.now.trusted_s = NOW_S + 2 * HOUR_S;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_ENDED);
}

/* As far as a desk's name says whose it is. */
static void nobody_grants_a_request_of_his_own(void **state)
{
	struct person *person = &scene.root->persons[0];

	assert_int_equal(begin(), 1);
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_GRANTED);
	snprintf(scene.request.user, sizeof(scene.request.user), "front-desk");
	assert_refused(begin(), BUS_ERROR_INVALID);
	assert_non_null(strstr(scene.refusal.text, "desk: this desk is your own"));
	snprintf(scene.request.user, sizeof(scene.request.user), "tanaka");
	snprintf(person->id, sizeof(person->id), "front-desk");
	person->n_accounts = 0;
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_NONE);
	snprintf(person->accounts[person->n_accounts++], sizeof(person->accounts[0]), "tanaka");
	assert_refused(begin(), BUS_ERROR_INVALID);
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_OWN_REQUEST);
}

static void what_changed_since_the_challenge_is_seen_before_a_try_is_charged(void **state)
{
	assert_int_equal(begin(), 1);
	scene.revoked = "M-00123";
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_REFUSED);
	assert_string_equal(scene.refusal.error, BUS_ERROR_NOT_NOW);
	scene.revoked = NULL;
	assert_wrong("0000000000", "2");
}

static void an_exemption_ends_with_the_fiscal_year(void **state)
{
	scene.now.trusted_s = 1806504900; /* 2027-03-31T23:55:00+09:00 */
	scene.policy.header.not_after = scene.root->header.not_after = 1900000000;
	assert_int_equal(begin(), 1);
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_GRANTED);
	assert_int_equal(the_grant()->exemption->header.not_after, 1806505199);
	assert_int_equal(the_grant()->fault, EXEMPTION_FAULT_NONE);
}

static void without_a_state_that_lasts_nothing_is_approved(void **state)
{
	phone_close(scene.phone);
	assert_int_equal(phone_open(scene.state->fd, scene.keys_path, false, &scene.phone), 0);
	assert_non_null(phone_fault(scene.phone));
	assert_refused(begin(), BUS_ERROR_NOT_AVAILABLE);
}

static void damaged_attempts_close(void **state)
{
	char path[128];
	int fd;

	assert_int_equal(begin(), 1);
	snprintf(path, sizeof(path), "%s/phone/attempts", scene.state->path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "x", 1, 40), 1);
	close(fd);
	start_anew();
	assert_refused(begin(), BUS_ERROR_NOT_AVAILABLE);
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_REFUSED);
	assert_string_equal(scene.refusal.error, BUS_ERROR_NOT_AVAILABLE);
}

static void a_full_disk_lets_nobody_guess_for_free(void **state)
{
	assert_int_equal(begin(), 1);
	disk_set_fault(DISK_ERROR, 1);
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_REFUSED);
	assert_string_equal(scene.refusal.error, BUS_ERROR_NOT_STORED);
	disk_set_fault(DISK_IS_GOOD, 0);
	assert_null(grant_at(0));
	disk_set_fault(DISK_ERROR, 1);
	assert_refused(begin(), BUS_ERROR_NOT_STORED);
	disk_set_fault(DISK_IS_GOOD, 0);
}

static void without_the_desks_key_no_try_is_right(void **state)
{
	char path[160];

	assert_int_equal(begin(), 1);
	snprintf(path, sizeof(path), "%s/.desk.front-desk", scene.keys_path);
	unlink(path);
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_REFUSED);
	assert_string_equal(scene.refusal.error, BUS_ERROR_NOT_AVAILABLE);
}

static void without_desks_there_is_nobody_to_call(void **state)
{
	struct agent_phone_desk desk;

	assert_true(phone_desk_at(&scene.now, 0, &desk));
	assert_string_equal(desk.name, "front-desk");
	assert_string_equal(desk.access, "read-write");
	assert_int_equal(desk.longest_minutes, 120);
	assert_true(phone_desk_at(&scene.now, 1, &desk));
	assert_false(phone_desk_at(&scene.now, 2, &desk));
	snprintf(scene.desks.entries[0].name, DESK_NAME_MAX, "another");
	assert_true(phone_desk_at(&scene.now, 0, &desk));
	assert_string_equal(desk.name, "night-watch");
	scene.now.desks = NULL;
	assert_false(phone_desk_at(&scene.now, 0, &desk));
	assert_refused(begin(), BUS_ERROR_NOT_AVAILABLE);
}

/* --- kill -9 at each step that changes the disk --- */

static bool play_cut(unsigned step, void (*act)(const char *code), const char *code)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		disk_set_fault(DISK_CUT, step);
		act(code);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	start_anew();
	return WEXITSTATUS(status) == DISK_CUT_STATUS;
}

static void quietly_redeem(const char *code)
{
	enum phone_outcome outcome;

	(void)phone_redeem(
		scene.phone, &scene.now, "tanaka", scene.id, code, &outcome, &scene.refusal);
}

static void whoever_is_cut_off_with_a_right_code_has_it_or_types_it_again(void **state)
{
	unsigned step = 1, n_had = 0;
	bool is_cut = true;

	for (; is_cut; step++) {
		char code[PHONE_CODE_DIGITS + 1];

		remove_folder("phone");
		start_anew();
		assert_int_equal(begin(), 1);
		snprintf(code, sizeof(code), "%s", answer("front-desk"));
		is_cut = play_cut(step, quietly_redeem, code);
		if (!grant_at(0))
			assert_int_equal(redeem(code), PHONE_OUTCOME_GRANTED);
		else
			n_had++;
		assert_non_null(grant_at(0));
		assert_null(grant_at(1));
		assert_int_equal(redeem(code), PHONE_OUTCOME_REFUSED);
	}
	assert_true(step > 6 && n_had > 1);
}

/* Charged on disk before it is compared: whoever pulls the plug gains no guess. */
static void whoever_cuts_off_wrong_codes_gains_none(void **state)
{
	unsigned n_free = 0;

	assert_int_equal(begin(), 1);
	/* At the steps before the charge is durable nothing was compared. */
	for (unsigned step = 1; step <= 3; step++)
		n_free += play_cut(step, quietly_redeem, "0000000000");
	assert_int_equal(n_free, 3);
	for (int i = 0; i < PHONE_TRIES_MAX; i++)
		(void)play_cut(100, quietly_redeem, "0000000000");
	assert_int_equal(redeem(answer("front-desk")), PHONE_OUTCOME_REFUSED);
	assert_string_equal(scene.refusal.error, BUS_ERROR_LOCKED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_desks_digits_make_an_exemption_that_outlives_a_start),
		TEST(digits_count_once),
		TEST(digits_for_anything_else_are_wrong),
		TEST(another_account_types_in_vain),
		TEST(a_transposed_or_mistyped_digit_costs_no_try),
		TEST(the_fourth_try_is_refused_even_if_it_is_right),
		TEST(the_sixth_challenge_of_a_day_is_refused_with_the_time),
		TEST(at_a_shared_terminal_nobody_uses_up_the_challenges_of_others),
		TEST(what_ran_is_known_after_a_reboot_where_it_was_saved),
		TEST(what_two_must_approve_takes_two_desks),
		TEST(a_desk_gives_no_more_than_the_policy_lets_it),
		TEST(only_registered_media_are_given),
		TEST(what_makes_an_exemption_void_makes_this_one_void),
		TEST(nobody_grants_a_request_of_his_own),
		TEST(what_changed_since_the_challenge_is_seen_before_a_try_is_charged),
		TEST(an_exemption_ends_with_the_fiscal_year),
		TEST(without_a_state_that_lasts_nothing_is_approved),
		TEST(damaged_attempts_close),
		TEST(a_full_disk_lets_nobody_guess_for_free),
		TEST(without_the_desks_key_no_try_is_right),
		TEST(without_desks_there_is_nobody_to_call),
		TEST(whoever_is_cut_off_with_a_right_code_has_it_or_types_it_again),
		TEST(whoever_cuts_off_wrong_codes_gains_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
