/* Whom the policy asks for a code, and that its rules reach the helper as they are or not at all.
 */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/checksum.h"
#include "policy/login_rules.h"

#define NOW 1775000000

static const struct login_rules full = {
	.policy_serial = 0x0102030405060708,
	.mode = SECOND_FACTOR_REHEARSE,
	.from_s = NOW - 100,
	.rehearse_until_s = NOW - 50,
	.methods = LOGIN_METHOD_HOTP,
	.lock_after = 7,
	.lock_for_s = 900,
	.window = 2,
	.drift = 120,
	.look_ahead = 50,
	.search = 1000,
	.services = {{.name = "sddm", .boxes = LOGIN_TWO_BOXES},
		{.name = "sudo", .has_mode = true, .mode = SECOND_FACTOR_OFF},
		{.name = "sshd",
			.has_mode = true,
			.mode = SECOND_FACTOR_REQUIRED,
			.boxes = LOGIN_ONE_BOX}},
	.n_services = 3,
	.groups = {{.name = "kaikei", .mode = SECOND_FACTOR_REQUIRED, .from_s = LOGIN_ALWAYS},
		{.name = "jinji", .mode = SECOND_FACTOR_OFF, .from_s = NOW + 100},
		{.name = "soumu", .mode = SECOND_FACTOR_OFF, .from_s = NOW}},
	.n_groups = 3,
	.exempt = {{.name = "kinkyu", .until_s = LOGIN_NO_END},
		{.name = "hosyu", .until_s = NOW + 10}},
	.n_exempt = 2,
};

static void assert_same(const struct login_rules *a, const struct login_rules *b)
{
	uint8_t bytes[2][LOGIN_RULES_SIZE];

	login_rules_encode(a, bytes[0]);
	login_rules_encode(b, bytes[1]);
	assert_memory_equal(bytes[0], bytes[1], LOGIN_RULES_SIZE);
}

static void set_checksum(uint8_t bytes[LOGIN_RULES_SIZE])
{
	uint32_t sum = checksum(bytes + 8, LOGIN_RULES_SIZE - 8);

	for (int i = 0; i < 4; i++)
		bytes[4 + i] = (uint8_t)(sum >> 8 * i);
}

static void what_is_written_reads_back(void **state)
{
	uint8_t bytes[LOGIN_RULES_SIZE];
	struct login_rules back;

	login_rules_encode(&full, bytes);
	assert_int_equal(login_rules_decode(bytes, sizeof(bytes), &back), 0);
	assert_true(back.policy_serial == full.policy_serial);
	assert_int_equal(back.mode, full.mode);
	assert_true(back.from_s == full.from_s);
	assert_true(back.rehearse_until_s == full.rehearse_until_s);
	assert_int_equal(back.methods, full.methods);
	assert_int_equal(back.lock_after, full.lock_after);
	assert_int_equal(back.lock_for_s, full.lock_for_s);
	assert_int_equal(back.window, full.window);
	assert_int_equal(back.drift, full.drift);
	assert_int_equal(back.look_ahead, full.look_ahead);
	assert_int_equal(back.search, full.search);
	assert_int_equal(back.n_services, 3);
	assert_int_equal(back.n_groups, 3);
	assert_int_equal(back.n_exempt, 2);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(back.services[i].name, full.services[i].name);
		assert_int_equal(back.services[i].has_mode, full.services[i].has_mode);
		assert_int_equal(back.services[i].mode, full.services[i].mode);
		assert_int_equal(back.services[i].boxes, full.services[i].boxes);
		assert_string_equal(back.groups[i].name, full.groups[i].name);
		assert_int_equal(back.groups[i].mode, full.groups[i].mode);
		assert_true(back.groups[i].from_s == full.groups[i].from_s);
	}
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(back.exempt[i].name, full.exempt[i].name);
		assert_true(back.exempt[i].until_s == full.exempt[i].until_s);
	}
}

static void the_strict_rules_and_the_fullest_read_back(void **state)
{
	uint8_t bytes[LOGIN_RULES_SIZE];
	struct login_rules strict, fullest, back;

	login_rules_strict(&strict);
	login_rules_encode(&strict, bytes);
	assert_int_equal(login_rules_decode(bytes, sizeof(bytes), &back), 0);
	assert_same(&back, &strict);
	fullest = full;
	fullest.n_services = POLICY_LOGIN_SERVICES_MAX;
	fullest.n_groups = POLICY_LOGIN_GROUPS_MAX;
	fullest.n_exempt = POLICY_EXEMPT_ACCOUNTS_MAX;
	for (int i = 0; i < POLICY_LOGIN_GROUPS_MAX; i++) {
		snprintf(fullest.groups[i].name, LOGIN_NAME_SIZE, "%032d", i);
		fullest.groups[i].name[0] = 'a';
	}
	for (int i = 0; i < POLICY_LOGIN_SERVICES_MAX; i++) {
		memcpy(fullest.services[i].name, fullest.groups[i].name, LOGIN_NAME_SIZE);
		memcpy(fullest.exempt[i].name, fullest.groups[i].name, LOGIN_NAME_SIZE);
		fullest.services[i].boxes = LOGIN_ONE_BOX;
	}
	login_rules_encode(&fullest, bytes);
	assert_int_equal(login_rules_decode(bytes, sizeof(bytes), &back), 0);
	assert_same(&back, &fullest);
}

/* Format 1: after an upgrade the helper reads what the version before wrote. */
static void the_bytes_are_those_of_format_1(void **state)
{
	/* Its checksum stands for all that follows. */
	static const uint8_t start[] = {
		'S', 'K', 'L', 1, 0xd4, 0x84, 0xbb, 0x67, 8, 7, 6, 5, 4, 3, 2, 1};
	uint8_t bytes[LOGIN_RULES_SIZE];

	login_rules_encode(&full, bytes);
	assert_memory_equal(bytes, start, sizeof(start));
	assert_int_equal(checksum(bytes + 8, sizeof(bytes) - 8), 0x67bb84d4);
}

static void every_bit_that_flips_is_seen(void **state)
{
	uint8_t bytes[LOGIN_RULES_SIZE];
	struct login_rules back = {.search = 77};

	login_rules_encode(&full, bytes);
	for (size_t i = 0; i < LOGIN_RULES_SIZE; i++) {
		for (int bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1 << bit);
			if (login_rules_decode(bytes, sizeof(bytes), &back) != -EBADMSG)
				fail_msg("bit %d of byte %zu", bit, i);
			bytes[i] ^= (uint8_t)(1 << bit);
		}
	}
	assert_int_equal(back.search, 77);
}

/* The checksum keeps nobody from writing: no byte may be there that says nothing. */
static void every_byte_means_something_or_is_zero(void **state)
{
	uint8_t bytes[LOGIN_RULES_SIZE], again[LOGIN_RULES_SIZE];
	struct login_rules back;
	size_t n_refused = 0;

	login_rules_encode(&full, bytes);
	for (size_t i = 8; i < LOGIN_RULES_SIZE; i++) {
		bytes[i] ^= 1;
		set_checksum(bytes);
		if (login_rules_decode(bytes, sizeof(bytes), &back) == 0) {
			login_rules_encode(&back, again);
			assert_memory_equal(again, bytes, LOGIN_RULES_SIZE);
		} else {
			n_refused++;
		}
		bytes[i] ^= 1;
	}
	/* What may be other by one: numbers, dates, some letters of names. */
	assert_true(n_refused > LOGIN_RULES_SIZE - 150);
}

static void only_the_whole_file_is_read(void **state)
{
	uint8_t bytes[LOGIN_RULES_SIZE + 1] = {0};
	struct login_rules back;

	login_rules_encode(&full, bytes);
	assert_int_equal(login_rules_decode(bytes, LOGIN_RULES_SIZE - 1, &back), -EBADMSG);
	assert_int_equal(login_rules_decode(bytes, LOGIN_RULES_SIZE + 1, &back), -EBADMSG);
	assert_int_equal(login_rules_decode(bytes, 0, &back), -EBADMSG);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(login_rules_decode(bytes, LOGIN_RULES_SIZE, &back), -EBADMSG);
	set_checksum(bytes);
	assert_int_equal(login_rules_decode(bytes, LOGIN_RULES_SIZE, &back), -EBADMSG);
}

/* Places of the file of format 1. */
#define SERVICE(i) (64 + (i)*40)
#define GROUP(i)   (704 + (i)*48)
#define EXEMPT(i)  (2240 + (i)*48)
#define REST       3008

/* One field of the full rules set to another value, with a right checksum. */
static const struct {
	const char *name;
	size_t at, size;
	int64_t value;
	int expected;
} fields[] = {
	{"magic", 3, 1, 2, -EBADMSG},
	{"serial 0", 8, 8, 0, 0},
	{"from always", 16, 8, LOGIN_ALWAYS, 0},
	{"from 1970", 16, 8, 0, 0},
	{"from before 1970", 16, 8, -1, -EBADMSG},
	{"from 9999", 16, 8, 253402300799, 0},
	{"from 10000", 16, 8, 253402300800, -EBADMSG},
	{"rehearsed until 9999", 24, 8, 253402300799, 0},
	{"rehearsed until 10000", 24, 8, 253402300800, -EBADMSG},
	{"locked for a minute", 32, 4, 60, 0},
	{"locked for less", 32, 4, 59, -EBADMSG},
	{"locked for a day", 32, 4, 86400, 0},
	{"locked for more", 32, 4, 86401, -EBADMSG},
	{"lock after 3", 36, 2, 3, 0},
	{"lock after 2", 36, 2, 2, -EBADMSG},
	{"lock after 20", 36, 2, 20, 0},
	{"lock after 21", 36, 2, 21, -EBADMSG},
	{"window 20", 38, 2, 20, 0},
	{"window 21", 38, 2, 21, -EBADMSG},
	{"drift 120", 40, 2, 120, 0},
	{"drift 121", 40, 2, 121, -EBADMSG},
	{"look-ahead 1", 42, 2, 1, 0},
	{"look-ahead 0", 42, 2, 0, -EBADMSG},
	{"look-ahead 50", 42, 2, 50, 0},
	{"look-ahead 51", 42, 2, 51, -EBADMSG},
	{"search 1000", 44, 2, 1000, 0},
	{"search 1001", 44, 2, 1001, -EBADMSG},
	{"mode off", 46, 1, 2, 0},
	{"mode 3", 46, 1, 3, -EBADMSG},
	{"both methods", 47, 1, 3, 0},
	{"no method", 47, 1, 0, -EBADMSG},
	{"a third method", 47, 1, 4, -EBADMSG},
	{"a service too few", 48, 1, 2, -EBADMSG},
	{"a service too many", 48, 1, 4, -EBADMSG},
	{"17 services", 48, 1, 17, -EBADMSG},
	{"a group too few", 49, 1, 2, -EBADMSG},
	{"a group too many", 49, 1, 4, -EBADMSG},
	{"33 groups", 49, 1, 33, -EBADMSG},
	{"an account too few", 50, 1, 1, -EBADMSG},
	{"an account too many", 50, 1, 3, -EBADMSG},
	{"17 accounts", 50, 1, 17, -EBADMSG},
	{"a byte between", 51, 1, 1, -EBADMSG},
	{"a byte before the services", 63, 1, 1, -EBADMSG},
	{"another service", SERVICE(0), 1, 'x', 0},
	{"a path", SERVICE(0), 1, '/', -EBADMSG},
	{"no service", SERVICE(0), 1, 0, -EBADMSG},
	{"a service twice", SERVICE(2), 5, 0x6d646473, -EBADMSG}, /* sddm */
	{"behind its name", SERVICE(0) + 32, 1, 'x', -EBADMSG},
	{"a mode of a service", SERVICE(1) + 34, 1, 1, 0},
	{"no mode of a service", SERVICE(1) + 34, 1, 3, -EBADMSG},
	{"a mode that is not there", SERVICE(0) + 34, 1, 2, -EBADMSG},
	{"there or not", SERVICE(1) + 33, 1, 2, -EBADMSG},
	{"one box", SERVICE(0) + 35, 1, 1, 0},
	{"three boxes", SERVICE(0) + 35, 1, 3, -EBADMSG},
	{"a service that says nothing", SERVICE(0) + 35, 1, 0, -EBADMSG},
	{"behind a service", SERVICE(0) + 36, 1, 1, -EBADMSG},
	{"a service that is not counted", SERVICE(3), 1, 'x', -EBADMSG},
	{"another group", GROUP(0), 1, 'x', 0},
	{"a digit first", GROUP(0), 1, '1', -EBADMSG},
	{"a group twice", GROUP(1), 6, 0x756d756f73, -EBADMSG}, /* soumu */
	{"a mode of a group", GROUP(1) + 33, 1, 0, 0},
	{"no mode of a group", GROUP(1) + 33, 1, 3, -EBADMSG},
	{"behind a mode", GROUP(1) + 34, 1, 1, -EBADMSG},
	{"a group from 9999", GROUP(1) + 40, 8, 253402300799, 0},
	{"a group from 10000", GROUP(1) + 40, 8, 253402300800, -EBADMSG},
	{"a group without end", GROUP(1) + 40, 8, LOGIN_NO_END, -EBADMSG},
	{"another account", EXEMPT(0), 1, 'x', 0},
	{"a large letter", EXEMPT(0), 1, 'X', -EBADMSG},
	{"an account twice", EXEMPT(1), 7, 0x75796b6e696b, -EBADMSG}, /* kinkyu */
	{"behind an account", EXEMPT(0) + 33, 1, 1, -EBADMSG},
	{"exempt until 9999", EXEMPT(0) + 40, 8, 253402300799, 0},
	{"exempt until 10000", EXEMPT(0) + 40, 8, 253402300800, -EBADMSG},
	{"exempt always", EXEMPT(0) + 40, 8, LOGIN_ALWAYS, -EBADMSG},
	{"the first byte of the rest", REST, 1, 1, -EBADMSG},
	{"the last byte", LOGIN_RULES_SIZE - 1, 1, 1, -EBADMSG},
};

static void only_what_a_policy_can_give_is_read(void **state)
{
	uint8_t bytes[LOGIN_RULES_SIZE];
	struct login_rules back;

	for (size_t i = 0; i < COUNT(fields); i++) {
		login_rules_encode(&full, bytes);
		for (size_t k = 0; k < fields[i].size; k++)
			bytes[fields[i].at + k] = (uint8_t)((uint64_t)fields[i].value >> 8 * k);
		set_checksum(bytes);
		if (login_rules_decode(bytes, sizeof(bytes), &back) != fields[i].expected)
			fail_msg("%s", fields[i].name);
	}
}

static void a_name_without_an_end_is_refused(void **state)
{
	static const size_t names[] = {SERVICE(0), GROUP(0), EXEMPT(0)};
	uint8_t bytes[LOGIN_RULES_SIZE];
	struct login_rules back;

	for (size_t i = 0; i < COUNT(names); i++) {
		login_rules_encode(&full, bytes);
		memset(bytes + names[i], 'a', LOGIN_NAME_SIZE - 1);
		set_checksum(bytes);
		assert_int_equal(login_rules_decode(bytes, sizeof(bytes), &back), 0);
		bytes[names[i] + LOGIN_NAME_SIZE - 1] = 'a';
		set_checksum(bytes);
		assert_int_equal(login_rules_decode(bytes, sizeof(bytes), &back), -EBADMSG);
	}
}

/* --- who is asked ------------------------------------------------------------------------- */

#define REQUIRED SECOND_FACTOR_REQUIRED
#define REHEARSE SECOND_FACTOR_REHEARSE
#define OFF      SECOND_FACTOR_OFF

/* Everybody is asked, but: */
static const struct login_rules ruled = {
	.mode = REQUIRED,
	.from_s = NOW,
	.rehearse_until_s = LOGIN_ALWAYS,
	.services = {{.name = "sudo", .has_mode = true, .mode = OFF},
		{.name = "sshd", .has_mode = true, .mode = REQUIRED, .boxes = LOGIN_ONE_BOX},
		{.name = "sddm", .boxes = LOGIN_TWO_BOXES},
		{.name = "login", .boxes = LOGIN_ONE_BOX}},
	.n_services = 4,
	.groups = {{.name = "soft", .mode = OFF, .from_s = LOGIN_ALWAYS},
		{.name = "watched", .mode = REHEARSE, .from_s = LOGIN_ALWAYS},
		{.name = "later", .mode = REQUIRED, .from_s = NOW + 100},
		{.name = "hard", .mode = REQUIRED, .from_s = LOGIN_ALWAYS}},
	.n_groups = 4,
	.exempt = {{.name = "kinkyu", .until_s = LOGIN_NO_END},
		{.name = "hosyu", .until_s = NOW + 100}},
	.n_exempt = 2,
};

static const struct {
	const char *name, *service, *user;
	const char *groups[3]; /* up to NULL */
	int64_t now_s;
	enum second_factor mode;
	enum login_source source;
} logins[] = {
	{"the default", "gdm", "abe", {0}, NOW, REQUIRED, LOGIN_BY_DEFAULT},
	{"a group nobody names", "gdm", "abe", {"abe", "video"}, NOW, REQUIRED, LOGIN_BY_DEFAULT},
	{"a second before the date", "gdm", "abe", {0}, NOW - 1, OFF, LOGIN_BY_DATE},
	{"a service before the date", "sshd", "abe", {0}, NOW - 1, OFF, LOGIN_BY_DATE},
	{"a group before the date", "gdm", "abe", {"hard"}, NOW - 1, OFF, LOGIN_BY_DATE},
	{"exempt before the date", "gdm", "kinkyu", {0}, NOW - 1, OFF, LOGIN_BY_EXEMPTION},
	{"exempt for ever", "gdm", "kinkyu", {0}, INT64_MAX - 1, OFF, LOGIN_BY_EXEMPTION},
	{"exempt where it is required", "sshd", "kinkyu", {"hard"}, NOW, OFF, LOGIN_BY_EXEMPTION},
	{"exempt for a second more", "gdm", "hosyu", {0}, NOW + 99, OFF, LOGIN_BY_EXEMPTION},
	{"exempt no more", "gdm", "hosyu", {0}, NOW + 100, REQUIRED, LOGIN_BY_DEFAULT},
	{"nearly that name", "gdm", "kinky", {0}, NOW, REQUIRED, LOGIN_BY_DEFAULT},
	{"with more of a name", "gdm", "kinkyu2", {0}, NOW, REQUIRED, LOGIN_BY_DEFAULT},
	{"in capitals", "gdm", "Kinkyu", {0}, NOW, REQUIRED, LOGIN_BY_DEFAULT},
	{"no name", "gdm", "", {0}, NOW, REQUIRED, LOGIN_BY_DEFAULT},
	{"a service that is off", "sudo", "abe", {0}, NOW, OFF, LOGIN_BY_SERVICE},
	{"a service before a group", "sudo", "abe", {"hard"}, NOW, OFF, LOGIN_BY_SERVICE},
	{"and the other way round", "sshd", "abe", {"soft"}, NOW, REQUIRED, LOGIN_BY_SERVICE},
	{"a service that only says boxes", "sddm", "abe", {"soft"}, NOW, OFF, LOGIN_BY_GROUP},
	{"nearly that service", "sudo-i", "abe", {0}, NOW, REQUIRED, LOGIN_BY_DEFAULT},
	{"a group that is off", "gdm", "abe", {"x", "soft"}, NOW, OFF, LOGIN_BY_GROUP},
	{"of two the stricter", "gdm", "abe", {"soft", "watched"}, NOW, REHEARSE, LOGIN_BY_GROUP},
	{"in any order", "gdm", "abe", {"watched", "soft"}, NOW, REHEARSE, LOGIN_BY_GROUP},
	{"of three the strictest", "gdm", "abe", {"hard", "watched", "soft"}, NOW, REQUIRED,
		LOGIN_BY_GROUP},
	{"a group that is not there yet", "gdm", "abe", {"soft", "later"}, NOW + 99, OFF,
		LOGIN_BY_GROUP},
	{"a group that is there now", "gdm", "abe", {"soft", "later"}, NOW + 100, REQUIRED,
		LOGIN_BY_GROUP},
	{"only one that is not there yet", "gdm", "abe", {"later"}, NOW, REQUIRED,
		LOGIN_BY_DEFAULT},
};

static size_t count_groups(const char *const groups[3])
{
	size_t count = 0;

	while (count < 3 && groups[count])
		count++;
	return count;
}

static void who_is_asked_follows_from_account_date_service_and_group(void **state)
{
	struct login_decision decision;

	for (size_t i = 0; i < COUNT(logins); i++) {
		login_rules_decide(&ruled, logins[i].service, logins[i].user, logins[i].groups,
			count_groups(logins[i].groups), logins[i].now_s, &decision);
		if (decision.mode != logins[i].mode || decision.source != logins[i].source)
			fail_msg("%s: mode %u by %u", logins[i].name, decision.mode,
				decision.source);
	}
}

static void a_policy_that_is_a_rehearsal_asks_nobody_until_it_ends(void **state)
{
	static const struct {
		const char *service, *user;
		enum second_factor before, after;
	} rows[] = {
		{"gdm", "abe", REHEARSE, REQUIRED},
		{"sshd", "abe", REHEARSE, REQUIRED},
		{"sudo", "abe", OFF, OFF},
		{"gdm", "kinkyu", OFF, OFF},
	};
	struct login_rules rules = ruled;
	struct login_decision decision;

	rules.rehearse_until_s = NOW + 100;
	for (size_t i = 0; i < COUNT(rows); i++) {
		login_rules_decide(
			&rules, rows[i].service, rows[i].user, NULL, 0, NOW + 99, &decision);
		assert_int_equal(decision.mode, rows[i].before);
		login_rules_decide(
			&rules, rows[i].service, rows[i].user, NULL, 0, NOW + 100, &decision);
		assert_int_equal(decision.mode, rows[i].after);
	}
}

static void a_service_has_its_boxes_whoever_comes(void **state)
{
	static const struct {
		const char *service;
		enum login_boxes boxes;
	} rows[] = {
		{"gdm-password", LOGIN_TWO_BOXES},
		{"swaylock", LOGIN_ONE_BOX},
		{"i3lock", LOGIN_ONE_BOX},
		{"kde", LOGIN_ONE_BOX},
		{"mate-screensaver", LOGIN_ONE_BOX},
		{"xrdp-sesman", LOGIN_ONE_BOX},
		{"xscreensaver", LOGIN_TWO_BOXES},
		{"sudo", LOGIN_TWO_BOXES},
		{"su", LOGIN_TWO_BOXES},
		{"sddm", LOGIN_TWO_BOXES}, /* by policy */
		{"sshd", LOGIN_ONE_BOX},
		{"login", LOGIN_ONE_BOX},
		{"", LOGIN_TWO_BOXES},
	};
	static const char *const users[] = {"abe", "kinkyu"};
	struct login_decision decision;

	for (size_t i = 0; i < COUNT(rows) * COUNT(users); i++) {
		login_rules_decide(
			&ruled, rows[i / 2].service, users[i % 2], NULL, 0, NOW, &decision);
		if (decision.boxes != rows[i / 2].boxes)
			fail_msg("%s", rows[i / 2].service);
	}
	login_rules_decide(&(struct login_rules){}, "sddm", "abe", NULL, 0, NOW, &decision);
	assert_int_equal(decision.boxes, LOGIN_ONE_BOX);
}

static void strict_and_zeroed_rules_ask_everybody_at_any_time(void **state)
{
	static const int64_t times[] = {INT64_MIN, -1, 0, NOW, INT64_MAX};
	static const char *const groups[] = {"soft"};
	struct login_rules rules[2] = {{0}};
	struct login_decision decision;

	login_rules_strict(&rules[0]);
	for (size_t i = 0; i < 2 * COUNT(times); i++) {
		login_rules_decide(
			&rules[i % 2], "sudo", "kinkyu", groups, 1, times[i / 2], &decision);
		assert_int_equal(decision.mode, REQUIRED);
		assert_int_equal(decision.source, LOGIN_BY_DEFAULT);
	}
}

/* --- from a policy ------------------------------------------------------------------------ */

static void a_policy_without_login_asks_nobody(void **state)
{
	struct policy policy = {.header.serial = 42, .second_factor = REQUIRED, .n_exempt = 1};
	struct login_rules rules;
	uint8_t bytes[LOGIN_RULES_SIZE];

	login_rules_from_policy(&policy, &rules);
	assert_int_equal(rules.mode, OFF);
	assert_int_equal(rules.n_exempt, 0);
	assert_int_equal(rules.policy_serial, 42);
	login_rules_encode(&rules, bytes);
	assert_int_equal(login_rules_decode(bytes, sizeof(bytes), &rules), 0);
}

static struct policy make_policy(void)
{
	return (struct policy){
		.header.serial = full.policy_serial,
		.mode = POLICY_REHEARSE,
		.until = full.rehearse_until_s,
		.has_login = true,
		.second_factor = full.mode,
		.login_from = full.from_s,
		.login_methods = full.methods,
		.login_lock_after = (uint8_t)full.lock_after,
		.login_lock_for_s = full.lock_for_s,
		.login_window = (uint8_t)full.window,
		.login_drift = (uint8_t)full.drift,
		.login_look_ahead = (uint8_t)full.look_ahead,
		.services = {{.name = "sddm", .boxes = LOGIN_TWO_BOXES},
			{.name = "sudo", .has_mode = true, .mode = OFF},
			{.name = "sshd", .has_mode = true, .boxes = LOGIN_ONE_BOX}},
		.n_services = 3,
		.groups = {{.name = "kaikei", .from = LOGIN_ALWAYS},
			{.name = "jinji", .mode = OFF, .from = NOW + 100},
			{.name = "soumu", .mode = OFF, .from = NOW}},
		.n_groups = 3,
		.exempt = {{.name = "kinkyu", .until = LOGIN_NO_END},
			{.name = "hosyu", .until = NOW + 10}},
		.n_exempt = 2,
	};
}

static void all_that_a_policy_says_of_logins_is_among_its_rules(void **state)
{
	struct policy policy = make_policy();
	struct login_rules rules, wished = full;

	login_rules_from_policy(&policy, &rules);
	wished.search = rules.search;
	assert_same(&rules, &wished);
	policy.mode = POLICY_ENFORCE;
	policy.until = 0;
	login_rules_from_policy(&policy, &rules);
	assert_true(rules.rehearse_until_s == LOGIN_ALWAYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(the_strict_rules_and_the_fullest_read_back),
		cmocka_unit_test(the_bytes_are_those_of_format_1),
		cmocka_unit_test(every_bit_that_flips_is_seen),
		cmocka_unit_test(every_byte_means_something_or_is_zero),
		cmocka_unit_test(only_the_whole_file_is_read),
		cmocka_unit_test(only_what_a_policy_can_give_is_read),
		cmocka_unit_test(a_name_without_an_end_is_refused),
		cmocka_unit_test(who_is_asked_follows_from_account_date_service_and_group),
		cmocka_unit_test(a_policy_that_is_a_rehearsal_asks_nobody_until_it_ends),
		cmocka_unit_test(a_service_has_its_boxes_whoever_comes),
		cmocka_unit_test(strict_and_zeroed_rules_ask_everybody_at_any_time),
		cmocka_unit_test(a_policy_without_login_asks_nobody),
		cmocka_unit_test(all_that_a_policy_says_of_logins_is_among_its_rules),
	};

	return cmocka_run_group_tests_name("login_rules", tests, NULL, NULL);
}
