#include "policy/admin/desk_terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/document_write.h"
#include "policy/admin/parse.h"
#include "policy/admin/place.h"
#include "policy/admin/token_folder.h"
#include "policy/base64.h"
#include "policy/cleanup.h"

void desk_terminal_clear(struct desk_terminal *terminal)
{
	token_terminal_clear(&terminal->place);
	free(terminal->path);
}

/* What is there already. */
static int read_desks(struct desk_terminal *terminal)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	int code;

	terminal->is_new = access(terminal->path, F_OK) < 0 && errno == ENOENT;
	if (terminal->is_new)
		return EXIT_DONE;
	code = admin_parse(terminal->path, &document);
	if (code != EXIT_DONE)
		return code;
	if (!document.desks) {
		admin_complain("%s is no desks document", terminal->path);
		return EXIT_NO;
	}
	terminal->desks = *document.desks;
	return EXIT_DONE;
}

static void settle_key(struct desk_terminal *terminal)
{
	struct desks *desks = &terminal->desks;
	const char *key = terminal->place.key.fingerprint;

	if (desks->n_entries > 0 && (strcmp(desks->key, key) != 0 ||
					    strcmp(desks->terminal, terminal->place.name) != 0)) {
		printf("%s: its %zu desks are dropped, because they are for another key than the "
		       "terminal's\n",
			terminal->path, desks->n_entries);
		desks->n_entries = 0;
	}
	snprintf(desks->key, sizeof(desks->key), "%s", key);
	snprintf(desks->terminal, sizeof(desks->terminal), "%s", terminal->place.name);
}

static int settle_tier(struct desk_terminal *terminal, const struct token_time *time)
{
	struct document_header *header = &terminal->desks.header;
	CLEANUP(place_clear) struct place place = {0};
	int code = place_find(terminal->path, NULL, &place);
	const char *tier = time->tier          ? time->tier
			   : place.site_path   ? place.site.tier
			   : !terminal->is_new ? header->tier
					       : NULL;

	return code == EXIT_DONE ? terminal_header_set_tier(terminal->path, tier, header) : code;
}

static int settle_header(struct desk_terminal *terminal, const struct token_time *time)
{
	struct document_header *header = &terminal->desks.header;
	int code = terminal_header_set_root(terminal->path, terminal->is_new, time->now_s, header);

	if (code == EXIT_DONE)
		code = settle_tier(terminal, time);
	if (code != EXIT_DONE)
		return code;
	header->kind = DOCUMENT_DESKS;
	header->serial++;
	return terminal_header_set_dates(time, header);
}

int desk_terminal_open(const char *where, const struct token_time *time, struct desk_terminal *ret)
{
	int code = token_terminal_read_key(where, &ret->place);

	if (code == EXIT_DONE)
		code = token_folder_check_name(ret->place.key_path, &ret->place.key);
	if (code != EXIT_DONE)
		return code;
	ret->path = admin_beside(ret->place.key_path, "desks.ini");
	if (!ret->path)
		return admin_no_memory();
	code = read_desks(ret);
	if (code == EXIT_DONE)
		code = settle_header(ret, time);
	if (code == EXIT_DONE)
		settle_key(ret);
	return code;
}

static void write_base64(FILE *to, const char *key, const uint8_t *bytes, size_t size)
{
	char text[BASE64_SIZE(SEAL_PLAIN_MAX + SEAL_TAG_SIZE) + 1];

	base64_encode(bytes, size, text);
	fprintf(to, "%s = %s\n", key, text);
}

static void write_desk(FILE *to, const struct desk_entry *entry)
{
	fprintf(to, "\n[desk %s]\n", entry->name);
	if (entry->may_login)
		fprintf(to, "login = on\n");
	write_base64(to, "sealed-key", entry->secret.key, SEAL_KEY_SIZE);
	write_base64(to, "sealed-secret", entry->secret.bytes, entry->secret.size);
}

/* Read again as a terminal would. */
static int check(const char *path, const char *text, size_t size)
{
	CLEANUP(desks_cleanup) struct desks *desks = NULL;
	struct problems problems = {0};
	int r = desks_parse(text, size, &problems, &desks);

	admin_print_problems(path, &problems);
	problems_clear(&problems);
	return r == -ENOMEM ? admin_no_memory() : r < 0 ? EXIT_UNKNOWN : EXIT_DONE;
}

int desk_terminal_write(const struct desk_terminal *terminal, const struct token_time *time)
{
	CLEANUP(cleanup_free) char *text = NULL;
	const struct desks *desks = &terminal->desks;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	int code;

	if (!to)
		return admin_no_memory();
	document_write_header(to, &desks->header, time->offset_minutes);
	fprintf(to, "terminal = %s\nterminal-key = %s\n", desks->terminal, desks->key);
	for (size_t i = 0; i < desks->n_entries; i++)
		write_desk(to, &desks->entries[i]);
	if (fclose(to) != 0)
		return admin_no_memory();
	code = check(terminal->path, text, size);
	if (code != EXIT_DONE)
		return code;
	return admin_replace(terminal->path, text, size) == 0 ? EXIT_DONE : EXIT_UNKNOWN;
}
