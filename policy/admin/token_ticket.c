#include "policy/admin/token_ticket.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/media_header.h"
#include "policy/admin/token_period.h"
#include "policy/admin/token_person.h"
#include "policy/cleanup.h"
#include "policy/option.h"
#include "policy/timestamp.h"

#define TICKET_DAYS 7

struct options {
	struct token_fresh fresh;
	const char *until; /* as it was typed, or NULL */
};

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_TICKET_USAGE "\n\n"
	       "As \"token issue\", for people who enrol themselves: a fresh secret for each USER "
	       "(an\n"
	       "account) is sealed to the terminals and shown to nobody here. What is printed is a "
	       "slip\n"
	       "with a ticket, which counts once in place of the one-time code. In that session "
	       "its\n"
	       "person types \"sekisho enrol\", which shows the secret and the recovery codes.\n"
	       "  --for TERMINAL   a terminal-key.ini or its folder, such as\n"
	       "                   my-number/terminals/desk-17; once for each\n"
	       "  --ticket-until DATE   the ticket's last day, such as 2027-04-08: %d days from "
	       "now,\n"
	       "                   or from --from, if not given\n"
	       "  --type totp|hotp, --digits 6..8, --hash sha1|sha256|sha512, --period S\n"
	       "                   totp, 6, sha1 and 30 if not given, as most programs want it\n"
	       "  --from DATE, --until DATE   the days on which the token counts; as those of the\n"
	       "                   person before, if not given\n"
	       "  --new-key, --tier TIER, --not-after DATE, --serial N   as of \"token issue\"\n"
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n",
		TICKET_DAYS);
}

static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option table[] = {
		{"ticket-until", required_argument, NULL, 'k'}, TOKEN_PERSON_OPTIONS, {0}};
	int option, code = EXIT_DONE;

	token_person_begin(&options->fresh);
	while (code == EXIT_DONE && (option = option_next(argc, argv, "", table, NULL)) >= 0)
		if (option == 'k')
			options->until = optarg;
		else
			code = token_person_option(option, TOKEN_TICKET_USAGE, &options->fresh);
	if (code == EXIT_DONE)
		code = token_person_check_places(
			&options->fresh, TOKEN_TICKET_USAGE, (size_t)(argc - optind));
	if (code == EXIT_DONE && optind == argc)
		return admin_misused(TOKEN_TICKET_USAGE, "who gets a ticket?");
	return code == EXIT_DONE ? token_person_check_kind(&options->fresh.kind) : code;
}

/* To the last second of a day: whoever comes that evening gets in. */
static int settle_end(const struct options *options, int64_t *ret)
{
	const struct token_job *job = &options->fresh.job;
	const struct token_time *time = &job->time;
	int64_t from_s = job->dates.from_s, offset_s = time->offset_minutes * MINUTE_S;
	int64_t first_s = from_s > time->now_s ? from_s : time->now_s;

	if (!options->until) {
		*ret = ((first_s + offset_s) / DAY_S + TICKET_DAYS + 1) * DAY_S - offset_s - 1;
		return EXIT_DONE;
	}
	if (media_header_parse_end(options->until, time->offset_minutes, ret) < 0) {
		admin_complain("--ticket-until needs a date such as 2027-04-08");
		return EXIT_UNKNOWN;
	}
	if (*ret <= first_s) {
		admin_complain("--ticket-until lies %s", from_s > time->now_s
								 ? "before --from: the ticket "
								   "would never count"
								 : "in the past");
		return EXIT_NO;
	}
	return EXIT_DONE;
}

int admin_token_issue_ticket(int argc, char **argv)
{
	struct options options = {0};
	struct token_job *job = &options.fresh.job;
	CLEANUP(token_handouts_clear) struct token_handouts made = {0};
	int64_t until_s = 0;
	int code;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	code = read_options(argc, argv, &options);
	if (code == EXIT_DONE)
		code = settle_end(&options, &until_s);
	if (code == EXIT_DONE)
		code = token_handouts_begin(&made);
	for (; code == EXIT_DONE && made.n < (size_t)(argc - optind); made.n++) {
		struct token_handout *handout = &made.rows[made.n];

		code = token_person_check(argv + optind, made.n);
		if (code == EXIT_DONE)
			code = token_person_make(
				&options.fresh.kind, argv[(size_t)optind + made.n], NULL, handout);
		if (code == EXIT_DONE)
			code = token_make_ticket(until_s, handout);
	}
	if (code != EXIT_DONE)
		return code;
	job->handouts = made.rows;
	job->n_handouts = made.n;
	job->is_secret_shown = true;
	return token_job_run(job);
}

void token_ticket_print(const struct token_handout *handout, const char *terminals)
{
	char ticket[CODE_TEXT_SIZE], until[TIMESTAMP_SIZE], period[TOKEN_PERIOD_TEXT_MAX];

	code_text_group(handout->ticket, ticket);
	timestamp_format(handout->hashed_ticket.until_s, JAPAN_MINUTES, until);
	token_period_words(&handout->dates, period);
	printf(TOKEN_CUT "  利用者      account   %s\n  端末        terminal  %s\n"
			 "  トークン     token     %s, %s%s\n"
			 "  登録票      ticket    %s\n  期限        until     %.10s %.5s\n",
		handout->user, terminals, handout->number, token_type_name(handout->type), period,
		ticket, until, until + strlen("2027-04-08T"));
	printf("  最初のログインで、認証コードの欄に登録票の文字を入力してください"
	       "(1回だけ有効)。\n"
	       "  ログインしたら端末の画面で sekisho enrol を実行し、"
	       "スマートフォンに登録してください。\n"
	       "  At your first login type the ticket in place of the one-time code; it counts "
	       "once.\n"
	       "  Then, in a terminal, type: sekisho enrol\n");
	explicit_bzero(ticket, sizeof(ticket));
}
