#include "agent/cli_since.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "policy/timestamp.h"
#include "policy/value.h"

#define AGO_MAX_S (10ull * 366 * DAY_S)

/* The form is to fit with every character: strptime() alone skips spaces and signs. */
static bool has_form(const char *text, const char *form)
{
	for (; *form; text++, form++)
		if (*form == '0' ? *text < '0' || *text > '9' : *text != *form)
			return false;
	return *text == '\0';
}

/* The day must exist: mktime() makes the 3rd of March of the 31st of February. */
static int to_seconds(const struct tm *typed, int64_t *ret)
{
	struct tm local = *typed;
	time_t seconds;

	local.tm_isdst = -1;
	seconds = mktime(&local);
	if (local.tm_mday != typed->tm_mday || local.tm_mon != typed->tm_mon)
		return -EINVAL;
	*ret = seconds;
	return 0;
}

static int parse_local(const char *text, int64_t now_s, int64_t *ret)
{
	static const struct {
		const char *form, *format;
		bool is_today;
	} forms[] = {
		{"0000-00-00", "%Y-%m-%d", false},
		{"0000-00-00 00:00", "%Y-%m-%d %H:%M", false},
		{"0000-00-00T00:00", "%Y-%m-%dT%H:%M", false},
		{"0000-00-00 00:00:00", "%Y-%m-%d %H:%M:%S", false},
		{"0000-00-00T00:00:00", "%Y-%m-%dT%H:%M:%S", false},
		{"00:00", "%H:%M", true},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		time_t now = (time_t)now_s;
		struct tm typed = {.tm_mday = 1};
		const char *end;

		if (!has_form(text, forms[i].form))
			continue;
		if (forms[i].is_today) {
			if (!localtime_r(&now, &typed))
				return -EINVAL;
			typed.tm_sec = 0;
		}
		end = strptime(text, forms[i].format, &typed);
		return end && *end == '\0' ? to_seconds(&typed, ret) : -EINVAL;
	}
	return -EINVAL;
}

int cli_since_parse(const char *text, int64_t now_s, int64_t *ret)
{
	uint32_t ago_s;

	if (timestamp_parse(text, ret) == 0)
		return 0;
	if (duration_parse(text, MINUTE_S, AGO_MAX_S, &ago_s) == 0) {
		*ret = now_s - ago_s;
		return 0;
	}
	return parse_local(text, now_s, ret);
}
