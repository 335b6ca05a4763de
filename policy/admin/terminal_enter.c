#include "policy/admin/terminal_enter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/shared_folder.h"
#include "policy/cleanup.h"
#include "policy/terminal_key.h"

int terminal_entry_replace(const char *tier_folder, const struct terminal_entry *entry)
{
	CLEANUP(cleanup_free) char *path = terminal_entry_path(tier_folder, entry->terminal);
	CLEANUP(cleanup_free) char *text = NULL;
	int r = path ? terminal_entry_write(entry, &text) : -ENOMEM;

	if (r == -ENOMEM)
		return admin_no_memory();
	if (r < 0) {
		admin_complain("%s: what would be written cannot be read again", path);
		return EXIT_UNKNOWN;
	}
	return admin_replace(path, text, strlen(text)) == 0 ? EXIT_DONE : EXIT_UNKNOWN;
}

static int write_seal_key(const char *tier, const struct join_request *request)
{
	CLEANUP(cleanup_free)
	char *path = admin_format("%s/terminals/%s/terminal-key.ini", tier, request->terminal);
	char text[TERMINAL_KEY_TEXT_SIZE];

	if (!path || terminal_key_format(request->seal_key, request->terminal, text) < 0)
		return admin_no_memory();
	return admin_replace(path, text, strlen(text)) == 0 ? EXIT_DONE : EXIT_UNKNOWN;
}

/* What is there is of the PC that had the name before: nothing is to be sealed to that any more. */
static int drop_seal_key(const struct join_site *site, const char *terminal)
{
	CLEANUP(cleanup_free)
	char *path = admin_format("%s/terminals/%s/terminal-key.ini", site->folder->tier, terminal);

	if (!path)
		return admin_no_memory();
	if (!terminal_list_by_name(&site->list, terminal) || unlink(path) == 0 || errno == ENOENT)
		return EXIT_DONE;
	admin_complain("%s cannot be removed: %s", path, strerror(errno));
	return EXIT_UNKNOWN;
}

/* What was sealed to the key of the PC before. */
static void say_what_is_sealed(const char *tier, const char *terminal)
{
	static const struct {
		const char *file, *cure;
	} sealed[] = {
		{"tokens.ini", "\"sekisho-admin token issue --new-key\", or import"},
		{"desks.ini", "\"sekisho-admin exemption desk-issue\""},
	};

	for (size_t i = 0; i < sizeof(sealed) / sizeof(sealed[0]); i++) {
		CLEANUP(cleanup_free)
		char *path = admin_format("%s/terminals/%s/%s", tier, terminal, sealed[i].file);

		if (path && access(path, F_OK) == 0)
			printf("            %s is sealed to the PC before: issue it anew by %s\n",
				sealed[i].file, sealed[i].cure);
	}
}

int terminal_enter(const struct join_site *site, const struct join_entry *request, bool is_move)
{
	const struct join_request *said = &request->request;
	const char *tier = site->folder->tier;
	CLEANUP(cleanup_free) char *path = terminal_entry_path(tier, said->terminal);
	struct terminal_entry entry = {.state = TERMINAL_ACTIVE,
		/* What it asked before is not newer than this, whatever its clock says. */
		.joined = said->issued > site->now_s ? said->issued : site->now_s,
		.changed = site->now_s};
	int code;

	memcpy(entry.terminal, said->terminal, sizeof(entry.terminal));
	memcpy(entry.key, request->key, sizeof(entry.key));
	memcpy(entry.certificate, said->certificate, sizeof(entry.certificate));
	memcpy(entry.machine, said->machine, sizeof(entry.machine));
	memcpy(entry.ticket, said->ticket, sizeof(entry.ticket));
	code = path ? shared_folders_above(path) : admin_no_memory();
	if (code == EXIT_DONE)
		code = said->has_seal_key ? write_seal_key(tier, said)
					  : drop_seal_key(site, said->terminal);
	if (code == EXIT_DONE)
		code = terminal_entry_replace(tier, &entry);
	if (code != EXIT_DONE)
		return code;
	printf("%-11s %s, key %s\n", said->terminal, is_move ? "is another PC now" : "has joined",
		request->key);
	if (is_move)
		say_what_is_sealed(tier, said->terminal);
	return EXIT_DONE;
}
