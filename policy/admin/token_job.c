#include "policy/admin/token_job.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/shell_quote.h"
#include "policy/admin/token_hotp.h"
#include "policy/admin/token_kept.h"
#include "policy/admin/token_period.h"
#include "policy/admin/token_ticket.h"
#include "policy/cleanup.h"

struct desk {
	struct token_terminal terminals[TOKEN_TERMINALS_MAX];
	struct token_envelopes envelopes[TOKEN_TERMINALS_MAX];
	bool is_changed[TOKEN_TERMINALS_MAX];
	size_t n;
};

static void free_desk(struct desk **desk)
{
	for (size_t i = 0; *desk && i < (*desk)->n; i++)
		token_terminal_clear(&(*desk)->terminals[i]);
	if (*desk)
		explicit_bzero((*desk)->envelopes, sizeof((*desk)->envelopes));
	free(*desk);
}

static int open_terminals(const struct token_job *job, struct desk *desk)
{
	for (size_t i = 0; i < job->n_terminals; i++) {
		struct token_terminal *terminal = &desk->terminals[desk->n++];
		int code = token_terminal_open(job->terminals[i], &job->time,
			job->is_key_new ? TOKEN_OTHER_KEY_BEGINS_ANEW : TOKEN_OTHER_KEY_REFUSED,
			terminal);

		if (code != EXIT_DONE)
			return code;
		for (size_t other = 0; other < i; other++)
			if (memcmp(desk->terminals[other].key.key, terminal->key.key,
				    SEAL_KEY_SIZE) == 0) {
				admin_complain("%s and %s are of the same terminal",
					desk->terminals[other].key_path, terminal->key_path);
				return EXIT_NO;
			}
	}
	return EXIT_DONE;
}

/* Somebody who says so and has carried the old key here would seal everything to it once more. */
static int check_new_key(const struct desk *desk)
{
	for (size_t i = 0; i < desk->n; i++)
		if (desk->terminals[i].lost)
			return EXIT_DONE;
	admin_complain("%s is of the key that %s names: carry the new terminal-key.ini here first",
		desk->terminals[0].path, desk->terminals[0].key_path);
	return EXIT_NO;
}

/* Whoever had a token gets one of the same kind, with a number of its own. Plastic takes no new
 * secret: whoever has that is named in the end, and theirs is imported. */
static int renew_all(struct token_job *job, const struct token_terminal *terminal)
{
	for (size_t i = 0; i < terminal->n_lost; i++) {
		const struct token_entry *lost = &terminal->lost[i];
		struct token_handout *handout = &job->handouts[job->n_handouts];
		int code;

		if (!token_number_was_made(lost->number))
			continue;
		job->n_handouts++;
		*handout = (struct token_handout){
			.type = lost->type,
			.hash = lost->hash,
			.digits = lost->digits,
			.period_s = lost->period_s,
		};
		snprintf(handout->user, sizeof(handout->user), "%s", lost->user);
		code = token_make_secret(handout);
		if (code == EXIT_DONE)
			code = token_make_number(handout->number);
		if (code != EXIT_DONE)
			return code;
	}
	if (job->n_handouts > 0)
		return EXIT_DONE;
	admin_complain(
		"%s: no token in it has a number that was made here; \"token import --new-key\" "
		"is for bought ones, and \"token issue USER --new-key\" for others",
		terminal->path);
	return EXIT_NO;
}

static int add_new(
	const struct token_job *job, struct token_handout *handout, struct token_terminal *terminal)
{
	const struct token_entry *before = token_terminal_before(terminal, handout->user);
	struct token_entry *entry;
	int r;

	if (before && handout->before[0] == '\0')
		memcpy(handout->before, before->number, sizeof(handout->before));
	entry = token_terminal_put(terminal, handout->user, handout->number);
	r = entry ? token_period_settle(terminal->path, handout->user, &job->dates, job->time.now_s,
			    &entry->dates)
		  : EXIT_NO;

	if (r != EXIT_DONE)
		return r;
	token_kept_end(handout->ends_s, &entry->dates);
	handout->dates = entry->dates;
	entry->type = handout->type;
	entry->hash = handout->hash;
	entry->digits = handout->digits;
	entry->period_s = handout->period_s;
	entry->count = handout->count;
	entry->ticket = handout->hashed_ticket;
	memcpy(entry->recovery, handout->recovery_hashes, sizeof(entry->recovery));
	entry->n_recovery = RECOVERY_CODES_MAX;
	r = token_seal(terminal->key.key, handout->secret, handout->secret_size,
		terminal->tokens->header.site, entry);
	if (r == 0)
		return EXIT_DONE;
	if (r == -EINVAL)
		admin_complain("%s: nothing can be sealed to this key", terminal->key_path);
	else
		admin_complain("nothing could be sealed: %s", strerror(-r));
	return r == -EINVAL ? EXIT_NO : EXIT_UNKNOWN;
}

static int add_envelopes(
	size_t n, struct token_terminal *terminal, struct token_envelopes *envelopes)
{
	struct tokens *tokens = terminal->tokens;
	int code = token_make_envelopes(n, envelopes);

	if (code != EXIT_DONE)
		return code;
	memset(tokens->envelopes, 0, sizeof(tokens->envelopes));
	memcpy(tokens->envelopes, envelopes->hashes, n * sizeof(envelopes->hashes[0]));
	tokens->n_envelopes = n;
	return EXIT_DONE;
}

static int hand_out(struct token_job *job, struct token_handout *handout, struct desk *desk)
{
	int code = EXIT_DONE;

	for (size_t at = 0; at < desk->n && !job->is_secret_shown && !job->is_again; at++)
		if (token_kept_is_same(&desk->terminals[at], handout))
			handout->kept_at |= UINT64_C(1) << at;
	if (!token_kept_everywhere(handout, desk->n))
		code = handout->ticket[0] ? token_derive_recovery(handout)
					  : token_make_recovery(handout);
	for (size_t at = 0; code == EXIT_DONE && at < desk->n; at++) {
		struct token_terminal *terminal = &desk->terminals[at];

		if (token_kept_at(handout, at)) {
			code = token_kept_date(terminal, handout, job, &desk->is_changed[at]);
			continue;
		}
		desk->is_changed[at] = true;
		if (job->is_secret_shown)
			code = token_hotp_check_number(handout, terminal);
		if (code == EXIT_DONE)
			code = add_new(job, handout, terminal);
	}
	return code;
}

/* What the document is written for even where nobody's token changes. */
static void mark_changed(const struct token_job *job, struct desk *desk)
{
	for (size_t i = 0; i < desk->n; i++)
		desk->is_changed[i] = job->n_envelopes > 0 || desk->terminals[i].is_new ||
				      desk->terminals[i].lost;
}

static int change(struct token_job *job, struct desk *desk)
{
	int code = job->is_key_new ? check_new_key(desk) : EXIT_DONE;

	mark_changed(job, desk);
	if (code == EXIT_DONE && job->is_for_all)
		code = renew_all(job, &desk->terminals[0]);
	if (code == EXIT_DONE)
		code = token_hotp_check_places(job);
	for (size_t i = 0; code == EXIT_DONE && i < job->n_handouts; i++)
		code = token_hotp_check_elsewhere(&job->handouts[i], &desk->terminals[0]);
	for (size_t i = 0; code == EXIT_DONE && i < job->n_handouts; i++)
		code = hand_out(job, &job->handouts[i], desk);
	for (size_t i = 0; code == EXIT_DONE && job->n_envelopes > 0 && i < desk->n; i++)
		code = add_envelopes(job->n_envelopes, &desk->terminals[i], &desk->envelopes[i]);
	return code;
}

static int write_all(const struct token_job *job, const struct desk *desk)
{
	for (size_t i = 0; i < desk->n; i++) {
		int code = desk->is_changed[i]
				   ? token_terminal_write(&desk->terminals[i], &job->time)
				   : EXIT_DONE;

		if (code == EXIT_DONE)
			continue;
		if (i > 0)
			admin_complain(
				"%zu of %zu documents were written, and nobody knows what is "
				"sealed in them: do all of it once more",
				i, desk->n);
		return code;
	}
	return EXIT_DONE;
}

/* "desk-17, desk-18": where its recovery codes count. */
static char *list_names(const struct desk *desk, const struct token_handout *handout)
{
	bool is_first = true;
	char *list = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&list, &size);

	if (!to)
		return NULL;
	for (size_t i = 0; i < desk->n; i++)
		if (!token_kept_at(handout, i)) {
			fprintf(to, "%s%s", is_first ? "" : ", ", desk->terminals[i].name);
			is_first = false;
		}
	if (fclose(to) == 0)
		return list;
	free(list);
	return NULL;
}

static void print_lost(const struct token_terminal *terminal)
{
	for (size_t i = 0; i < terminal->n_lost; i++)
		if (!token_terminal_find(terminal, terminal->lost[i].user)) {
			char period[TOKEN_PERIOD_TEXT_MAX];

			/* Their dates go with the old key: whoever issues the new one says them. */
			token_period_words(&terminal->lost[i].dates, period);
			printf("  not in it  %s, who had the token %s%s: issue or import one%s\n",
				terminal->lost[i].user, terminal->lost[i].number, period,
				period[0] ? ", with these dates (--from, --until)" : "");
		}
}

static void print_written(const struct desk *desk)
{
	for (size_t i = 0; i < desk->n; i++) {
		const struct token_terminal *terminal = &desk->terminals[i];

		if (!desk->is_changed[i]) {
			printf("as it was: %s, with its signatures\n", terminal->path);
			continue;
		}
		printf("written: %s, serial %" PRIu64 ", %zu token%s\n", terminal->path,
			terminal->tokens->header.serial, terminal->tokens->n_entries,
			terminal->tokens->n_entries == 1 ? "" : "s");
		printf("  sealed to  %s\n", terminal->key.fingerprint);
		print_lost(terminal);
		if (terminal->is_new || terminal->lost)
			printf("             Compare it with what the screen of %s shows: "
			       "\"sekisho "
			       "status\"\n",
				terminal->name);
	}
}

static void print_next(const struct desk *desk)
{
	bool is_first = true;

	for (size_t i = 0; i < desk->n; i++) {
		CLEANUP(cleanup_free)
		char *path = shell_quote(SHELL_POSIX, desk->terminals[i].path);

		if (!desk->is_changed[i])
			continue;
		if (is_first)
			printf("Next: have each signed by a token officer:\n");
		is_first = false;
		printf("  sekisho-admin sign --key KEY %s\n", path ? path : "FILE");
	}
}

static int print_handouts(const struct token_job *job, const struct desk *desk)
{
	for (size_t i = 0; i < job->n_handouts; i++) {
		const struct token_handout *handout = &job->handouts[i];
		CLEANUP(cleanup_free) char *names = list_names(desk, handout);

		if (!names)
			return admin_no_memory();
		if (handout->ticket[0])
			token_ticket_print(handout, names);
		else if (!token_kept_everywhere(handout, desk->n))
			token_print_handout(handout, desk->terminals[0].tokens->header.site, names,
				job->is_secret_shown);
	}
	return EXIT_DONE;
}

static int print_all(const struct token_job *job, const struct desk *desk)
{
	bool has_shown = job->n_envelopes > 0;
	int code;

	print_written(desk);
	for (size_t i = 0; i < job->n_handouts; i++) {
		token_kept_print(&job->handouts[i], desk->n);
		has_shown = has_shown || !token_kept_everywhere(&job->handouts[i], desk->n);
	}
	if (has_shown)
		printf("What follows is shown this once and kept nowhere. Cut it apart, hand each "
		       "piece\nto its person, and lock envelopes away.\n");
	code = print_handouts(job, desk);
	for (size_t i = 0; job->n_envelopes > 0 && i < desk->n; i++)
		token_print_envelopes(&desk->envelopes[i], desk->terminals[i].name);
	if (has_shown)
		printf("%s", TOKEN_CUT);
	print_next(desk);
	return code;
}

int token_job_run(struct token_job *job)
{
	CLEANUP(free_desk) struct desk *desk = calloc(1, sizeof(*desk));
	int code;

	if (!desk)
		return admin_no_memory();
	code = open_terminals(job, desk);
	if (code == EXIT_DONE)
		code = change(job, desk);
	if (code != EXIT_DONE) {
		admin_complain("nothing was written");
		return code;
	}
	code = write_all(job, desk);
	return code == EXIT_DONE ? print_all(job, desk) : code;
}
