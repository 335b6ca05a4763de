#include "agent/cli_time.h"

#include <inttypes.h>
#include <langinfo.h>
#include <stdio.h>
#include <time.h>

#include "agent/cli_text.h"

#define MINUTE_S     60
#define HOUR_MINUTES 60
#define DAY_MINUTES  (24 * HOUR_MINUTES)

/* gcc follows a translated format of printf(), but none of strftime(). */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static const char *format_local(int64_t seconds, const char *format, char buffer[CLI_TIME_SIZE])
{
	time_t moment = (time_t)seconds;
	struct tm local;

	if (!localtime_r(&moment, &local) || strftime(buffer, CLI_TIME_SIZE, format, &local) == 0)
		snprintf(buffer, CLI_TIME_SIZE, "?");
	return buffer;
}

#pragma GCC diagnostic pop

const char *cli_time_words(int64_t seconds, char buffer[CLI_TIME_SIZE])
{
	/* Which eras there are is known to the locale; without it the year is that of the West. */
	const char *format = nl_langinfo(ERA)[0] ? pgettext("with an era", "%Y-%m-%d %H:%M %z")
						 : pgettext("without eras", "%Y-%m-%d %H:%M %z");

	return format_local(seconds, format, buffer);
}

const char *cli_time_digits(int64_t seconds, char buffer[CLI_TIME_SIZE])
{
	return format_local(seconds, "%Y-%m-%d %H:%M:%S", buffer);
}

const char *cli_clock_digits(int64_t seconds, char buffer[CLI_TIME_SIZE])
{
	return format_local(seconds, "%H:%M:%S", buffer);
}

/* unit: in minutes */
static const char *count_of(uint64_t minutes, unsigned unit, char buffer[CLI_TIME_SIZE])
{
	unsigned long n = minutes / unit;

	if (unit == DAY_MINUTES)
		snprintf(buffer, CLI_TIME_SIZE, ngettext("%lu day", "%lu days", n), n);
	else if (unit == HOUR_MINUTES)
		snprintf(buffer, CLI_TIME_SIZE, ngettext("%lu hour", "%lu hours", n), n);
	else
		snprintf(buffer, CLI_TIME_SIZE, ngettext("%lu minute", "%lu minutes", n), n);
	return buffer;
}

const char *cli_span_words(uint64_t seconds, char buffer[CLI_TIME_SIZE])
{
	uint64_t minutes = seconds / MINUTE_S;

	return count_of(minutes,
		minutes < 2 * HOUR_MINUTES  ? 1
		: minutes < 2 * DAY_MINUTES ? HOUR_MINUTES
					    : DAY_MINUTES,
		buffer);
}

const char *cli_minutes_words(uint64_t minutes, char buffer[CLI_TIME_SIZE])
{
	return count_of(minutes,
		minutes < 2 * HOUR_MINUTES || minutes % HOUR_MINUTES ? 1
		: minutes < 2 * DAY_MINUTES || minutes % DAY_MINUTES ? HOUR_MINUTES
								     : DAY_MINUTES,
		buffer);
}
