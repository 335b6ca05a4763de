/*
 * Ways into the terminal that pass by every auth stack: automatic logins, sudo without a password,
 * SSH keys (doctor_ssh.c). A short list of what these programs' own files say, each read as that
 * program does.
 */
#include "agent/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/below.h"
#include "agent/doctor_lines.h"
#include "agent/doctor_ssh.h"
#include "policy/cleanup.h"

#define DEPTH_MAX 16

/* "key = value": true with *ret_value. */
static bool setting(char *line, const char *key, const char **ret_value)
{
	size_t length = strlen(key);
	char *value = strchr(line, '=');

	if (!value || strncasecmp(line, key, length) != 0 ||
		line + length + strspn(line + length, DOCTOR_BLANKS) != value)
		return false;
	value++;
	*ret_value = value + strspn(value, DOCTOR_BLANKS);
	return true;
}

static bool is_yes(const char *value)
{
	return strcasecmp(value, "true") == 0 || strcasecmp(value, "yes") == 0 ||
	       strcmp(value, "1") == 0;
}

static void look_at_gdm(struct doctor *doctor, const char *path)
{
	CLEANUP(doctor_lines_clear) struct doctor_lines lines = {.text = NULL};
	const char *value;

	if (!doctor_lines_open(doctor, path, &lines))
		return;
	for (char *line; (line = doctor_lines_next(&lines));)
		if ((setting(line, "AutomaticLoginEnable", &value) ||
			    setting(line, "TimedLoginEnable", &value)) &&
			is_yes(value))
			doctor_lines_found(doctor, DOCTOR_AUTOLOGIN, "gdm-autologin", &lines, "");
}

/* A setting that names the account; service and key are of the program. */
static void look_at_named(
	struct doctor *doctor, const char *path, const char *service, const char *key)
{
	CLEANUP(doctor_lines_clear) struct doctor_lines lines = {.text = NULL};
	bool is_autologin = strcmp(service, "sddm-autologin") != 0;
	const char *value;

	if (!doctor_lines_open(doctor, path, &lines))
		return;
	for (char *line; (line = doctor_lines_next(&lines));) {
		if (line[0] == '[' && strcmp(service, "sddm-autologin") == 0)
			is_autologin = strcasecmp(line, "[Autologin]") == 0;
		else if (is_autologin && setting(line, key, &value) && *value)
			doctor_lines_found(doctor, DOCTOR_AUTOLOGIN, service, &lines, value);
	}
}

static void look_at_named_in(
	struct doctor *doctor, const char *folder, const char *service, const char *key)
{
	CLEANUP(below_names_clear) struct below_names names = {.n = 0};
	char path[DOCTOR_PATH_SIZE];

	if (below_list(doctor->root_fd, folder, &names) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		if (doctor_path(folder, names.items[i], path))
			look_at_named(doctor, path, service, key);
	}
}

static void look_at_unit(struct doctor *doctor, const char *path)
{
	CLEANUP(doctor_lines_clear) struct doctor_lines lines = {.text = NULL};

	if (!doctor_lines_open(doctor, path, &lines))
		return;
	for (const char *line; (line = doctor_lines_next(&lines));)
		if (strncmp(line, "ExecStart=", 10) == 0 && strstr(line, "getty") &&
			(strstr(line, "--autologin") || strstr(line, " -a ")))
			doctor_lines_found(doctor, DOCTOR_AUTOLOGIN, "login", &lines, "");
}

/* Units of getty, and what stands in their drop-in folders. */
static void look_at_gettys(struct doctor *doctor, const char *folder)
{
	CLEANUP(below_names_clear) struct below_names names = {.n = 0};
	char path[DOCTOR_PATH_SIZE], unit[DOCTOR_PATH_SIZE];

	if (below_list(doctor->root_fd, folder, &names) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		CLEANUP(below_names_clear) struct below_names parts = {.n = 0};

		if (!strstr(names.items[i], "getty"))
			continue;
		if (!doctor_path(folder, names.items[i], path))
			continue;
		if (below_list(doctor->root_fd, path, &parts) < 0)
			look_at_unit(doctor, path);
		for (size_t k = 0; k < parts.n; k++)
			if (doctor_path(path, parts.items[k], unit))
				look_at_unit(doctor, unit);
	}
}

static void look_at_autologin(struct doctor *doctor)
{
	static const char *const lightdm[] = {
		"/usr/share/lightdm/lightdm.conf.d", "/etc/lightdm/lightdm.conf.d"};
	static const char *const sddm[] = {"/usr/lib/sddm/sddm.conf.d", "/etc/sddm.conf.d"};

	look_at_gdm(doctor, "/etc/gdm3/daemon.conf");
	look_at_gdm(doctor, "/etc/gdm3/custom.conf");
	look_at_gdm(doctor, "/etc/gdm/custom.conf");
	for (size_t i = 0; i < 2; i++) {
		look_at_named_in(doctor, lightdm[i], "lightdm-autologin", "autologin-user");
		look_at_named_in(doctor, sddm[i], "sddm-autologin", "User");
	}
	look_at_named(doctor, "/etc/lightdm/lightdm.conf", "lightdm-autologin", "autologin-user");
	look_at_named(doctor, "/etc/sddm.conf", "sddm-autologin", "User");
	look_at_gettys(doctor, "/etc/systemd/system");
	look_at_gettys(doctor, "/run/systemd/system");
}

/* Outside of remarks. sudoers has "#" also in numbers of users: then a digit follows. */
static bool has_word(const char *line, const char *word)
{
	for (const char *at = line; *at; at++) {
		if (*at == '#' && (at[1] < '0' || at[1] > '9'))
			return false;
		if (strncmp(at, word, strlen(word)) == 0)
			return true;
	}
	return false;
}

static void look_at_sudoers(struct doctor *doctor, const char *path, int depth);

/* As sudo does: names with a dot, or "~" at their end, are left out. */
static void look_at_sudoers_in(struct doctor *doctor, const char *folder, int depth)
{
	CLEANUP(below_names_clear) struct below_names names = {.n = 0};
	char path[DOCTOR_PATH_SIZE];
	int r = below_list(doctor->root_fd, folder, &names);

	if (r < 0 && r != -ENOENT)
		doctor_find_unread(doctor, folder, r);
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.items[i];

		if (strchr(name, '.') || name[strlen(name) - 1] == '~')
			continue;
		if (doctor_path(folder, name, path))
			look_at_sudoers(doctor, path, depth + 1);
	}
}

/* "@include FILE", "#includedir FOLDER", … True: it was one. */
static bool follow_sudoers(
	struct doctor *doctor, const struct doctor_lines *lines, char *line, int depth)
{
	char path[DOCTOR_PATH_SIZE], folder[DOCTOR_PATH_SIZE];
	bool is_folder;
	const char *name;

	if ((line[0] != '@' && line[0] != '#') || strncmp(line + 1, "include", 7) != 0)
		return false;
	is_folder = strncmp(line + 8, "dir", 3) == 0;
	name = line + (is_folder ? 11 : 8);
	if (!strchr(DOCTOR_BLANKS, *name) || depth >= DEPTH_MAX)
		return true;
	name += strspn(name, DOCTOR_BLANKS);
	snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(lines->file, '/') - lines->file),
		lines->file);
	if (!doctor_path(folder, name, path))
		return true;
	if (is_folder)
		look_at_sudoers_in(doctor, path, depth);
	else
		look_at_sudoers(doctor, path, depth + 1);
	return true;
}

static void look_at_sudoers(struct doctor *doctor, const char *path, int depth)
{
	CLEANUP(doctor_lines_clear) struct doctor_lines lines = {.text = NULL};

	if (!doctor_lines_open(doctor, path, &lines))
		return;
	for (char *line; (line = doctor_lines_next(&lines));) {
		if (follow_sudoers(doctor, &lines, line, depth))
			continue;
		if (has_word(line, "NOPASSWD") || has_word(line, "!authenticate"))
			doctor_lines_found(doctor, DOCTOR_NOPASSWD, "sudo", &lines, line);
	}
}

/* Of an account that is exempt every stack holds, and lets it in. */
static void look_at_exempt(struct doctor *doctor)
{
	const struct login_rules *rules = &doctor->rules;
	int64_t now_s = doctor->floor_s > doctor->now_s ? doctor->floor_s : doctor->now_s;

	for (size_t i = 0; i < rules->n_exempt; i++)
		if (now_s < rules->exempt[i].until_s)
			doctor_find(doctor, DOCTOR_EXEMPT, DOCTOR_REMARK, &(struct doctor_place){},
				"%s", rules->exempt[i].name);
}

void doctor_look_at_ways_round(struct doctor *doctor)
{
	look_at_exempt(doctor);
	look_at_autologin(doctor);
	look_at_sudoers(doctor, "/etc/sudoers", 0);
	doctor_look_at_ssh(doctor);
}
