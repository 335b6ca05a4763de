#include "policy/admin/diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/timestamp.h"
#include "policy/value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS(...) \
	.words = (const char *const[]) \
	{ \
		__VA_ARGS__ \
	}
#define VALUE(member)  .offset = offsetof(struct policy, member)
#define HEADER(member) .offset = offsetof(struct document_header, member)
#define OF(member)     .has_offset = offsetof(struct policy, member)
#define TEXT_MAX       160

enum setting_type {
	SETTING_BYTE,
	SETTING_U32,
	SETTING_U64,
	SETTING_TEXT,
	SETTING_TIME,
	SETTING_DURATION,
	SETTING_WORD,
	SETTING_SWITCH
};

struct setting {
	const char *name;
	enum setting_type type;
	size_t offset;     /* in struct policy */
	size_t has_offset; /* of the bool that says whether the section is there; 0: always */
	const char *const *words; /* by value */
	const char *zero;         /* how 0 is called */
};

static const struct setting header_settings[] = {
	{"site", SETTING_TEXT, HEADER(site)},
	{"tier", SETTING_TEXT, HEADER(tier)},
	{"epoch", SETTING_U32, HEADER(epoch)},
	{"serial", SETTING_U64, HEADER(serial)},
	{"issued", SETTING_TIME, HEADER(issued)},
	{"valid from", SETTING_TIME, HEADER(not_before)},
};

/* What has a default where its section is missing is always there. */
static const struct setting policy_settings[] = {
	{"tier-name", SETTING_TEXT, VALUE(tier_name)},
	{"contact", SETTING_TEXT, VALUE(contact)},
	{"mode", SETTING_WORD, VALUE(mode), WORDS("enforce", "rehearse")},
	{"until", SETTING_TIME, VALUE(until), .zero = "nothing"},
	{"max-age", SETTING_DURATION, VALUE(max_age_s), .zero = "none"},
	{"rings", SETTING_BYTE, VALUE(ring)},
	{"percent", SETTING_BYTE, VALUE(percent)},
	{"[medium] show", SETTING_WORD, VALUE(show), WORDS("mount", "import")},
	{"[medium] scan", SETTING_WORD, VALUE(medium_scan), WORDS("required", "off")},
	{"[medium] scan-data-max-age", SETTING_DURATION, VALUE(scan_data_max_age_s)},
	{"[exemption] longest", SETTING_DURATION, VALUE(exemption_longest_s), OF(has_exemption)},
	{"[exemption] approvals-read-only", SETTING_BYTE, VALUE(exemption_approvals_read_only),
		OF(has_exemption)},
	{"[exemption] approvals-read-write", SETTING_BYTE, VALUE(exemption_approvals_read_write),
		OF(has_exemption)},
	{"[exemption] scan", SETTING_WORD, VALUE(exemption_scan), OF(has_exemption),
		WORDS("required", "off")},
	{"[exemption] online", SETTING_SWITCH, VALUE(exemption_needs_online), OF(has_exemption),
		WORDS("off", "required")},
	{"[exemption] lease", SETTING_DURATION, VALUE(exemption_lease_s), OF(has_exemption)},
	{"[login] second-factor", SETTING_WORD, VALUE(second_factor), OF(has_login),
		WORDS("required", "rehearse", "off")},
	{"[login] methods", SETTING_WORD, VALUE(login_methods), OF(has_login),
		WORDS("none", "totp", "hotp", "totp hotp")},
	{"[login] lock-after", SETTING_BYTE, VALUE(login_lock_after), OF(has_login)},
	{"[login] lock-for", SETTING_DURATION, VALUE(login_lock_for_s), OF(has_login)},
	{"[login] from", SETTING_TIME, VALUE(login_from), OF(has_login)},
	{"[login] window", SETTING_BYTE, VALUE(login_window), OF(has_login)},
	{"[login] drift", SETTING_BYTE, VALUE(login_drift), OF(has_login)},
	{"[login] look-ahead", SETTING_BYTE, VALUE(login_look_ahead), OF(has_login)},
	{"[network] isolation", SETTING_WORD, VALUE(isolation), OF(has_network),
		WORDS("enforce", "off")},
	{"[records] keep", SETTING_DURATION, VALUE(records_keep_s)},
	{"[records] syslog", SETTING_SWITCH, VALUE(records_to_syslog), WORDS("off", "on")},
};

static void format_number(const struct setting *setting, const void *at, char *text)
{
	char duration[DURATION_TEXT_MAX];
	uint64_t number = 0;
	unsigned word;
	uint32_t value;

	if (setting->type == SETTING_BYTE) {
		number = *(const uint8_t *)at;
	} else if (setting->type == SETTING_U64) {
		memcpy(&number, at, sizeof(number));
	} else if (setting->type == SETTING_WORD) {
		memcpy(&word, at, sizeof(word));
		snprintf(text, TEXT_MAX, "%s", setting->words[word]);
		return;
	} else if (setting->type == SETTING_SWITCH) {
		snprintf(text, TEXT_MAX, "%s", setting->words[*(const bool *)at]);
		return;
	} else {
		memcpy(&value, at, sizeof(value));
		number = value;
	}
	if (number == 0 && setting->zero)
		snprintf(text, TEXT_MAX, "%s", setting->zero);
	else if (setting->type == SETTING_DURATION)
		snprintf(text, TEXT_MAX, "%s", duration_format(number, duration));
	else
		snprintf(text, TEXT_MAX, "%" PRIu64, number);
}

static void format_time(const struct setting *setting, const void *at, char *text)
{
	char time[TIMESTAMP_SIZE];
	int64_t value;

	memcpy(&value, at, sizeof(value));
	timestamp_format(value, JAPAN_MINUTES, time);
	if (value == LOGIN_ALWAYS)
		snprintf(text, TEXT_MAX, "nothing");
	else
		snprintf(text, TEXT_MAX, "%s", value == 0 && setting->zero ? setting->zero : time);
}

/* A value in words. */
static void format(const struct setting *setting, const void *base, char text[TEXT_MAX])
{
	const char *at = (const char *)base + setting->offset;
	const bool *has = (const bool *)((const char *)base + setting->has_offset);

	if (setting->has_offset != 0 && !*has)
		snprintf(text, TEXT_MAX, "nothing");
	else if (setting->type == SETTING_TEXT)
		snprintf(text, TEXT_MAX, "%s", at[0] != '\0' ? at : "nothing");
	else if (setting->type == SETTING_TIME)
		format_time(setting, at, text);
	else
		format_number(setting, at, text);
}

static size_t diff_table(
	const struct setting *settings, size_t n_settings, const void *old, const void *new)
{
	size_t differences = 0;

	for (size_t i = 0; i < n_settings; i++) {
		char before[TEXT_MAX], after[TEXT_MAX];

		format(&settings[i], old, before);
		format(&settings[i], new, after);
		if (strcmp(before, after) == 0)
			continue;
		printf("%s: %s → %s\n", settings[i].name, before, after);
		differences++;
	}
	return differences;
}

/* "valid until …: 12 months longer" */
static size_t diff_end(const struct document_header *old, const struct document_header *new)
{
	int64_t change_s = new->not_after - old->not_after;
	int64_t days = (change_s < 0 ? -change_s : change_s) / DAY_S;
	const char *direction = change_s < 0 ? "shorter" : "longer";
	char until[TIMESTAMP_SIZE];

	if (change_s == 0)
		return 0;
	timestamp_format(new->not_after, JAPAN_MINUTES, until);
	printf("valid until %s: ", until);
	if (days == 0)
		printf("less than a day %s\n", direction);
	else if (days < 60)
		printf("%d day%s %s\n", (int)days, days == 1 ? "" : "s", direction);
	else /* a month of 30.44 days, rounded */
		printf("%d months %s\n", (int)((days * 100 + 1522) / 3044), direction);
	return 1;
}

size_t diff_header(const struct document_header *old, const struct document_header *new)
{
	size_t differences = diff_table(header_settings, COUNT(header_settings), old, new);

	return differences + diff_end(old, new);
}

size_t diff_settings(const struct policy *old, const struct policy *new)
{
	return diff_table(policy_settings, COUNT(policy_settings), old, new);
}
