#include "tests/usb/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define MOMENT_NS   (2 * 1000000)
#define READY_MS    20000
#define SHOWN_BYTES 30000

static char build[256];
static char top[64];
static pid_t process;

void daemon_is_in(const char *path)
{
	snprintf(build, sizeof(build), "%s", path);
}

static const char *path_of(const char *folder, const char *name)
{
	static char path[100]; /* short enough for a socket */

	snprintf(path, sizeof(path), "%s/%s/%s", top, folder, name);
	return path;
}

const char *daemon_folder(const char *name)
{
	return path_of(name, ".");
}

int daemon_setup(void **state)
{
	static const char *const folders[] = {"etc", "state", "logs", "run"};

	snprintf(top, sizeof(top), "/tmp/sekisho-daemon-XXXXXX");
	if (!mkdtemp(top))
		return -1;
	for (size_t i = 0; i < 4; i++)
		if (mkdir(path_of(folders[i], ""), 0700) < 0)
			return -1;
	process = 0;
	return 0;
}

static int remove_one(const char *path, const struct stat *facts, int type, struct FTW *place)
{
	return remove(path);
}

int daemon_teardown(void **state)
{
	if (process > 0) {
		kill(process, SIGKILL);
		waitpid(process, NULL, 0);
	}
	return nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void daemon_put(const char *folder, const char *name, const void *bytes, size_t size)
{
	FILE *file = fopen(path_of(folder, name), "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

bool daemon_has(const char *folder, const char *name)
{
	return access(path_of(folder, name), F_OK) == 0;
}

void daemon_remove(const char *folder, const char *name)
{
	assert_int_equal(unlink(path_of(folder, name)), 0);
}

static void name_folder(const char *variable, const char *folder)
{
	setenv(variable, path_of(folder, "."), 1);
}

/* In the child. */
static void run(void)
{
	char text[512], program[300];
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* A test that dies leaves no sekishod behind. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	name_folder("CONFIGURATION_DIRECTORY", "etc");
	name_folder("STATE_DIRECTORY", "state");
	name_folder("LOGS_DIRECTORY", "logs");
	name_folder("RUNTIME_DIRECTORY", "run");
	setenv("NOTIFY_SOCKET", path_of("run", "notify"), 1);
	snprintf(text, sizeof(text), "unix:path=%s", path_of("run", "no-bus"));
	setenv("DBUS_SYSTEM_BUS_ADDRESS", text, 1);
	/* Without it, sekishod would fight a plain file as it would a kernel that does not obey. */
	snprintf(text, sizeof(text), "%s/tests/usb/kernel_hook.so", build);
	if (access(text, R_OK) < 0)
		_exit(126);
	snprintf(text, sizeof(text), "%s/tests/usb/kernel_hook.so:libumockdev-preload.so.0", build);
	setenv("LD_PRELOAD", text, 1);
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
	dup2(null, STDIN_FILENO);
	dup2(open(path_of("run", "stderr"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600),
		STDERR_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	snprintf(program, sizeof(program), "%s/sekishod", build);
	execl(program, program, (char *)NULL);
	_exit(127);
}

static int open_notify_socket(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path_of("run", "notify"));
	unlink(address.sun_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void wait_until_ready(int fd)
{
	struct pollfd said = {.fd = fd, .events = POLLIN};
	char text[256] = "";

	while (!strstr(text, "READY=1")) {
		ssize_t n;

		if (poll(&said, 1, READY_MS) != 1)
			daemon_fail("sekishod is ready", __FILE__, __LINE__);
		n = recv(fd, text, sizeof(text) - 1, 0);
		text[n > 0 ? n : 0] = '\0';
	}
}

void daemon_start(void)
{
	int notify = open_notify_socket();

	process = fork();
	assert_true(process >= 0);
	if (process == 0)
		run();
	wait_until_ready(notify);
	close(notify);
	assert_int_equal(access(path_of("run", "running"), F_OK), 0);
}

double daemon_cpu_ms(void)
{
	struct timespec used;
	clockid_t clock;

	assert_int_equal(clock_getcpuclockid(process, &clock), 0);
	assert_int_equal(clock_gettime(clock, &used), 0);
	return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

static int end(int signal)
{
	int status;

	assert_int_equal(kill(process, signal), 0);
	assert_int_equal(waitpid(process, &status, 0), process);
	process = 0;
	return status;
}

void daemon_stop(void)
{
	int status = end(SIGTERM);

	if (status != 0)
		daemon_fail("sekishod ended well", __FILE__, __LINE__);
	assert_int_equal(access(path_of("run", "running"), F_OK), -1);
}

void daemon_kill(void)
{
	int status = end(SIGKILL);

	assert_true(WIFSIGNALED(status));
}

unsigned daemon_records(const char *event, const char *device)
{
	FILE *file = fopen(path_of("logs", "records-1.jsonl"), "re");
	static char line[16384];
	char is_event[64], is_device[96];
	unsigned count = 0;

	if (!file)
		return 0;
	snprintf(is_event, sizeof(is_event), "\"event\":\"%s\"", event);
	snprintf(is_device, sizeof(is_device), "\":\"%s\"", device ? device : "");
	while (fgets(line, sizeof(line), file))
		/* A line that is being written has no end yet. */
		count += strchr(line, '\n') && strstr(line, is_event) &&
			 (!device || strstr(line, is_device));
	fclose(file);
	return count;
}

void daemon_wait_a_moment(void)
{
	nanosleep(&(struct timespec){.tv_nsec = MOMENT_NS}, NULL);
}

/* The last of it. */
static void show(const char *folder, const char *name)
{
	FILE *file = fopen(path_of(folder, name), "re");
	static char line[16384];

	if (!file)
		return;
	if (fseek(file, -SHOWN_BYTES, SEEK_END) == 0)
		(void)!fgets(line, sizeof(line), file);
	while (fgets(line, sizeof(line), file))
		print_message("# %s", line);
	fclose(file);
}

void daemon_fail(const char *what, const char *file, int line)
{
	show("run", "stderr");
	show("logs", "records-1.jsonl");
	print_message("# waited in vain at %s:%d: %s\n", file, line, what);
	fail();
}
