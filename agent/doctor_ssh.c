#include "agent/doctor_ssh.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/below.h"
#include "agent/doctor_lines.h"
#include "policy/cleanup.h"

#define SSH_CONFIG "/etc/ssh/sshd_config"
#define DEPTH_MAX  16 /* sshd's own */

/* The first that sshd finds counts. */
struct ssh {
	struct {
		const char *name;
		bool is_set, is_yes;
		char file[DOCTOR_PATH_SIZE];
		unsigned line;
	} keys[5];
	bool needs_more; /* every AuthenticationMethods list asks for more than a key */
	bool has_methods;
};

enum { SSH_PUBKEY = 0, SSH_EMPTY, SSH_PAM, SSH_KBD, SSH_CHALLENGE };

/* Lists of methods, each of which is enough: does every one go through PAM? */
static bool all_ask(char *lists)
{
	for (char *list; (list = strsep(&lists, " \t"));)
		if (*list && !strstr(list, "password") && !strstr(list, "keyboard-interactive"))
			return false;
	return true;
}

static void take_ssh(struct ssh *ssh, const struct doctor_lines *lines, char *line)
{
	char *value = line + strcspn(line, DOCTOR_BLANKS "=");

	if (*value)
		*value++ = '\0';
	value += strspn(value, DOCTOR_BLANKS "=\"");
	if (!ssh->has_methods && strcasecmp(line, "AuthenticationMethods") == 0) {
		ssh->has_methods = true;
		ssh->needs_more = all_ask(value);
	}
	value[strcspn(value, DOCTOR_BLANKS "\"#")] = '\0';
	for (size_t i = 0; i < sizeof(ssh->keys) / sizeof(ssh->keys[0]); i++) {
		if (ssh->keys[i].is_set || strcasecmp(line, ssh->keys[i].name) != 0)
			continue;
		ssh->keys[i].is_set = true;
		ssh->keys[i].is_yes = strcasecmp(value, "yes") == 0;
		snprintf(ssh->keys[i].file, sizeof(ssh->keys[i].file), "%s", lines->file);
		ssh->keys[i].line = lines->number;
	}
}

static void read_ssh(struct doctor *doctor, struct ssh *ssh, const char *path, int depth);

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), size = strlen(end);

	return length >= size && strcmp(text + length - size, end) == 0;
}

/* Names, and "FOLDER/STAR.END", the pattern that is in use. */
static void include_ssh(struct doctor *doctor, struct ssh *ssh, char *names, int depth)
{
	for (char *name; (name = strsep(&names, DOCTOR_BLANKS));) {
		CLEANUP(below_names_clear) struct below_names found_names = {.n = 0};
		char path[DOCTOR_PATH_SIZE], full[DOCTOR_PATH_SIZE], *base;

		name += strspn(name, "\"");
		name[strcspn(name, "\"")] = '\0';
		if (!*name || !doctor_path("/etc/ssh", name, path))
			continue;
		base = strrchr(path, '/') + 1;
		if (base[0] != '*') {
			read_ssh(doctor, ssh, path, depth + 1);
			continue;
		}
		base[-1] = '\0';
		if (below_list(doctor->root_fd, path, &found_names) < 0)
			continue;
		for (size_t i = 0; i < found_names.n; i++) {
			if (!ends_with(found_names.items[i], base + 1))
				continue;
			if (doctor_path(path, found_names.items[i], full))
				read_ssh(doctor, ssh, full, depth + 1);
		}
	}
}

/* Whether what follows is of some logins only. "Match all" is of every one again. */
static bool is_of_some(struct doctor *doctor, const struct doctor_lines *lines, const char *line)
{
	const char *value = line + strlen("Match");

	value += strspn(value, DOCTOR_BLANKS);
	if (strncasecmp(value, "all", 3) == 0 &&
		value[3 + strspn(value + 3, DOCTOR_BLANKS)] == '\0')
		return false;
	doctor_lines_found(doctor, DOCTOR_SSH_MATCH, "sshd", lines, line);
	return true;
}

static void read_ssh(struct doctor *doctor, struct ssh *ssh, const char *path, int depth)
{
	CLEANUP(doctor_lines_clear) struct doctor_lines lines = {.text = NULL};
	bool is_passed_over = false; /* until the end of the file, or "Match all" */

	if (depth >= DEPTH_MAX || !doctor_lines_open(doctor, path, &lines))
		return;
	for (char *line; (line = doctor_lines_next(&lines));) {
		size_t word = strcspn(line, DOCTOR_BLANKS);

		if (word == 5 && strncasecmp(line, "Match", 5) == 0)
			is_passed_over = is_of_some(doctor, &lines, line);
		else if (is_passed_over)
			continue;
		else if (word == 7 && strncasecmp(line, "Include", 7) == 0)
			include_ssh(doctor, ssh, line + word + strspn(line + word, DOCTOR_BLANKS),
				depth);
		else if (line[0] && line[0] != '#')
			take_ssh(ssh, &lines, line);
	}
}

static void tell_ssh(
	struct doctor *doctor, const struct ssh *ssh, size_t key, enum doctor_word word)
{
	const struct doctor_place place = {.service = "sshd",
		.file = ssh->keys[key].is_set ? ssh->keys[key].file : SSH_CONFIG,
		.line = ssh->keys[key].line};

	doctor_find(doctor, word, doctor_weight_of(doctor, "sshd"), &place, "%s %s",
		ssh->keys[key].name, ssh->keys[key].is_yes ? "yes" : "no");
}

/* What OpenSSH takes where its file says nothing. */
void doctor_look_at_ssh(struct doctor *doctor)
{
	struct ssh ssh = {.keys = {{.name = "PubkeyAuthentication", .is_yes = true},
				  {.name = "PermitEmptyPasswords"}, {.name = "UsePAM"},
				  {.name = "KbdInteractiveAuthentication", .is_yes = true},
				  {.name = "ChallengeResponseAuthentication", .is_yes = true}}};
	struct stat there;

	if (below_stat(doctor->root_fd, SSH_CONFIG, &there) == -ENOENT)
		return;
	read_ssh(doctor, &ssh, SSH_CONFIG, 0);
	if (ssh.keys[SSH_PUBKEY].is_yes && !ssh.needs_more)
		tell_ssh(doctor, &ssh, SSH_PUBKEY, DOCTOR_SSH_KEYS);
	if (ssh.keys[SSH_EMPTY].is_yes)
		tell_ssh(doctor, &ssh, SSH_EMPTY, DOCTOR_SSH_EMPTY);
	if (!ssh.keys[SSH_PAM].is_yes)
		tell_ssh(doctor, &ssh, SSH_PAM, DOCTOR_SSH_NO_PAM);
	doctor->ssh_has_one_box = !ssh.keys[SSH_KBD].is_yes || !ssh.keys[SSH_CHALLENGE].is_yes;
}
