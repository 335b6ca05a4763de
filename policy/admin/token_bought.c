#include "policy/admin/token_bought.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/delivery_find.h"
#include "policy/cleanup.h"
#include "policy/option.h"

void token_bought_begin(struct token_bought *ret)
{
	*ret = (struct token_bought){0};
	ret->job.time.now_s = admin_now(&ret->job.time.offset_minutes);
	delivery_options_begin(&ret->options);
}

static int take_option(int letter, const char *usage, struct token_bought *bought)
{
	struct token_job *job = &bought->job;
	int code;

	if (delivery_option_take(letter, &bought->options, &code))
		return code;
	if (letter != 'A')
		return token_option_job(letter, usage, job);
	job->is_again = true;
	return EXIT_DONE;
}

int token_bought_read_options(int argc, char **argv, const struct option *table, const char *usage,
	struct token_bought *bought, const char **ret_own)
{
	int letter, code = EXIT_DONE;

	while (code == EXIT_DONE && (letter = option_next(argc, argv, "", table, NULL)) >= 0)
		if (letter == TOKEN_BOUGHT_OWN)
			*ret_own = optarg;
		else
			code = take_option(letter, usage, bought);
	return code;
}

static int complain_of_number(const struct delivery *people, const char *people_path)
{
	admin_complain("%s names %zu persons; a terminal takes at most %d", people_path, people->n,
		TOKENS_MAX);
	return EXIT_NO;
}

/* One token is one person's, also where two rows spell it out. */
static int match(const struct token_bought *bought, const struct delivery *people,
	const char *people_path, const struct delivery *delivery, struct token_handouts *handouts)
{
	int code = EXIT_DONE;

	if (people->n > TOKENS_MAX)
		return complain_of_number(people, people_path);
	for (size_t i = 0; i < people->n; i++) {
		const struct delivered *person = &people->items[i];
		const struct delivered *token = delivery_find(
			delivery, bought->path, person->number, bought->job.time.now_s);

		if (token) {
			delivery_hand_out(token, person->user, &handouts->rows[handouts->n++]);
			continue;
		}
		admin_complain("%s:%u: so %s gets none", people_path, person->line, person->user);
		code = EXIT_NO;
	}
	return code;
}

static void print_rest(const char *path, const struct delivery *delivery, size_t n_given)
{
	size_t n_unfit = 0;

	for (size_t i = 0; i < delivery->n; i++)
		n_unfit += delivery->items[i].unfit[0] != '\0';
	printf("%s: %zu of %zu tokens are these people's", path, n_given, delivery->n);
	if (n_unfit > 0)
		printf("; %zu cannot be used here", n_unfit);
	printf("\n");
}

int token_bought_run(
	struct token_bought *bought, const struct delivery *people, const char *people_path)
{
	CLEANUP(delivery_clear) struct delivery delivery = {0};
	CLEANUP(token_handouts_clear) struct token_handouts handouts = {0};
	struct token_csv_form *form = &bought->options.form;
	int code;

	if (form->type == CODE_HOTP && form->hash != CODE_SHA1) {
		admin_complain("a HOTP token is of --hash sha1 (RFC 4226)");
		return EXIT_UNKNOWN;
	}
	form->kind = people ? TOKEN_CSV_DELIVERY : TOKEN_CSV_ALL;
	code = delivery_read(bought->path, &bought->options, &delivery);
	if (code == EXIT_DONE && !people && delivery.items[0].user[0] == '\0') {
		admin_complain("%s does not say whose its tokens are: say --people FILE, or use "
			       "\"token assign\"",
			bought->path);
		code = EXIT_UNKNOWN;
	}
	if (code == EXIT_DONE)
		code = token_handouts_begin(&handouts);
	if (code == EXIT_DONE) {
		code = match(bought, people ? people : &delivery,
			people ? people_path : bought->path, &delivery, &handouts);
		if (code != EXIT_DONE)
			admin_complain("nothing was imported");
	}
	if (code != EXIT_DONE)
		return code;
	bought->job.handouts = handouts.rows;
	bought->job.n_handouts = handouts.n;
	code = token_job_run(&bought->job);
	if (code == EXIT_DONE)
		print_rest(bought->path, &delivery, handouts.n);
	return code;
}
