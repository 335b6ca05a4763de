#include "policy/admin/token_period.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/media_header.h"
#include "policy/timestamp.h"

static int parse_day(const char *text, int offset_minutes, int64_t *ret)
{
	char time[TIMESTAMP_SIZE];
	int64_t utc_s;

	if (strlen(text) != strlen("2027-04-01"))
		return -1;
	snprintf(time, sizeof(time), "%sT00:00:00Z", text);
	if (timestamp_parse(time, &utc_s) < 0)
		return -1;
	*ret = utc_s - offset_minutes * MINUTE_S;
	return 0;
}

/* "2027-02-29" */
static bool has_form_of_day(const char *text)
{
	static const char form[] = "dddd-dd-dd";

	for (size_t i = 0; i < sizeof(form); i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return true;
}

int token_date_take(const char *option, const char *text, int offset_minutes, int64_t *ret)
{
	bool is_end = strcmp(option, "until") == 0;
	int64_t time_s = 0;
	int r = -1;

	if (strcmp(text, "none") == 0) {
		*ret = TOKEN_DATE_NONE;
		return EXIT_DONE;
	}
	if (is_end)
		r = media_header_parse_end(text, offset_minutes, &time_s);
	else if (timestamp_parse(text, &time_s) == 0 ||
		 parse_day(text, offset_minutes, &time_s) == 0)
		r = 0;
	if (r == 0 && time_s > 0) {
		*ret = time_s;
		return EXIT_DONE;
	}
	admin_complain("--%s needs a date such as %s, or none%s", option,
		is_end ? "2028-03-31" : "2027-04-01",
		has_form_of_day(text) ? "; that day is in no calendar, or before 1971" : "");
	return EXIT_UNKNOWN;
}

static void change(int64_t said_s, int64_t *date_s)
{
	if (said_s != 0)
		*date_s = said_s == TOKEN_DATE_NONE ? 0 : said_s;
}

int token_period_settle(const char *path, const char *user, const struct token_dates *said,
	int64_t now_s, struct token_dates *dates)
{
	struct token_dates changed = *dates;
	char words[TOKEN_PERIOD_TEXT_MAX];

	change(said->from_s, &changed.from_s);
	change(said->until_s, &changed.until_s);
	token_period_words(&changed, words);
	if (said->until_s > 0 && said->until_s <= now_s) {
		admin_complain("--until lies in the past");
		return EXIT_NO;
	}
	if (!token_dates_are_valid(&changed)) {
		admin_complain(
			"%s: the token of %s would end before it begins%s", path, user, words);
		return EXIT_NO;
	}
	*dates = changed;
	return EXIT_DONE;
}

void token_period_words(const struct token_dates *dates, char ret[TOKEN_PERIOD_TEXT_MAX])
{
	char from[TIMESTAMP_SIZE] = "", until[TIMESTAMP_SIZE] = "";

	if (dates->from_s != 0)
		timestamp_format(dates->from_s, JAPAN_MINUTES, from);
	if (dates->until_s != 0)
		timestamp_format(dates->until_s, JAPAN_MINUTES, until);
	snprintf(ret, TOKEN_PERIOD_TEXT_MAX, "%s%s%s%s", from[0] ? ", from " : "", from,
		until[0] ? ", until " : "", until);
}
