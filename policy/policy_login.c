/* [login] of a policy: who is asked for a second factor, where, since when, and who is not. */
#include "policy/policy_sections.h"

#include <stdio.h>
#include <string.h>

#include "policy/value.h"

static const char *const second_factors[] = {
	[SECOND_FACTOR_REQUIRED] = "required",
	[SECOND_FACTOR_REHEARSE] = "rehearse",
	[SECOND_FACTOR_OFF] = "off",
};

/* Bit i of login_methods: LOGIN_METHOD_… */
static const char *const methods[] = {"totp", "hotp"};

static const struct schema_key keys[] = {
	{.key = "second-factor",
		.read = value_read_enum,
		.words = second_factors,
		.n_words = POLICY_COUNT(second_factors),
		.is_required = true,
		POLICY_FIELD(second_factor)},
	{.key = "from", .read = value_read_time, POLICY_FIELD(login_from)},
	{.key = "methods",
		.read = value_read_words,
		.words = methods,
		.n_words = POLICY_COUNT(methods),
		.is_required = true,
		POLICY_FIELD(login_methods)},
	{.key = "lock-after",
		.read = value_read_number,
		.min = LOGIN_LOCK_AFTER_MIN,
		.max = LOGIN_LOCK_AFTER_MAX,
		.is_required = true,
		POLICY_FIELD(login_lock_after)},
	{.key = "lock-for",
		.read = value_read_duration,
		.min = LOGIN_LOCK_FOR_MIN_S,
		.max = LOGIN_LOCK_FOR_MAX_S,
		POLICY_FIELD(login_lock_for_s)},
	{.key = "window",
		.read = value_read_number,
		.max = LOGIN_WINDOW_MAX,
		POLICY_FIELD(login_window)},
	{.key = "drift",
		.read = value_read_number,
		.max = LOGIN_DRIFT_MAX,
		POLICY_FIELD(login_drift)},
	{.key = "look-ahead",
		.read = value_read_number,
		.min = LOGIN_LOOK_AHEAD_MIN,
		.max = LOGIN_LOOK_AHEAD_MAX,
		POLICY_FIELD(login_look_ahead)},
};

/* A value of several words, as it is read from its beginning. */
struct words {
	const struct ini_entry *entry;
	struct problems *problems;
	const char *cursor;
	const char *word; /* the last that was taken, not ended by a NUL */
	size_t size;
};

static struct words begin(const struct ini_entry *entry, struct problems *problems)
{
	return (struct words){
		.entry = entry,
		.problems = problems,
		.cursor = entry->value,
		.word = entry->value,
	};
}

/* The next word; false, with the rest of the value in its place, where none comes. */
static bool take(struct words *words)
{
	int size = list_next(&words->cursor, &words->word);

	if (size > 0) {
		words->size = (size_t)size;
		return true;
	}
	words->word = words->cursor;
	words->size = strlen(words->cursor);
	return false;
}

static bool is_at_end(const struct words *words)
{
	return *words->cursor == '\0';
}

/* A problem about the last word; always false. */
#define word_problem(words, ...) \
	(problems_add((words)->problems, (words)->entry->line, \
		 value_column_of((words)->entry, (words)->word), (words)->word, (words)->size, \
		 __VA_ARGS__), \
		false)

/* The next word as one of known; false after a problem that says what was expected. */
static bool take_known(struct words *words, const char *const *known, size_t n_known,
	const char *expected, size_t *ret)
{
	char phrase[NEAREST_PHRASE_MAX];

	if (take(words))
		for (size_t i = 0; i < n_known; i++)
			if (strlen(known[i]) == words->size &&
				memcmp(known[i], words->word, words->size) == 0) {
				*ret = i;
				return true;
			}
	return word_problem(words, "%s%s", expected,
		value_find_near(words->word, words->size, known, n_known, phrase));
}

static bool take_name(struct words *words, bool (*is_valid)(const char *name), const char *expected,
	char ret[ACCOUNT_NAME_MAX + 1])
{
	char name[ACCOUNT_NAME_MAX + 1] = "";

	if (!take(words) || words->size > ACCOUNT_NAME_MAX)
		return word_problem(words, "%s", expected);
	memcpy(name, words->word, words->size);
	if (!is_valid(name))
		return word_problem(words, "%s", expected);
	memcpy(ret, name, sizeof(name));
	return true;
}

/* Nothing more, or a word such as "until" and a date that ends the value. */
static bool take_date(struct words *words, const char *keyword, int64_t *ret)
{
	struct ini_entry date = *words->entry;
	int64_t time_s = -1;
	char expected[64];
	size_t ignored;

	if (is_at_end(words))
		return true;
	snprintf(expected, sizeof(expected), "\"%s\" and a date, or nothing more", keyword);
	if (!take_known(words, &keyword, 1, expected, &ignored))
		return false;
	date.value = date.value + (words->cursor - words->entry->value);
	date.column = value_column_of(words->entry, words->cursor);
	value_read_time(NULL, &date, words->problems, &time_s);
	if (time_s >= 0)
		*ret = time_s;
	return time_s >= 0;
}

/* Says where a name stands twice, and is true. */
static bool is_twice(struct words *words, const char *what, unsigned line)
{
	words->word = words->entry->value;
	words->size = strcspn(words->word, " ");
	return !word_problem(words, "%s that stands nowhere else (line %u)", what, line);
}

/* The modes are the first of them, with the same numbers. */
static const char *const service_words[] = {"required", "rehearse", "off", "one-box", "two-boxes"};

/* "NAME required|rehearse|off one-box|two-boxes", of which one of the two may be absent. */
static bool parse_service(struct words *words, struct service_rule *rule)
{
	const char *expected = "one of required, rehearse, off, one-box, two-boxes";
	size_t first = 0, known = 0;

	if (!take_name(words, service_name_is_valid,
		    "a PAM service: one name of a file in /etc/pam.d, in small letters",
		    rule->name))
		return false;
	while (known <= SECOND_FACTOR_OFF) {
		if (!take_known(words, service_words + first, POLICY_COUNT(service_words) - first,
			    expected, &known))
			return false;
		known += first;
		if (known <= SECOND_FACTOR_OFF) {
			rule->has_mode = true;
			rule->mode = (enum second_factor)known;
			first = SECOND_FACTOR_OFF + 1;
			expected = "one-box or two-boxes, or nothing more";
		} else {
			rule->boxes = (enum login_boxes)(known - SECOND_FACTOR_OFF);
		}
		if (is_at_end(words))
			return true;
	}
	take(words);
	return word_problem(words, "nothing more behind the boxes");
}

/* service-1 to service-16 */
static void read_service(
	const struct ini_entry *entry, struct problems *problems, struct policy *policy)
{
	struct words words = begin(entry, problems);
	struct service_rule rule = {.line = entry->line};

	if (!parse_service(&words, &rule))
		return;
	for (size_t i = 0; i < policy->n_services; i++)
		if (strcmp(policy->services[i].name, rule.name) == 0 &&
			is_twice(&words, "a service", policy->services[i].line))
			return;
	policy->services[policy->n_services++] = rule;
}

/* group-1 to group-32: "NAME required|rehearse|off", and perhaps "from DATE". */
static void read_group(
	const struct ini_entry *entry, struct problems *problems, struct policy *policy)
{
	struct words words = begin(entry, problems);
	struct group_rule rule = {.from = LOGIN_ALWAYS, .line = entry->line};
	size_t mode;

	if (!take_name(&words, account_name_is_valid,
		    "one group's name: a-z 0-9 - _, at most 32 letters", rule.name) ||
		!take_known(&words, second_factors, POLICY_COUNT(second_factors),
			"one of required, rehearse, off", &mode) ||
		!take_date(&words, "from", &rule.from))
		return;
	rule.mode = (enum second_factor)mode;
	for (size_t i = 0; i < policy->n_groups; i++)
		if (strcmp(policy->groups[i].name, rule.name) == 0 &&
			is_twice(&words, "a group", policy->groups[i].line))
			return;
	policy->groups[policy->n_groups++] = rule;
}

/* exempt-1 to exempt-16: "NAME", and perhaps "until DATE". */
static void read_exempt(
	const struct ini_entry *entry, struct problems *problems, struct policy *policy)
{
	struct words words = begin(entry, problems);
	struct exempt_account account = {.until = LOGIN_NO_END, .line = entry->line};

	if (!take_name(&words, account_name_is_valid,
		    "one account's name: a-z 0-9 - _, at most 32 letters", account.name) ||
		!take_date(&words, "until", &account.until))
		return;
	for (size_t i = 0; i < policy->n_exempt; i++)
		if (strcmp(policy->exempt[i].name, account.name) == 0 &&
			is_twice(&words, "an account", policy->exempt[i].line))
			return;
	policy->exempt[policy->n_exempt++] = account;
}

static const struct {
	const char *prefix, *first;
	unsigned max;
	void (*read)(
		const struct ini_entry *entry, struct problems *problems, struct policy *policy);
} lists[] = {
	{"service-", "service-1", POLICY_LOGIN_SERVICES_MAX, read_service},
	{"group-", "group-1", POLICY_LOGIN_GROUPS_MAX, read_group},
	{"exempt-", "exempt-1", POLICY_EXEMPT_ACCOUNTS_MAX, read_exempt},
};

static bool read_other(const struct ini_entry *entry, struct problems *problems, void *document)
{
	for (size_t i = 0; i < POLICY_COUNT(lists); i++) {
		if (numbered_key_parse(entry->key, lists[i].prefix, lists[i].max) < 0)
			continue;
		lists[i].read(entry, problems, document);
		return true;
	}
	return false;
}

/* Whose letters are right has the wrong number, and is helped by the ranges alone. */
static void offer_other(struct nearest *nearest)
{
	for (size_t i = 0; i < POLICY_COUNT(lists); i++)
		if (strncmp(nearest->word, lists[i].prefix, strlen(lists[i].prefix)) != 0)
			nearest_offer(nearest, lists[i].first);
}

const struct schema_section policy_login_section = {.type = "login",
	.keys = keys,
	.n_keys = POLICY_COUNT(keys),
	.read_other = read_other,
	.other_keys = "service-1 to service-16 group-1 to group-32 exempt-1 to exempt-16",
	.offer_other = offer_other,
	.is_there_at = offsetof(struct policy, has_login)};
