#include "policy/admin/token_job.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/parse.h"
#include "policy/admin/shell_quote.h"
#include "policy/admin/token_period.h"
#include "policy/admin/token_ticket.h"
#include "policy/cleanup.h"

struct desk {
	struct token_terminal terminals[TOKEN_TERMINALS_MAX];
	struct token_envelopes envelopes[TOKEN_TERMINALS_MAX];
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

/* Whoever had a token gets one of the same kind, with a number of its own. */
static int renew_all(struct token_job *job, const struct token_terminal *terminal)
{
	for (size_t i = 0; i < terminal->n_lost; i++) {
		const struct token_entry *lost = &terminal->lost[i];
		struct token_handout *handout = &job->handouts[job->n_handouts++];
		int code;

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
	return EXIT_DONE;
}

/* Of two terminals neither knows what the other has counted, so a code would count twice. */
static int check_places(const struct token_job *job)
{
	for (size_t i = 0; i < job->n_handouts && job->n_terminals > 1; i++)
		if (job->handouts[i].type == CODE_HOTP) {
			admin_complain("a HOTP token counts its codes, and two terminals without a "
				       "network cannot count together: the token %s of %s can be "
				       "for one terminal only, not for %zu",
				job->handouts[i].number, job->handouts[i].user, job->n_terminals);
			return EXIT_NO;
		}
	return EXIT_DONE;
}

/* Whether a document that lies beside, of another terminal, has a HOTP token of that number. */
static int check_document(const char *path, const struct token_handout *handout)
{
	CLEANUP(admin_document_clear)
	struct admin_document document = {.kind = DOCUMENT_TOKENS};

	if (access(path, F_OK) < 0 || admin_read_document(path, &document.file) < 0 ||
		!admin_parse_silently(&document))
		return EXIT_DONE;
	for (size_t i = 0; i < document.tokens->n_entries; i++)
		if (document.tokens->entries[i].type == CODE_HOTP &&
			strcmp(document.tokens->entries[i].number, handout->number) == 0) {
			admin_complain("%s has the HOTP token %s already, and a token that counts "
				       "can be for one terminal only: say \"token revoke %s\" for "
				       "that one first",
				path, handout->number, document.tokens->entries[i].user);
			return EXIT_NO;
		}
	return EXIT_DONE;
}

/* The same of every terminal whose folder lies beside this one's. */
static int check_elsewhere(
	const struct token_handout *handout, const struct token_terminal *terminal)
{
	CLEANUP(cleanup_free) char *above = admin_beside(terminal->path, "..");
	CLEANUP(cleanup_free) char *own = realpath(terminal->key_path, NULL);
	DIR *listing = above ? opendir(above) : NULL;
	const struct dirent *entry;
	int code = EXIT_DONE;

	while (code == EXIT_DONE && listing && (entry = readdir(listing))) {
		CLEANUP(cleanup_free)
		char *path = admin_format("%s/%s/tokens.ini", above, entry->d_name);
		CLEANUP(cleanup_free)
		char *key = admin_format("%s/%s/terminal-key.ini", above, entry->d_name);
		CLEANUP(cleanup_free) char *real = key ? realpath(key, NULL) : NULL;

		if (!path || entry->d_name[0] == '.' || (own && real && strcmp(own, real) == 0))
			continue;
		code = check_document(path, handout);
	}
	if (listing)
		closedir(listing);
	return code;
}

/* The terminal goes on where that number has counted, and cannot know that this is another secret.
 */
static int check_number(const struct token_handout *handout, const struct token_terminal *terminal)
{
	const struct token_entry *before = token_terminal_before(terminal, handout->user);

	if (handout->type != CODE_HOTP || !before || before->type != CODE_HOTP ||
		strcmp(before->number, handout->number) != 0)
		return EXIT_DONE;
	admin_complain("%s: %s has the HOTP token %s, and a new secret begins to count anew: it "
		       "needs another number",
		terminal->path, handout->user, handout->number);
	return EXIT_NO;
}

static int add_new(
	const struct token_job *job, struct token_handout *handout, struct token_terminal *terminal)
{
	struct token_entry *entry = token_terminal_put(terminal, handout->user, handout->number);
	int r = entry ? token_period_settle(terminal->path, handout->user, &job->dates,
				job->time.now_s, &entry->dates)
		      : EXIT_NO;

	if (r != EXIT_DONE)
		return r;
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

static int change(struct token_job *job, struct desk *desk)
{
	int code = job->is_key_new ? check_new_key(desk) : EXIT_DONE;

	if (code == EXIT_DONE && job->is_for_all)
		code = renew_all(job, &desk->terminals[0]);
	if (code == EXIT_DONE)
		code = check_places(job);
	for (size_t i = 0; code == EXIT_DONE && i < job->n_handouts; i++)
		if (job->handouts[i].type == CODE_HOTP)
			code = check_elsewhere(&job->handouts[i], &desk->terminals[0]);
	for (size_t i = 0; code == EXIT_DONE && i < job->n_handouts; i++) {
		code = job->handouts[i].ticket[0] ? token_derive_recovery(&job->handouts[i])
						  : token_make_recovery(&job->handouts[i]);
		for (size_t at = 0; code == EXIT_DONE && at < desk->n; at++) {
			if (job->is_secret_shown)
				code = check_number(&job->handouts[i], &desk->terminals[at]);
			if (code == EXIT_DONE)
				code = add_new(job, &job->handouts[i], &desk->terminals[at]);
		}
	}
	for (size_t i = 0; code == EXIT_DONE && job->n_envelopes > 0 && i < desk->n; i++)
		code = add_envelopes(job->n_envelopes, &desk->terminals[i], &desk->envelopes[i]);
	return code;
}

static int write_all(const struct token_job *job, const struct desk *desk)
{
	for (size_t i = 0; i < desk->n; i++) {
		int code = token_terminal_write(&desk->terminals[i], &job->time);

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

/* "desk-17, desk-18" */
static char *list_names(const struct desk *desk)
{
	char *list = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&list, &size);

	if (!to)
		return NULL;
	for (size_t i = 0; i < desk->n; i++)
		fprintf(to, "%s%s", i > 0 ? ", " : "", desk->terminals[i].name);
	if (fclose(to) == 0)
		return list;
	free(list);
	return NULL;
}

static void print_lost(const struct token_terminal *terminal)
{
	for (size_t i = 0; i < terminal->n_lost; i++)
		if (!token_terminal_find(terminal, terminal->lost[i].user))
			printf("  not in it  %s, who had the token %s: issue or import one\n",
				terminal->lost[i].user, terminal->lost[i].number);
}

static void print_written(const struct desk *desk)
{
	for (size_t i = 0; i < desk->n; i++) {
		const struct token_terminal *terminal = &desk->terminals[i];

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
	printf("Next: have each signed by a token officer:\n");
	for (size_t i = 0; i < desk->n; i++) {
		CLEANUP(cleanup_free)
		char *path = shell_quote(SHELL_POSIX, desk->terminals[i].path);

		printf("  sekisho-admin sign --key KEY %s\n", path ? path : "FILE");
	}
}

static int print_all(const struct token_job *job, const struct desk *desk)
{
	CLEANUP(cleanup_free) char *names = list_names(desk);
	bool has_shown = job->n_handouts > 0 || job->n_envelopes > 0;

	if (!names)
		return admin_no_memory();
	print_written(desk);
	if (has_shown)
		printf("What follows is shown this once and kept nowhere. Cut it apart, hand each "
		       "piece\nto its person, and lock envelopes away.\n");
	for (size_t i = 0; i < job->n_handouts; i++)
		if (job->handouts[i].ticket[0])
			token_ticket_print(&job->handouts[i], names);
		else
			token_print_handout(&job->handouts[i],
				desk->terminals[0].tokens->header.site, names,
				job->is_secret_shown);
	for (size_t i = 0; job->n_envelopes > 0 && i < desk->n; i++)
		token_print_envelopes(&desk->envelopes[i], desk->terminals[i].name);
	if (has_shown)
		printf("%s", TOKEN_CUT);
	print_next(desk);
	return EXIT_DONE;
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
