#include "policy/admin/token_options.h"

#include <inttypes.h>

#include "policy/admin/admin.h"
#include "policy/admin/media_header.h"
#include "policy/admin/token_period.h"
#include "policy/document_header.h"
#include "policy/value.h"

int token_option_number(const char *option, uint64_t min, uint64_t max, uint64_t *ret)
{
	if (number_parse(optarg, min, max, ret) == 0)
		return EXIT_DONE;
	admin_complain("--%s needs a number from %" PRIu64 " to %" PRIu64, option, min, max);
	return EXIT_UNKNOWN;
}

/* One more of what may be said up to max times. */
static int take_name(const char *option, const char **names, size_t *n, size_t max)
{
	if (*n == max) {
		admin_complain("--%s can be said %zu times", option, max);
		return EXIT_UNKNOWN;
	}
	names[(*n)++] = optarg;
	return EXIT_DONE;
}

int token_option_word(const char *option, int r)
{
	if (r == 0)
		return EXIT_DONE;
	admin_complain("--%s: %s is none of its words; see --help", option, optarg);
	return EXIT_UNKNOWN;
}

static int take_end(struct token_time *time)
{
	if (media_header_parse_end(optarg, time->offset_minutes, &time->not_after) == 0)
		return EXIT_DONE;
	admin_complain("--not-after needs a date such as 2027-04-30");
	return EXIT_UNKNOWN;
}

int token_option_take(
	int letter, const char *usage, struct token_dates *dates, struct token_time *time)
{
	switch (letter) {
	case 'F': return token_date_take("from", optarg, time->offset_minutes, &dates->from_s);
	case 'U': return token_date_take("until", optarg, time->offset_minutes, &dates->until_s);
	case 'T': time->tier = optarg; return EXIT_DONE;
	case 'a': return take_end(time);
	case 'S': return token_option_number("serial", 1, SERIAL_MAX, &time->serial);
	default: return admin_usage(usage);
	}
}

int token_option_job(int letter, const char *usage, struct token_job *job)
{
	switch (letter) {
	case 'f': return take_name("for", job->terminals, &job->n_terminals, TOKEN_TERMINALS_MAX);
	case 'K': job->is_key_new = true; return EXIT_DONE;
	default: return token_option_take(letter, usage, &job->dates, &job->time);
	}
}

int token_option_check_terminals(const struct token_job *job, const char *usage)
{
	if (job->n_terminals > 0)
		return EXIT_DONE;
	return admin_misused(usage, "which terminal is it for? Say --for");
}
