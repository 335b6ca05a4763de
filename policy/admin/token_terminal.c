#include "policy/admin/token_terminal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/kind.h"
#include "policy/admin/parse.h"
#include "policy/admin/place.h"
#include "policy/admin/token_folder.h"
#include "policy/admin/token_text.h"
#include "policy/cleanup.h"

void token_terminal_clear(struct token_terminal *terminal)
{
	free(terminal->key_path);
	free(terminal->path);
	free(terminal->lost);
	tokens_free(terminal->tokens);
}

static int read_key(struct token_terminal *terminal)
{
	CLEANUP(admin_file_free) struct admin_file file = {0};
	CLEANUP(cleanup_free) char *folder = NULL;
	struct problems problems = {0};
	const char *name;
	int r;

	if (admin_read(terminal->key_path, TERMINAL_KEY_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = terminal_key_parse(file.bytes, file.size, &problems, &terminal->key);
	admin_print_problems(terminal->key_path, &problems);
	problems_clear(&problems);
	if (r < 0)
		return r == -ENOMEM ? admin_no_memory() : EXIT_NO;
	name = terminal->key.terminal[0] ? terminal->key.terminal
					 : file_folder_name(terminal->key_path, &folder);
	snprintf(terminal->name, sizeof(terminal->name), "%s", name);
	return EXIT_DONE;
}

static int find_files(const char *where, struct token_terminal *terminal)
{
	struct stat facts;

	if (admin_check_path(where) < 0)
		return EXIT_UNKNOWN;
	terminal->key_path = stat(where, &facts) == 0 && S_ISDIR(facts.st_mode)
				     ? admin_format("%s/terminal-key.ini", where)
				     : strdup(where);
	if (terminal->key_path)
		terminal->path = admin_beside(terminal->key_path, "tokens.ini");
	return terminal->path ? EXIT_DONE : admin_no_memory();
}

static int begin_anew(struct token_terminal *terminal)
{
	struct tokens *tokens = terminal->tokens;
	struct token_entry *entries = calloc(TOKENS_MAX, sizeof(*entries));

	if (!entries)
		return admin_no_memory();
	terminal->lost = tokens->entries;
	terminal->n_lost = tokens->n_entries;
	tokens->entries = entries;
	tokens->n_entries = 0;
	return EXIT_DONE;
}

/* Nobody can open what was sealed to a key that is no more, whoever seals it once more included. */
static int settle_key(struct token_terminal *terminal, enum token_other_key other_key)
{
	const struct tokens *tokens = terminal->tokens;

	if (terminal->is_new || strcmp(tokens->key, terminal->key.fingerprint) == 0)
		return EXIT_DONE;
	if (other_key == TOKEN_OTHER_KEY_BEGINS_ANEW)
		return begin_anew(terminal);
	admin_complain("%s is sealed to the key %s, and %s is another key: if the terminal made a "
		       "new one, every token has to be issued anew: say --new-key",
		terminal->path, tokens->key, terminal->key_path);
	return EXIT_NO;
}

/* What is there already; with room. */
static int read_tokens(struct token_terminal *terminal)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	struct tokens *tokens = NULL;
	struct token_entry *grown;
	int code = EXIT_DONE;

	terminal->is_new = access(terminal->path, F_OK) < 0 && errno == ENOENT;
	if (!terminal->is_new)
		code = admin_parse(terminal->path, &document);
	if (code != EXIT_DONE)
		return code;
	if (!terminal->is_new && !document.tokens) {
		admin_complain("%s is no tokens document", terminal->path);
		return EXIT_NO;
	}
	tokens = terminal->is_new ? calloc(1, sizeof(*tokens)) : TAKE(document.tokens);
	terminal->tokens = tokens;
	if (!tokens)
		return admin_no_memory();
	grown = reallocarray(tokens->entries, TOKENS_MAX, sizeof(*tokens->entries));
	if (!grown)
		return admin_no_memory();
	tokens->entries = grown;
	return EXIT_DONE;
}

static int settle_tier(const struct token_terminal *terminal, const struct token_time *time,
	const struct place *place, struct document_header *header)
{
	const char *tier = time->tier ? time->tier : place->site_path ? place->site.tier : NULL;

	if (!terminal->is_new && (!time->tier || strcmp(time->tier, header->tier) == 0))
		return EXIT_DONE;
	if (!terminal->is_new) {
		admin_complain("%s is of the tier %s", terminal->path, header->tier);
		return EXIT_NO;
	}
	return terminal_header_set_tier(terminal->path, tier, header);
}

static int settle_header(struct token_terminal *terminal, const struct token_time *time)
{
	struct document_header *header = &terminal->tokens->header;
	CLEANUP(place_clear) struct place place = {0};
	int code = place_find(terminal->path, NULL, &place);

	header->kind = DOCUMENT_TOKENS;
	if (code == EXIT_DONE)
		code = terminal_header_set_root(
			terminal->path, terminal->is_new, time->now_s, header);
	if (code == EXIT_DONE)
		code = settle_tier(terminal, time, &place, header);
	if (code != EXIT_DONE)
		return code;
	if (time->serial > 0 && time->serial <= header->serial) {
		admin_complain("the serial must be higher than %" PRIu64
			       ", which the terminal may have seen",
			header->serial);
		return EXIT_NO;
	}
	header->serial = time->serial > 0 ? time->serial : header->serial + 1;
	return terminal_header_set_dates(time, header);
}

/* What counts no more only makes the document longer, and a terminal's record another format. */
static void drop_old_tickets(struct tokens *tokens, int64_t now_s)
{
	for (size_t i = 0; i < tokens->n_entries; i++) {
		struct token_entry *entry = &tokens->entries[i];

		if (entry->ticket.until_s <= now_s)
			entry->ticket = (struct token_ticket){0};
		if (entry->temporary.until_s <= now_s)
			entry->temporary = (struct token_ticket){0};
	}
}

int token_terminal_read_key(const char *where, struct token_terminal *ret)
{
	int code = find_files(where, ret);

	return code == EXIT_DONE ? read_key(ret) : code;
}

int token_terminal_open(const char *where, const struct token_time *time,
	enum token_other_key other_key, struct token_terminal *ret)
{
	int code = token_terminal_read_key(where, ret);

	if (code == EXIT_DONE)
		code = token_folder_check_name(ret->key_path, &ret->key);
	if (code == EXIT_DONE)
		code = read_tokens(ret);
	if (code == EXIT_DONE)
		code = settle_key(ret, other_key);
	if (code == EXIT_DONE)
		code = settle_header(ret, time);
	if (code == EXIT_DONE)
		drop_old_tickets(ret->tokens, time->now_s);
	if (code == EXIT_DONE)
		memcpy(ret->tokens->key, ret->key.fingerprint, sizeof(ret->tokens->key));
	return code;
}

struct token_entry *token_terminal_find(const struct token_terminal *terminal, const char *user)
{
	struct tokens *tokens = terminal->tokens;

	for (size_t i = 0; i < tokens->n_entries; i++)
		if (strcmp(tokens->entries[i].user, user) == 0)
			return &tokens->entries[i];
	return NULL;
}

const struct token_entry *token_terminal_before(
	const struct token_terminal *terminal, const char *user)
{
	const struct token_entry *entry = token_terminal_find(terminal, user);

	for (size_t i = 0; !entry && i < terminal->n_lost; i++)
		if (strcmp(terminal->lost[i].user, user) == 0)
			entry = &terminal->lost[i];
	return entry;
}

struct token_entry *token_terminal_put(
	struct token_terminal *terminal, const char *user, const char *number)
{
	const struct token_entry *before = token_terminal_before(terminal, user);
	struct token_entry *entry = token_terminal_find(terminal, user);
	struct tokens *tokens = terminal->tokens;
	struct token_dates dates = {0};
	uint32_t reset = 0;

	for (size_t i = 0; i < tokens->n_entries; i++)
		if (strcmp(tokens->entries[i].number, number) == 0 &&
			&tokens->entries[i] != entry) {
			admin_complain("%s: %s has the token %s already; one token is one person's",
				terminal->path, tokens->entries[i].user, number);
			return NULL;
		}
	if (!entry && tokens->n_entries == TOKENS_MAX) {
		admin_complain(
			"%s: at most %d persons at one terminal", terminal->path, TOKENS_MAX);
		return NULL;
	}
	/* They are the person's, whatever token it is. */
	if (before)
		dates = before->dates;
	/* The same number with another secret: what the terminal remembers of it is of another. */
	if (before && strcmp(before->number, number) == 0)
		reset = before->reset + 1;
	if (!entry)
		entry = &tokens->entries[tokens->n_entries++];
	*entry = (struct token_entry){.reset = reset, .dates = dates};
	snprintf(entry->user, sizeof(entry->user), "%s", user);
	snprintf(entry->number, sizeof(entry->number), "%s", number);
	return entry;
}

void token_terminal_remove(struct token_terminal *terminal, struct token_entry *entry)
{
	struct tokens *tokens = terminal->tokens;
	size_t at = (size_t)(entry - tokens->entries);

	tokens->n_entries--;
	memmove(entry, entry + 1, (tokens->n_entries - at) * sizeof(*entry));
}

int token_terminal_write(const struct token_terminal *terminal, const struct token_time *time)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size = 0;
	int r = token_text_make(terminal->tokens, time->offset_minutes, &text, &size);

	if (r == -ENOMEM)
		return admin_no_memory();
	if (r == -EFBIG) {
		admin_complain("%s would be larger than a terminal takes", terminal->path);
		return EXIT_NO;
	}
	if (r < 0) {
		admin_complain("%s: what would be written cannot be read again", terminal->path);
		return EXIT_UNKNOWN;
	}
	return admin_replace(terminal->path, text, size) == 0 ? EXIT_DONE : EXIT_UNKNOWN;
}
