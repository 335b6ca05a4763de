/* liar: a USB device made of software, for the kernel's vhci_hcd. It is what it
 * claims, or it is not: the devices of an attacker, for tests in a virtual PC.
 * Here: the plugging and the loop. See README.md.
 */
#include "liar_device.h"
#include "liar_plan.h"
#include "liar_port.h"
#include "liar_say.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define LET_GO_MS 50 /* for drivers to see that their requests failed */

enum end {
	END_FAILED = 0,
	END_TIME,   /* the plug lasted as long as planned */
	END_KILLED, /* SIGTERM, SIGINT */
	END_BY_PC,  /* the kernel let go of the device */
};

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* True when the signal asks for the end. */
static bool take_signal(int signals, struct device *device)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return false;
	switch (info.ssi_signo) {
	case SIGTERM:
	case SIGINT: return true;
	case SIGUSR1: device_poke(device, now_ms()); return false;
	default:
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		return false;
	}
}

static int timeout_until(int64_t when)
{
	int64_t left = when - now_ms();

	if (when == DEVICE_NEVER)
		return -1;
	return left > 0 ? (int)left : 0;
}

/* Serves a plugged device until the given time. */
static enum end serve(struct device *device, int signals, int64_t until)
{
	struct pollfd fds[] = {
		{.fd = device->fd, .events = POLLIN},
		{.fd = signals, .events = POLLIN},
	};

	for (;;) {
		int64_t next = device_next_ms(device);
		int r = 1;

		if (until < next)
			next = until;
		if (poll(fds, 2, timeout_until(next)) < 0 && errno != EINTR)
			return END_FAILED;
		if (fds[1].revents && take_signal(signals, device))
			return END_KILLED;
		if (fds[0].revents)
			r = device_serve(device, now_ms());
		if (r == 0)
			return END_BY_PC;
		if (r > 0)
			r = device_tick(device, now_ms());
		if (r < 0) {
			say("the connection broke: %s", strerror(-r));
			return END_FAILED;
		}
		if (now_ms() >= until)
			return END_TIME;
	}
}

/* A pause between two plugs. */
static enum end wait_unplugged(int signals, int64_t until)
{
	struct pollfd fd = {.fd = signals, .events = POLLIN};
	struct device nobody = {.plan = &(const struct plan){0}};

	while (now_ms() < until)
		if (poll(&fd, 1, timeout_until(until)) > 0 && take_signal(signals, &nobody))
			return END_KILLED;
	return END_TIME;
}

/* Out, as far as the PC has not thrown it out. */
static void unplug(struct device *device, int signals)
{
	if (device_let_go(device))
		serve(device, signals, now_ms() + LET_GO_MS);
	port_detach(device->port);
}

/* In, served, out again. */
static enum end plug(struct plan *plan, const struct persona faces[2], struct disk *disk,
	int signals, bool is_last)
{
	static struct device device;
	int64_t until = DEVICE_NEVER;
	enum end end;
	int fd, port;

	fd = port_attach(plan->port, &port);
	if (fd < 0) {
		fprintf(stderr, "liar: cannot plug it in: %s%s\n", strerror(-fd),
			fd == -ENOENT ? " (modprobe vhci_hcd)" : "");
		return END_FAILED;
	}
	plan->port = port;
	say("plugged into port %d: %s", port, plan->shows);
	if (plan->times > 0 && !(is_last && plan->is_staying))
		until = now_ms() + plan->every_ms;
	device_start(&device, plan, &faces[0], plan->then ? &faces[1] : NULL, disk, fd, port);
	end = serve(&device, signals, until);
	if (end != END_BY_PC)
		unplug(&device, signals);
	close(fd);
	say("unplugged%s", end == END_BY_PC ? " by the PC" : "");
	return end;
}

static int run(struct plan *plan, const struct persona faces[2], struct disk *disk)
{
	int signals = open_signals();
	enum end end = END_FAILED;

	if (signals < 0)
		return 1;
	for (int i = 1;; i++) {
		end = plug(plan, faces, disk, signals, i >= plan->times);
		if (end != END_TIME || i >= plan->times)
			break;
		end = wait_unplugged(signals, now_ms() + plan->every_ms);
		if (end != END_TIME)
			break;
	}
	close(signals);
	return end == END_FAILED ? 1 : 0;
}

static int build(struct persona *ret, const char *spec, const struct persona_id *id)
{
	int r = persona_build(ret, spec, id);

	if (r < 0)
		fprintf(stderr, "liar: \"%s\" cannot be shown: %s\n", spec, strerror(-r));
	return r;
}

int main(int argc, char **argv)
{
	static struct persona faces[2];
	struct plan plan;
	struct disk disk;
	int status;

	if (plan_read(&plan, argc, argv) < 0)
		return 2;
	if (build(&faces[0], plan.shows, &plan.id) < 0)
		return 2;
	if (plan.then && build(&faces[1], plan.then, &plan.id) < 0)
		return 2;
	if (disk_create(&disk, plan.image) < 0) {
		fprintf(stderr, "liar: no disk from %s\n", plan.image ? plan.image : "memory");
		return 2;
	}
	status = run(&plan, faces, &disk);
	disk_free(&disk);
	return status;
}
