/*
 * sekisho-unseal: run as root at each start before anybody can log in, and whenever a new list of
 * tokens comes. Opens the secrets of this terminal's tokens and keeps people's records.
 *
 *	sekisho-unseal                      what the unit runs
 *	sekisho-unseal --new-key            gives up the terminal's key, and makes another
 *	sekisho-unseal --new-envelope       makes one code to get in with, and shows it once
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include <time.h>
#include <unistd.h>

#include "pam/rules_file.h"
#include "pam/spool.h"
#include "pam/unseal.h"
#include "pam/unseal_envelope.h"
#include "pam/unseal_file.h"
#include "policy/login_places.h"
#include "policy/site.h"

#define ACCOUNT      "_sekisho-otp"
#define SITE_FOLDER  "/etc/sekisho"
#define TPM_TABLE    "/sys/firmware/acpi/tables/TPM2"
#define TPM_DEVICE   "/dev/tpmrm0"
#define TPM_WAIT_MS  15000
#define TPM_PAUSE_MS 100

enum { EXIT_DONE = 0, EXIT_NOT_ALL = 1, EXIT_NOT_DONE = 2 };

static int complain(const char *what, int error)
{
	fprintf(stderr, "sekisho-unseal: %s: %s\n", what, strerror(-error));
	return EXIT_NOT_DONE;
}

/* The spool belongs to the helper's account: written as root it could not be written by it. */
static int write_event(const struct unseal *unseal, const struct login_event *event)
{
	int fd = openat(unseal->state_fd, LOGIN_SPOOL_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = seteuid(unseal->owner.uid) < 0 ? -errno : spool_write(fd, event);
	if (seteuid(0) < 0)
		r = -errno;
	close(fd);
	return r;
}

/* systemd takes the number off and files the line under it. */
static void say(const struct unseal_news *news)
{
	bool has_journal = getenv("JOURNAL_STREAM") != NULL;

	fprintf(stderr, "%ssekisho-unseal: %s%s%s%s%s%s%s\n",
		!has_journal  ? ""
		: news->error ? "<3>"
			      : "<5>",
		login_reason_name(news->reason), news->user ? " of " : "",
		news->user ? news->user : "", news->token ? ", " : "",
		news->token ? news->token : "", news->error ? ": " : "",
		news->error ? strerror(-news->error) : "");
}

static void tell(const struct unseal *unseal, const struct unseal_news *news)
{
	struct login_event event = {
		.reason = news->reason, .error = -news->error, .number = news->number};
	int r;

	spool_stamp(&event);
	snprintf(event.service, sizeof(event.service), "sekisho-unseal");
	snprintf(event.user, sizeof(event.user), "%s", news->user ? news->user : "");
	snprintf(event.token, sizeof(event.token), "%s", news->token ? news->token : "");
	say(news);
	r = write_event(unseal, &event);
	if (r < 0)
		(void)complain("this could not be recorded", r);
}

/* "" where the terminal has no name, or its file cannot be read: then the key goes without one. */
static void read_terminal(char ret[TERMINAL_NAME_MAX + 1])
{
	int folder = open(SITE_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct problems problems = {};
	struct site site;
	char *text = NULL;
	size_t size = 0;

	ret[0] = '\0';
	if (folder >= 0 && unseal_file_read(folder, "site.ini", SITE_SIZE_MAX, &text, &size) == 0 &&
		site_parse(text, size, &problems, &site) == 0)
		snprintf(ret, TERMINAL_NAME_MAX + 1, "%s", site.terminal);
	problems_clear(&problems);
	unseal_file_wipe(text, size);
	if (folder >= 0)
		close(folder);
}

/* Its driver may still be loading when the first logins are due. */
static void wait_for_tpm(void)
{
	static const struct timespec pause = {.tv_nsec = TPM_PAUSE_MS * 1000000L};

	for (int waited_ms = 0; waited_ms < TPM_WAIT_MS && access(TPM_TABLE, F_OK) == 0 &&
				access(TPM_DEVICE, F_OK) < 0;
		waited_ms += TPM_PAUSE_MS)
		(void)nanosleep(&pause, NULL);
}

/* Opened secrets are written to memory only. */
static int open_secrets(void)
{
	int fd = unseal_folder(AT_FDCWD, SECRETS_FOLDER, 0711);
	struct statfs facts;

	if (fd < 0)
		return fd;
	if (fstatfs(fd, &facts) < 0 ||
		(facts.f_type != RAMFS_MAGIC && facts.f_type != TMPFS_MAGIC)) {
		close(fd);
		return -EMEDIUMTYPE;
	}
	return fd;
}

static int find_account(struct own_file_owner *ret)
{
	const struct passwd *account = getpwnam(ACCOUNT);

	if (!account || account->pw_uid == 0)
		return -ENXIO;
	*ret = (struct own_file_owner){.uid = account->pw_uid, .gid = 0};
	return 0;
}

static int64_t trusted_now_s(int state_fd)
{
	int64_t floor_s = rules_file_floor_s(state_fd);
	int64_t now_s = (int64_t)time(NULL);

	return now_s > floor_s ? now_s : floor_s;
}

static int act(struct unseal *unseal, bool is_envelope)
{
	int r = find_account(&unseal->owner);

	if (r < 0)
		return complain("the account " ACCOUNT, r);
	if (is_envelope) {
		r = unseal_new_envelope(unseal, stdout);
		return r < 0 ? complain("no envelope code was made", r) : EXIT_DONE;
	}
	unseal->records_fd = unseal_folder(unseal->state_fd, RECORDS_FOLDER, 0711);
	if (unseal->records_fd < 0)
		return complain(STATE_FOLDER "/" RECORDS_FOLDER, unseal->records_fd);
	unseal->secrets_fd = open_secrets();
	if (unseal->secrets_fd < 0)
		return complain(SECRETS_FOLDER, unseal->secrets_fd);
	wait_for_tpm();
	r = unseal_all(unseal);
	return r < 0 ? complain("not everything was done", r) : r > 0 ? EXIT_NOT_ALL : EXIT_DONE;
}

int main(int argc, char **argv)
{
	const char *option = argc > 1 ? argv[1] : "";
	bool is_key = strcmp(option, "--new-key") == 0;
	bool is_envelope = strcmp(option, "--new-envelope") == 0;
	char terminal[TERMINAL_NAME_MAX + 1];
	struct unseal unseal = {.terminal = terminal,
		.vault = &vault_of_systemd,
		.is_key_new = is_key,
		.tell = tell};

	if (argc > 2 || (argc == 2 && !is_key && !is_envelope)) {
		fputs("usage: sekisho-unseal [--new-key | --new-envelope]; see sekisho-unseal(8)\n",
			stderr);
		return EXIT_NOT_DONE;
	}
	if (geteuid() != 0)
		return complain("this needs root", -EPERM);
	/* Neither a dump of the memory nor what it writes is anybody else's. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	umask(0);
	unseal.state_fd = open(STATE_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (unseal.state_fd < 0)
		return complain(STATE_FOLDER, -errno);
	read_terminal(terminal);
	unseal.now_s = trusted_now_s(unseal.state_fd);
	return act(&unseal, is_envelope);
}
