/*
 * sekisho decommission: takes this terminal out of service. The last record, then the certificate,
 * then nothing is left of keys, second factors, documents and what waited to go up. sekishod is
 * stopped meanwhile: the ports stay shut by the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>

#include "agent/cli.h"
#include "agent/cli_ask.h"
#include "agent/cli_text.h"
#include "agent/descriptor.h"
#include "agent/machine_facts.h"
#include "agent/record_log.h"
#include "agent/store.h"
#include "agent/sysfs.h"
#include "agent/terminal_identity.h"
#include "agent/terminal_name.h"
#include "agent/wipe.h"
#include "policy/cleanup.h"
#include "policy/decommission.h"
#include "policy/login_places.h"
#include "policy/login_rules.h"

#define PATH_SIZE 512
#define TRIES     100
#define TRY_NS    100000000L
/* However long the file of the records is: the last one goes into it. */
#define FILE_SIZE_MAX (INT64_MAX / 2)

struct decommissioning {
	const char *root; /* "" for / */
	bool is_live;     /* units are stopped */
	struct site site;
	struct terminal_identity *identity; /* NULL: none can be read */
	char *certificate;                  /* with its signature */
};

static int fail(const char *what, int r)
{
	fprintf(stderr, "sekisho: %s: %s\n", what, strerror(-r));
	return CLI_UNKNOWN;
}

static const char *path_of(const struct decommissioning *own, const char *name, char ret[PATH_SIZE])
{
	snprintf(ret, PATH_SIZE, "%s%s", own->root, name);
	return ret;
}

static int open_folder(const struct decommissioning *own, const char *name)
{
	char path[PATH_SIZE];

	return open(path_of(own, name, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* --- who it is --- */

/* Whatever of it cannot be read is left out of the certificate: it is wiped all the same. */
static void read_site(struct decommissioning *own)
{
	CLEANUP(cleanup_close) int fd = open_folder(own, "/etc/sekisho");
	CLEANUP(cleanup_free) char *text = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	char path[PATH_SIZE];
	size_t size;

	if (fd < 0 || store_read(fd, "site.ini", SITE_SIZE_MAX, &text, &size) < 0 ||
		site_parse(text, size, &problems, &own->site) < 0)
		own->site = (struct site){.ring = SITE_RING_LAST};
	else
		terminal_name_settle(path_of(own, HOST_NAME_FILE, path), &own->site);
}

static int read_identity(struct decommissioning *own)
{
	CLEANUP(cleanup_close) int fd = open_folder(own, "/var/lib/sekisho");
	char sys[PATH_SIZE], id[PATH_SIZE], machine[MACHINE_SIZE] = "";
	struct machine_places places = {.sys = path_of(own, "/sys", sys),
		.machine_id = path_of(own, "/etc/machine-id", id)};
	struct machine_facts facts;
	struct stat state;

	if (fd < 0 || fstat(fd, &state) < 0)
		return -errno;
	/* As sekishod looks: of a PC whose firmware says nothing, this disk tells which it is. */
	places.disk = state.st_dev;
	/* Below another folder is another machine's disk. */
	if (!own->is_live)
		(void)terminal_identity_recall(fd, machine);
	else if (machine_facts_read(&places, &facts) == 0)
		(void)machine_hash(&facts, machine);
	return terminal_identity_open(fd, machine, &own->identity);
}

/* --- units --- */

static int call_systemd(const char *method, const char *unit)
{
	CLEANUP(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	int r = sd_bus_open_system(&bus);

	return r < 0 ? r
		     : sd_bus_call_method(bus, "org.freedesktop.systemd1",
			       "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
			       method, NULL, NULL, "ss", unit, "replace");
}

/* systemd removes the folder of the file when sekishod has ended. */
static int stop_units(void)
{
	const struct timespec a_moment = {.tv_nsec = TRY_NS};
	int r;

	(void)call_systemd("StopUnit", "sekisho-fetch.path");
	(void)call_systemd("StopUnit", "sekisho-fetch.service");
	r = call_systemd("StopUnit", "sekishod.service");
	for (unsigned i = 0; r >= 0 && i < TRIES; i++) {
		if (access("/run/sekisho/running", F_OK) < 0)
			return 0;
		nanosleep(&a_moment, NULL);
	}
	return r < 0 ? r : -EBUSY;
}

/* --- the last record and the certificate --- */

static int write_record(const struct decommissioning *own, struct decommission *certificate)
{
	CLEANUP(cleanup_close) int fd = open_folder(own, "/var/log/sekisho");
	struct record record = {.event = RECORD_TERMINAL_ENDED};
	struct record_log *log = NULL;
	struct timespec now, running;
	char boot_id[40] = "";
	struct record_log_config config = {.directory_fd = fd,
		.boot_id = boot_id,
		.file_size_max = FILE_SIZE_MAX,
		.to_journal = own->is_live};
	bool torn;
	int r = fd < 0 ? -errno
		       : sysfs_read(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot_id,
				 sizeof(boot_id));

	if (r >= 0)
		r = record_log_open(&config, &log, &torn);
	if (r < 0)
		return r;
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &running);
	record.realtime_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	record.boottime_ms = (uint64_t)running.tv_sec * 1000 + (uint64_t)running.tv_nsec / 1000000;
	r = record_log_append(log, &record);
	if (r == 0)
		r = record_log_sync(log);
	record_log_head(log, &certificate->record_sequence, certificate->record_sha256);
	record_log_close(log);
	certificate->issued = now.tv_sec;
	return r;
}

static int make_certificate(struct decommissioning *own)
{
	const char *key = own->identity ? terminal_identity_key(own->identity) : NULL;
	struct decommission certificate = {.site = &own->site,
		.machine = own->identity ? terminal_identity_machine(own->identity) : NULL,
		.key = key,
		.public_key = key ? terminal_identity_key_text(own->identity) : NULL,
		.agent = SEKISHO_VERSION};
	CLEANUP(cleanup_free) char *text = NULL;
	char armour[SSHSIG_ARMOUR_SIZE] = "";
	int r = write_record(own, &certificate);

	if (r == 0)
		r = decommission_write(&certificate, &text);
	if (r == 0 && key)
		r = terminal_identity_sign(
			own->identity, TERMINAL_REPORT_SPACE, text, strlen(text), armour);
	if (r < 0)
		return r;
	return asprintf(&own->certificate, "%s%s", text, armour) < 0 ? -ENOMEM : 0;
}

/* --- wiping --- */

/*
 * In an order in which a power cut leaves a login that works: while there is a policy, all that it
 * asks for is there; then it is as if there had never been one, and not as if it were lost, which
 * would let nobody in.
 */
static int wipe_policy(const struct decommissioning *own, size_t *n)
{
	static const char *const names[] = {POLICY_SEEN_FILE, "policy.candidate.ini",
		"policy.next.ini", "policy.last-good.ini", "policy.ini", LOGIN_RULES_LAST_FILE,
		LOGIN_RULES_FILE};
	CLEANUP(cleanup_close) int fd = open_folder(own, "/var/lib/sekisho");
	int r = fd < 0 ? -errno : 0;

	for (size_t i = 0; r == 0 && i < sizeof(names) / sizeof(names[0]); i++)
		r = wipe_file(fd, names[i], n);
	return r < 0 ? r : fsync(fd) < 0 ? -errno : 0;
}

static int wipe_all(const struct decommissioning *own, size_t *n)
{
	/* What the ports were before the installation is what removing the package puts back. */
	static const char *const keep[] = {"ports-before", "initramfs-made", NULL};
	static const char *const mine[] = {"site.ini", "root.ini", "server-ca.pem", "join-ticket"};
	static const char *const folders[] = {
		SECRETS_FOLDER, "/var/lib/sekisho-fetch", "/run/sekisho-fetch", "/run/sekisho"};
	CLEANUP(cleanup_close) int etc_fd = open_folder(own, "/etc/sekisho");
	char path[PATH_SIZE];
	int r, first = wipe_policy(own, n);

	r = wipe_folder(AT_FDCWD, path_of(own, "/var/lib/sekisho", path), keep, n);
	first = first < 0 ? first : r;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		r = wipe_folder(AT_FDCWD, path_of(own, folders[i], path), NULL, n);
		first = first < 0 ? first : r;
	}
	for (size_t i = 0; etc_fd >= 0 && i < sizeof(mine) / sizeof(mine[0]); i++) {
		r = wipe_file(etc_fd, mine[i], n);
		first = first < 0 ? first : r;
	}
	return first;
}

static bool is_confirmed(const struct cli_request *request, const struct decommissioning *own)
{
	const char *name = own->site.terminal[0] ? own->site.terminal : "decommission";
	char typed[TERMINAL_NAME_MAX + 2], prompt[256];

	if (request->is_sure)
		return true;
	fprintf(stderr, "%s\n",
		_("This wipes the keys, second factors and documents of this terminal. Nobody's "
		  "one-time code counts here any more, and no login asks for one."));
	snprintf(prompt, sizeof(prompt), _("To go on, type %s: "), name);
	return cli_ask(prompt, false, typed, sizeof(typed)) >= 0 && strcmp(typed, name) == 0;
}

static int run(struct decommissioning *own)
{
	size_t n = 0;
	int r = own->is_live ? stop_units() : 0;

	if (r < 0)
		return fail(_("sekishod cannot be stopped"), r);
	r = make_certificate(own);
	if (r < 0)
		return fail(_("the certificate cannot be made; nothing was wiped"), r);
	fputs(own->certificate, stdout);
	if (fflush(stdout) != 0 || ferror(stdout))
		return fail(_("the certificate cannot be printed; nothing was wiped"), -errno);
	r = wipe_all(own, &n);
	fprintf(stderr, _("%zu files were wiped.\n"), n);
	return r < 0 ? fail(_("not all of it could be wiped"), r) : CLI_DONE;
}

int cli_decommission(const struct cli_request *request)
{
	struct decommissioning own = {
		.root = request->root ? request->root : "", .is_live = !request->root};
	int code, r;

	if (geteuid() != 0 && own.is_live) {
		fprintf(stderr, "sekisho: %s\n", _("only root can do this"));
		return CLI_UNKNOWN;
	}
	read_site(&own);
	if (!is_confirmed(request, &own)) {
		fprintf(stderr, "%s\n", _("Nothing was changed."));
		return CLI_NO;
	}
	r = read_identity(&own);
	if (r < 0 && r != -ENOENT)
		fprintf(stderr, "sekisho: %s: %s\n", _("the key of this terminal cannot be read"),
			strerror(-r));
	code = run(&own);
	/* The ports are watched on, by the built-in policy; and a later join is noticed by its
	 * site.ini. */
	if (own.is_live) {
		(void)call_systemd("StartUnit", "sekishod.service");
		(void)call_systemd("StartUnit", "sekisho-fetch.path");
	}
	terminal_identity_free(own.identity);
	free(own.certificate);
	return code;
}
