#include "agent/medium_worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/medium_sandbox.h"
#include "agent/medium_worker_internal.h"
#include "agent/sysfs_file.h"
#include "agent/timer.h"

/* How long a worker without an order, or one that nobody listens to any more, stays. */
#define WAIT_MS 120000
/* Of an end that nobody gave a grace for: the unit is stopped, or a worker was killed. */
#define STOP_GRACE_MS    3000
#define CLEANUP_GRACE_MS 1000

uint64_t worker_now_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

struct medium_answer worker_answer(const struct medium_worker *worker, enum medium_answer_kind kind)
{
	struct medium_answer answer = {
		.kind = kind, .capacity_bytes = worker->state.capacity_bytes};

	memcpy(answer.id, worker->state.order.id, sizeof(answer.id));
	memcpy(answer.volume, worker->state.volume, sizeof(answer.volume));
	if (worker->state.n_volumes > 0)
		memcpy(answer.path, worker->state.volumes[0].path, sizeof(answer.path));
	return answer;
}

static int on_step(sd_event_source *source, uint64_t usec, void *userdata);
static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata);

int worker_step_in(struct medium_worker *worker, uint64_t ms)
{
	return timer_set(worker->event, &worker->step_source, CLOCK_BOOTTIME,
		(worker_now_ms() + ms) * 1000, on_step, worker);
}

int worker_arm_deadline(struct medium_worker *worker)
{
	uint64_t at_ms = worker->state.order.deadline_ms;

	return timer_set(worker->event, &worker->deadline_source, CLOCK_BOOTTIME,
		at_ms < UINT64_MAX / 1000 ? at_ms * 1000 : UINT64_MAX, on_deadline, worker);
}

/* --- over --- */

int worker_told(struct medium_worker *worker)
{
	worker_forget(worker);
	return sd_event_exit(worker->event, 0);
}

/* No sekishod is there to shut the device: we do. Shutting it needs nobody's leave. */
static void shut_device(const struct medium_worker *worker)
{
	if (worker->usb_fd >= 0 && !worker_has_client(worker) &&
		access(worker->places->running, F_OK) < 0)
		(void)sysfs_write(worker->usb_fd, "authorized", "0");
}

static int be_over(struct medium_worker *worker, const struct medium_answer *answer)
{
	worker->phase = PHASE_OVER;
	shut_device(worker);
	worker->state.answer = *answer;
	(void)worker_keep(worker, &worker->state);
	worker_tell(worker, answer);
	if (worker_has_client(worker))
		return worker_told(worker);
	worker->waits_until_ms = worker_now_ms() + WAIT_MS;
	return worker_step_in(worker, WAIT_MS);
}

/* --- ending --- */

int worker_begin_end(
	struct medium_worker *worker, const struct medium_answer *final, uint32_t grace_ms)
{
	uint64_t now = worker_now_ms();

	if (worker->phase == PHASE_OVER)
		return 0;
	if (worker->phase == PHASE_ENDING) {
		medium_closing_hasten(&worker->closing, now, grace_ms);
		return 0;
	}
	worker->phase = PHASE_ENDING;
	worker->final = *final;
	medium_closing_begin(&worker->closing, worker->name, worker->places->quarantine,
		&worker->state, now, grace_ms);
	return worker_step_in(worker, 0);
}

int worker_end_because(struct medium_worker *worker, enum medium_answer_kind kind, const char *word,
	uint32_t grace_ms)
{
	struct medium_answer final = worker_answer(worker, kind);

	snprintf(final.word, sizeof(final.word), "%s", word);
	return worker_begin_end(worker, &final, grace_ms);
}

static int step_end(struct medium_worker *worker)
{
	enum medium_end end;
	bool is_news;

	if (!medium_closing_step(&worker->closing, worker_now_ms(), &end, &is_news)) {
		if (is_news) {
			struct medium_answer answer = worker_answer(worker, MEDIUM_ANSWER_HOLDERS);

			memcpy(answer.text, worker->closing.holders, sizeof(answer.text));
			worker_tell(worker, &answer);
		}
		return worker_step_in(worker, MEDIUM_STEP_MS);
	}
	worker->final.end = end;
	if (worker->final.kind != MEDIUM_ANSWER_FAILED)
		memcpy(worker->final.text, worker->closing.ended, sizeof(worker->final.text));
	return be_over(worker, &worker->final);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct medium_worker *worker = userdata;

	return worker_end_because(
		worker, MEDIUM_ANSWER_ENDED, "time", worker->state.order.grace_ms);
}

static int on_terminate(
	sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct medium_worker *worker = userdata;

	if (worker->phase == PHASE_WAITING)
		return worker_told(worker);
	/* The file tells sekishod, by the next worker of this medium. */
	if (worker->phase == PHASE_OVER)
		return sd_event_exit(worker->event, 0);
	return worker_end_because(worker, MEDIUM_ANSWER_ENDED, "stopped", STOP_GRACE_MS);
}

static int on_step(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct medium_worker *worker = userdata;

	switch (worker->phase) {
	case PHASE_SEARCHING: return worker_step_search(worker);
	case PHASE_ENDING: return step_end(worker);
	case PHASE_WAITING: return worker_told(worker);
	case PHASE_OVER: return sd_event_exit(worker->event, 0);
	case PHASE_SHOWN: return 0;
	}
	return 0;
}

static int take_deadline(struct medium_worker *worker, const struct medium_order *order)
{
	if (worker->phase != PHASE_SEARCHING && worker->phase != PHASE_SHOWN)
		return 0;
	memcpy(worker->state.order.id, order->id, sizeof(order->id));
	memcpy(worker->last.id, order->id, sizeof(order->id));
	worker->state.order.deadline_ms = order->deadline_ms;
	(void)worker_keep(worker, &worker->state);
	return worker_arm_deadline(worker);
}

int worker_take_order(struct medium_worker *worker, const struct medium_order *order)
{
	struct medium_answer answer;

	switch (order->kind) {
	case MEDIUM_ORDER_OPEN: return worker_take_open(worker, order);
	case MEDIUM_ORDER_DEADLINE: return take_deadline(worker, order);
	case MEDIUM_ORDER_END:
		if (worker->phase != PHASE_WAITING)
			return worker_end_because(
				worker, MEDIUM_ANSWER_ENDED, order->word, order->grace_ms);
		answer = (struct medium_answer){
			.kind = MEDIUM_ANSWER_ENDED, .end = MEDIUM_END_CLEAN};
		memcpy(answer.word, order->word, sizeof(answer.word));
		worker_tell(worker, &answer);
		return worker_told(worker);
	case MEDIUM_ORDER_STATE:
		answer = worker->last;
		worker_tell(worker, &answer);
		return 0;
	case MEDIUM_ORDER_NONE:
	case MEDIUM_ORDER_COUNT: return 0;
	}
	return 0;
}

/* --- beginning --- */

/* A worker before us was killed: what it began is ended, or was by now, and sekishod is told. */
static int take_over(struct medium_worker *worker)
{
	struct medium_answer final;

	worker->usb_fd = medium_usb_open(
		USB_FOLDER, worker->state.order.device, worker->name, worker->usb_path);
	if (worker->state.answer.kind != MEDIUM_ANSWER_NONE) {
		final = worker->state.answer;
		return be_over(worker, &final);
	}
	return worker_end_because(worker, MEDIUM_ANSWER_ENDED, "worker", CLEANUP_GRACE_MS);
}

static int start(struct medium_worker *worker)
{
	sigset_t signals;
	int r = sd_event_default(&worker->event);

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (r >= 0)
		r = sd_event_add_signal(worker->event, NULL, SIGTERM, on_terminate, worker);
	if (r >= 0)
		r = medium_udev_new(&worker->udev);
	if (r >= 0)
		r = sd_event_add_io(worker->event, NULL, medium_udev_fd(worker->udev), EPOLLIN,
			worker_on_udev, worker);
	if (r >= 0)
		r = medium_forbid_programs();
	worker->last = (struct medium_answer){.kind = MEDIUM_ANSWER_WAITING};
	return r < 0 ? r : worker_step_in(worker, WAIT_MS);
}

static int run(struct medium_worker *worker)
{
	int r = start(worker);

	if (r < 0)
		return r;
	r = worker_load(worker);
	if (r == 0)
		r = take_over(worker);
	else if (r != -ENOENT)
		fprintf(stderr, SD_ERR "what a worker before this one began is not known: %s\n",
			strerror(-r));
	if (r >= 0 || r == -ENOENT || r == -EBADMSG)
		r = worker_listen(worker);
	if (r >= 0)
		r = sd_notify(0, "READY=1");
	return r < 0 ? r : sd_event_loop(worker->event);
}

int medium_worker_run(const char *name, const struct medium_places *places)
{
	struct medium_worker worker = {
		.name = name, .places = places, .listen_fd = -1, .client_fd = -1, .usb_fd = -1};
	int r = run(&worker);

	if (r < 0)
		fprintf(stderr, SD_ERR "%s: %s\n", name, strerror(-r));
	sd_event_source_unref(worker.client_source);
	sd_event_source_unref(worker.step_source);
	sd_event_source_unref(worker.deadline_source);
	medium_udev_free(worker.udev);
	sd_event_unref(worker.event);
	cleanup_close(&worker.listen_fd);
	cleanup_close(&worker.client_fd);
	cleanup_close(&worker.usb_fd);
	return r;
}

int medium_worker_clean_up(const char *name, const struct medium_places *places)
{
	struct medium_worker worker = {.name = name, .places = places, .client_fd = -1};
	struct medium_closing closing;
	enum medium_end end;
	bool is_news;
	int r = worker_load(&worker);

	if (r < 0 || worker.state.answer.kind != MEDIUM_ANSWER_NONE) {
		if (r < 0 && r != -ENOENT)
			fprintf(stderr, SD_ERR "%s: %s\n", name, strerror(-r));
		return r == -ENOENT ? 0 : r;
	}
	worker.usb_fd =
		medium_usb_open(USB_FOLDER, worker.state.order.device, name, worker.usb_path);
	medium_closing_begin(&closing, name, places->quarantine, &worker.state, worker_now_ms(),
		CLEANUP_GRACE_MS);
	while (!medium_closing_step(&closing, worker_now_ms(), &end, &is_news))
		usleep(MEDIUM_STEP_MS * 1000);
	shut_device(&worker);
	worker.state.answer = worker_answer(&worker, MEDIUM_ANSWER_ENDED);
	worker.state.answer.end = end;
	snprintf(worker.state.answer.word, sizeof(worker.state.answer.word), "worker");
	memcpy(worker.state.answer.text, closing.ended, sizeof(closing.ended));
	r = worker_keep(&worker, &worker.state);
	cleanup_close(&worker.usb_fd);
	if (r < 0)
		fprintf(stderr, SD_ERR "%s: %s\n", name, strerror(-r));
	return r;
}
