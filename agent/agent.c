#include "agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/agent_internal.h"
#include "agent/descriptor.h"
#include "agent/run_marker.h"
#include "agent/sysfs.h"
#include "agent/timer.h"

#define RUNNING_FILE "running"

uint64_t agent_boottime_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

int64_t agent_realtime_ms(void)
{
	return (int64_t)clock_ms(CLOCK_REALTIME);
}

int agent_arm(struct agent *agent, sd_event_source **source, clockid_t clock, uint64_t usec,
	sd_event_time_handler_t handler)
{
	return timer_set(agent->event, source, clock, usec, handler, agent);
}

int agent_watch_at_most(
	struct agent *agent, int fd, sd_event_io_handler_t handler, unsigned a_second)
{
	sd_event_source *source;
	int r = sd_event_add_io(agent->event, &source, fd, EPOLLIN, handler, agent);

	if (r < 0)
		return r;
	if (a_second)
		r = sd_event_source_set_ratelimit(source, 1000000, a_second);
	if (r >= 0)
		r = sd_event_source_set_exit_on_failure(source, true);
	if (r >= 0)
		r = sd_event_source_set_floating(source, true);
	sd_event_source_unref(source);
	return r;
}

int agent_watch(struct agent *agent, int fd, sd_event_io_handler_t handler)
{
	return agent_watch_at_most(agent, fd, handler, 0);
}

static int on_wake(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct core_event event = {.kind = EVENT_TICK};

	return agent_handle(userdata, &event);
}

static int record(struct agent *agent, const struct record *record)
{
	int r = agent_record(agent, record);

	return r >= 0 && record->event == RECORD_DEVICE_BLOCKED ? agent_pace_event(agent) : r;
}

static int act(struct agent *agent, const struct core_action *action)
{
	switch (action->kind) {
	case ACTION_RECORD: return record(agent, action->record);
	case ACTION_CARRY_OUT:
		return agent_exemption_may_open(agent, &action->plan)
			       ? agent_carry_out(agent, &action->plan)
			       : agent_exemption_hold(agent, &action->plan);
	case ACTION_SCAN: return agent_scan(agent);
	case ACTION_TRIAL_BEGAN: agent_policy_trial_began(agent); return 0;
	case ACTION_TRIAL_PASSED: return agent_policy_trial_over(agent, true);
	case ACTION_TRIAL_FAILED: return agent_policy_trial_over(agent, false);
	case ACTION_EXEMPTION_STATE: return agent_exemption_keep(agent, &action->state);
	case ACTION_EXEMPTION_FORGET: return agent_exemption_forget(agent, action->state.id);
	case ACTION_NONE: return 0;
	case ACTION_MEDIUM_OPEN:
	case ACTION_MEDIUM_DEADLINE:
	case ACTION_MEDIUM_END: return agent_medium_order(agent, &action->medium);
	}
	return 0;
}

int agent_handle(struct agent *agent, struct core_event *event)
{
	struct core_actions actions = {};
	uint64_t wake;
	int r;

	event->time_ms = agent_boottime_ms();
	event->realtime_ms = agent_realtime_ms();
	event->trusted_ms = agent_trusted_ms(agent);
	event->floor_s = agent_floor_s(agent);
	r = core_handle(agent->core, event, &actions, &wake);
	if (r == 0)
		r = agent_arm(agent, &agent->wake_source, CLOCK_BOOTTIME,
			wake == CORE_NEVER ? UINT64_MAX : wake * 1000, on_wake);
	for (size_t i = 0; r >= 0 && i < actions.count; i++)
		r = act(agent, &actions.items[i]);
	core_actions_clear(&actions);
	bus_touch(agent->bus);
	return r < 0 ? r : agent_report_touch(agent);
}

static int on_terminate(
	sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct agent *agent = userdata;
	struct record record = {
		.event = RECORD_STOPPED,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
	};
	const struct policies_clock clock = agent_clock();

	/* Whoever stops it each minute must not stop the time of a flat battery. */
	(void)policies_save_time(agent->policies, &clock);
	agent_telephone_save(agent);
	(void)agent_record(agent, &record);
	if (record_log_is_dirty(agent->log) && record_log_sync(agent->log) == 0)
		agent_login_stop(agent);
	run_marker_end(agent->state_fd);
	return sd_event_exit(agent->event, 0);
}

/* The clock was set, or the machine woke up: both make the kernel cancel this timer. */
static int arm_clock(struct agent *agent)
{
	struct itimerspec never = {.it_value.tv_sec = INT64_MAX / 1000000000};

	if (timerfd_settime(
		    agent->clock_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0)
		return -errno;
	return 0;
}

static int on_clock(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct agent *agent = userdata;
	struct core_event event = {.kind = EVENT_RESUMED};
	uint64_t count;
	int r;

	if (read(fd, &count, sizeof(count)) < 0 && errno != ECANCELED)
		return 0;
	r = arm_clock(agent);
	if (r == 0)
		r = agent_handle(agent, &event);
	return r < 0 ? r : agent_policy_time_passed(agent);
}

static int watch_clock(struct agent *agent)
{
	int r;

	agent->clock_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (agent->clock_fd < 0)
		return -errno;
	r = agent_watch(agent, agent->clock_fd, on_clock);
	return r < 0 ? r : arm_clock(agent);
}

/* mode 0: it is not made. */
static int open_folder(const char *path, mode_t mode, int *ret)
{
	if (mode && mkdir(path, mode) < 0 && errno != EEXIST)
		return -errno;
	*ret = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret < 0 ? -errno : 0;
}

static int read_boot_id(char *ret, size_t size)
{
	int r = sysfs_read(AT_FDCWD, "/proc/sys/kernel/random/boot_id", ret, size);

	return r < 0 ? r : 0;
}

static int open_disks_folder(struct agent *agent)
{
	if (mkdirat(agent->state_fd, DISK_ACCESS_FOLDER, 0700) < 0 && errno != EEXIST)
		return -errno;
	agent->disks_fd =
		openat(agent->state_fd, DISK_ACCESS_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return agent->disks_fd < 0 ? -errno : 0;
}

static int open_folders(struct agent *agent, const struct agent_paths *paths)
{
	/* Of the state sekisho-verify reads a few files, whose names it knows. */
	int r = open_folder(paths->state, 0711, &agent->state_fd);

	if (r == 0)
		r = open_folder(paths->logs, 0700, &agent->logs_fd);
	if (r == 0)
		r = open_folder(paths->run, 0700, &agent->run_fd);
	if (r == 0)
		r = open_disks_folder(agent);
	if (r < 0)
		return r;
	/* No /etc/sekisho: a terminal that takes no policies, and says so. */
	r = open_folder(paths->etc, 0, &agent->etc_fd);
	return r == -ENOENT ? 0 : r;
}

static int start_loop(struct agent *agent)
{
	sigset_t signals;
	int r = sd_event_default(&agent->event);

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (r >= 0)
		r = sd_event_add_signal(agent->event, NULL, SIGTERM, on_terminate, agent);
	if (r >= 0)
		r = sd_event_add_signal(agent->event, NULL, SIGINT, on_terminate, agent);
	if (r >= 0)
		r = sd_event_set_watchdog(agent->event, true);
	return r < 0 ? r : watch_clock(agent);
}

/* From here on udev's rule for times without sekishod holds back. */
static int say_running(struct agent *agent)
{
	int fd = openat(agent->run_fd, RUNNING_FILE, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static const struct {
	const char *what;
	int (*start)(struct agent *agent);
} steps[] = {
	{"event loop", start_loop},
	{"operators", agent_operator_load},
	{"numbers of reports", agent_report_load},
	{"records", agent_records_start},
	{"policies", agent_policy_start},
	{"logins", agent_login_start},
	{"run folder", say_running},
	{"identity", agent_terminal_start},
	{"exemptions", agent_exemptions_start},
	{"join", agent_join_start},
	{"devices", agent_devices_start},
	{"bus", agent_bus_start},
	{"sessions", agent_operator_start},
	{"spool", agent_spool_start},
	{"reports", agent_report_start},
};

int agent_new(const struct agent_paths *paths, struct agent **ret)
{
	struct agent *agent = calloc(1, sizeof(*agent));
	int r;

	if (!agent)
		return -ENOMEM;
	agent->etc_fd = agent->state_fd = agent->logs_fd = agent->run_fd = agent->clock_fd =
		agent->disks_fd = agent->exemption.folder_fd = agent->exemption.requests_fd =
			agent->exemption.up_fd = -1;
	r = read_boot_id(agent->boot_id, sizeof(agent->boot_id));
	if (r == 0)
		r = open_folders(agent, paths);
	if (r == 0)
		r = core_new(&agent->core);
	if (r < 0)
		fprintf(stderr, SD_ERR "folders of sekishod: %s\n", strerror(-r));
	for (size_t i = 0; r >= 0 && i < sizeof(steps) / sizeof(*steps); i++) {
		r = steps[i].start(agent);
		if (r < 0)
			fprintf(stderr, SD_ERR "%s cannot be started: %s\n", steps[i].what,
				strerror(-r));
	}
	if (r < 0) {
		agent_free(agent);
		return r;
	}
	*ret = agent;
	return 0;
}

int agent_run(struct agent *agent)
{
	int r = sd_event_loop(agent->event);

	if (r < 0)
		fprintf(stderr, SD_CRIT "sekishod ends, the ports stay shut: %s\n", strerror(-r));
	else
		(void)unlinkat(agent->run_fd, RUNNING_FILE, 0);
	return r;
}

void agent_free(struct agent *agent)
{
	if (!agent)
		return;
	agent_media_free(agent->media_workers);
	bus_close(agent->bus);
	sd_event_source_unref(agent->wake_source);
	sd_event_source_unref(agent->sync_source);
	sd_event_source_unref(agent->next_source);
	sd_event_source_unref(agent->scan_source);
	sd_event_source_unref(agent->minute_source);
	agent_login_free(agent);
	agent_operator_free(agent);
	agent_exemptions_free(agent);
	agent_spool_free(agent);
	agent_report_free(agent);
	terminal_identity_free(agent->identity);
	core_free(agent->core);
	workers_free(agent->workers);
	monitor_free(agent->monitor);
	registry_free(agent->registry);
	policies_close(agent->policies);
	record_log_close(agent->log);
	syncer_free(agent->syncer);
	sd_event_unref(agent->event);
	cleanup_close(&agent->etc_fd);
	cleanup_close(&agent->state_fd);
	cleanup_close(&agent->logs_fd);
	cleanup_close(&agent->run_fd);
	cleanup_close(&agent->disks_fd);
	cleanup_close(&agent->clock_fd);
	free(agent);
}
