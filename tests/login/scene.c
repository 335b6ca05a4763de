/*
 * Sets and reads the stage of the login's tests, below a folder that stands for /:
 *
 * scene person ROOT USER [NAME=VALUE...]: a token and its secret. type, hash, digits, period,
 *   number, secret, owner, reset, next, recovery, ticket (its hash), spent; from, until and
 *   ticket-until in seconds since 1970.
 * scene rules ROOT [NAME=VALUE...]: mode, lock-after, lock-for, window, methods, service, group,
 *   exempt.
 * scene floor ROOT SECONDS [OWNER]: of trusted time, and the clock that is learned.
 * scene events ROOT: what the spool holds, a line each.
 * scene state ROOT USER: what is remembered of the token.
 *
 * service=NAME:MODE:BOXES, group=NAME:MODE, exempt=NAME; MODE is required, rehearse, off or empty.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pam/login_clock.h"
#include "pam/user_file.h"
#include "policy/login_event.h"
#include "policy/login_floor.h"
#include "policy/login_rules.h"

static void give_up(const char *what)
{
	fprintf(stderr, "scene: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int open_folder(const char *root, const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s%s", root, name);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		give_up(path);
	return fd;
}

static const char *value_of(char **settings, const char *name, const char *otherwise)
{
	size_t size = strlen(name);

	for (; *settings; settings++)
		if (strncmp(*settings, name, size) == 0 && (*settings)[size] == '=')
			return *settings + size + 1;
	return otherwise;
}

static long number_of(char **settings, const char *name, long otherwise)
{
	const char *value = value_of(settings, name, NULL);

	return value ? strtol(value, NULL, 10) : otherwise;
}

static size_t read_hex(const char *text, uint8_t *ret, size_t size)
{
	size_t n = 0;

	for (; text[0] && text[1] && n < size; text += 2) {
		const char pair[3] = {text[0], text[1], '\0'};

		ret[n++] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return n;
}

static void write_secret(const char *root, const char *user, const char *hex, long owner)
{
	int folder = open_folder(root, "/run/sekisho-otp"), fd;
	uint8_t secret[CODE_SECRET_MAX];
	size_t size = read_hex(hex, secret, sizeof(secret));

	(void)unlinkat(folder, user, 0);
	fd = openat(folder, user, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, secret, size) != (ssize_t)size || fchmod(fd, 0400) < 0 ||
		(owner >= 0 && fchown(fd, (uid_t)owner, (gid_t)owner) < 0))
		give_up(user);
	close(fd);
	close(folder);
}

static int make_person(const char *root, const char *user, char **settings)
{
	static const char *const hashes[] = {"", "sha1", "sha256", "sha512"};
	int folder = open_folder(root, "/var/lib/sekisho/second-factor"), r;
	long owner = number_of(settings, "owner", -1);
	const struct own_file_owner owners = {.uid = (uid_t)owner, .gid = (gid_t)owner};
	struct user_head head = {.token.digits = (uint8_t)number_of(settings, "digits", 6),
		.token.period_s = (uint16_t)number_of(settings, "period", 30),
		.reset = (uint32_t)number_of(settings, "reset", 0),
		.dates = {number_of(settings, "from", 0), number_of(settings, "until", 0)},
		.ticket.until_s = number_of(settings, "ticket-until", 0)};
	struct login_state state = {.memory.next = (uint64_t)number_of(settings, "next", 0),
		.recovery_spent = (uint16_t)number_of(settings, "spent", 0)};

	snprintf(
		head.ticket.hash, sizeof(head.ticket.hash), "%s", value_of(settings, "ticket", ""));
	head.token.kind =
		strcmp(value_of(settings, "type", "totp"), "hotp") == 0 ? CODE_HOTP : CODE_TOTP;
	for (unsigned i = CODE_SHA1; i <= CODE_SHA512; i++)
		if (strcmp(value_of(settings, "hash", "sha1"), hashes[i]) == 0)
			head.token.hash = (enum code_hash)i;
	snprintf(head.serial, sizeof(head.serial), "%s", value_of(settings, "number", "T-1"));
	for (char **at = settings; *at; at++)
		if (strncmp(*at, "recovery=", 9) == 0 && head.n_recovery < RECOVERY_CODES_MAX)
			snprintf(head.recovery[head.n_recovery++], CODE_HASH_TEXT_SIZE, "%s",
				*at + 9);
	r = user_file_make(folder, user, &head, &state, &owners);
	if (r < 0) {
		errno = -r;
		give_up(user);
	}
	if (strcmp(user, USER_FILE_DECOY) != 0)
		write_secret(root, user,
			value_of(settings, "secret", "3132333435363738393031323334353637383930"),
			owner);
	close(folder);
	return 0;
}

static enum second_factor mode_of(const char *word)
{
	if (strncmp(word, "off", 3) == 0)
		return SECOND_FACTOR_OFF;
	return strncmp(word, "rehearse", 8) == 0 ? SECOND_FACTOR_REHEARSE : SECOND_FACTOR_REQUIRED;
}

static const char *after_colon(const char *text)
{
	const char *colon = strchr(text, ':');

	return colon ? colon + 1 : "";
}

static void take_name(const char *text, char ret[LOGIN_NAME_SIZE])
{
	snprintf(ret, LOGIN_NAME_SIZE, "%.*s", (int)strcspn(text, ":"), text);
}

static void take_lists(char **settings, struct login_rules *rules)
{
	for (; *settings; settings++) {
		const char *value = strchr(*settings, '=');

		if (strncmp(*settings, "service=", 8) == 0) {
			struct login_service *service = &rules->services[rules->n_services++];
			const char *mode = after_colon(value + 1), *boxes = after_colon(mode);

			take_name(value + 1, service->name);
			service->has_mode = *mode && *mode != ':';
			service->mode = mode_of(mode);
			service->boxes = *boxes == '1'   ? LOGIN_ONE_BOX
					 : *boxes == '2' ? LOGIN_TWO_BOXES
							 : LOGIN_BOXES_OF_SERVICE;
		} else if (strncmp(*settings, "group=", 6) == 0) {
			struct login_group *group = &rules->groups[rules->n_groups++];

			take_name(value + 1, group->name);
			group->mode = mode_of(after_colon(value + 1));
			group->from_s = INT64_MIN;
		} else if (strncmp(*settings, "exempt=", 7) == 0) {
			struct login_exempt *exempt = &rules->exempt[rules->n_exempt++];

			take_name(value + 1, exempt->name);
			exempt->until_s = INT64_MAX;
		}
	}
}

static int write_rules(const char *root, char **settings)
{
	int folder = open_folder(root, "/var/lib/sekisho"), fd;
	uint8_t bytes[LOGIN_RULES_SIZE];
	struct login_rules rules;

	login_rules_strict(&rules);
	rules.policy_serial = 1;
	rules.mode = mode_of(value_of(settings, "mode", "required"));
	rules.lock_after = (uint16_t)number_of(settings, "lock-after", 5);
	rules.lock_for_s = (uint32_t)number_of(settings, "lock-for", 600);
	rules.window = (uint16_t)number_of(settings, "window", 1);
	rules.methods =
		(unsigned)number_of(settings, "methods", LOGIN_METHOD_TOTP | LOGIN_METHOD_HOTP);
	take_lists(settings, &rules);
	login_rules_encode(&rules, bytes);
	(void)unlinkat(folder, LOGIN_RULES_FILE, 0);
	fd = openat(folder, LOGIN_RULES_FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, bytes, sizeof(bytes)) != (ssize_t)sizeof(bytes))
		give_up(LOGIN_RULES_FILE);
	close(fd);
	close(folder);
	return 0;
}

static void show_file(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t size;

	while (file && (size = getline(&line, &room, file)) > 0) {
		struct login_event event;

		if (line[size - 1] != '\n' ||
			login_event_decode(line, (size_t)size - 1, &event) < 0) {
			printf("damaged\n");
			continue;
		}
		printf("%s user=%s service=%s terminal=%s host=%s token=%s reference=%s "
		       "caller=%" PRIu32 " wait=%" PRId64 " drift=%" PRId32 " number=%" PRIu32
		       " error=%d\n",
			login_reason_name(event.reason), event.user, event.service, event.terminal,
			event.host, event.token, event.reference, event.caller, event.wait_s,
			event.drift, event.number, event.error);
	}
	free(line);
	if (file)
		fclose(file);
}

static int show_events(const char *root)
{
	int folder = open_folder(root, "/var/lib/sekisho/" LOGIN_SPOOL_FOLDER);
	DIR *names = fdopendir(folder);

	for (const struct dirent *entry = readdir(names); entry; entry = readdir(names))
		if (entry->d_name[0] != '.')
			show_file(folder, entry->d_name);
	closedir(names);
	return 0;
}

static int show_state(const char *root, const char *user)
{
	int folder = open_folder(root, "/var/lib/sekisho/second-factor"), r;
	struct user_head head;
	struct user_file *file;
	struct user_state state;
	struct stat facts;

	if (fstatat(folder, user, &facts, AT_SYMLINK_NOFOLLOW) < 0)
		give_up(user);
	r = user_file_open_of(folder, user, facts.st_uid, 1000, &head, &file);
	if (r == 0) {
		r = user_file_read(file, &state);
		user_file_close(file);
	}
	if (r < 0) {
		errno = -r;
		give_up(user);
	}
	printf("next=%" PRIu64 " drift=%" PRId32 " failures=%u locks=%u own-failures=%u "
	       "locked-until=%" PRId64 " recovery=%u\n",
		state.slots.state.memory.next, state.slots.state.memory.drift,
		state.slots.state.attempts.failures, state.slots.state.attempts.locks,
		state.slots.state.own.failures, state.slots.state.attempts.locked_until_s,
		state.slots.state.recovery_spent);
	close(folder);
	return 0;
}

static int write_floor(const char *root, long seconds, long owner)
{
	const struct own_file_owner owners = {.uid = (uid_t)owner, .gid = (gid_t)owner};
	int folder = open_folder(root, "/var/lib/sekisho"), fd;
	char text[LOGIN_FLOOR_SIZE];
	size_t size = login_floor_encode(seconds, text);

	(void)unlinkat(folder, LOGIN_FLOOR_FILE, 0);
	fd = openat(folder, LOGIN_FLOOR_FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, text, size) != (ssize_t)size ||
		login_clock_make(folder, &owners) < 0)
		give_up(LOGIN_FLOOR_FILE);
	close(fd);
	close(folder);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 4 && strcmp(argv[1], "person") == 0)
		return make_person(argv[2], argv[3], argv + 4);
	if (argc >= 3 && strcmp(argv[1], "rules") == 0)
		return write_rules(argv[2], argv + 3);
	if (argc == 3 && strcmp(argv[1], "events") == 0)
		return show_events(argv[2]);
	if (argc == 4 && strcmp(argv[1], "state") == 0)
		return show_state(argv[2], argv[3]);
	if (argc >= 4 && strcmp(argv[1], "floor") == 0)
		return write_floor(argv[2], strtol(argv[3], NULL, 10),
			argc > 4 ? strtol(argv[4], NULL, 10) : -1);
	fprintf(stderr, "scene: see tests/login/scene.c\n");
	return 2;
}
