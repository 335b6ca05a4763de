/* How a worker gets to show what it was ordered to, and notices that it is another medium by now.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/medium_show.h"
#include "agent/medium_worker_internal.h"

/* Until the disk is there and udev is done with it; then sekishod hears that there is none. */
#define SEARCH_MS      20000
#define SEARCH_STEP_MS 200

static int fail(struct medium_worker *worker, const struct medium_answer *failed)
{
	struct medium_answer final = worker_answer(worker, MEDIUM_ANSWER_FAILED);

	memcpy(final.word, failed->word, sizeof(final.word));
	memcpy(final.text, failed->text, sizeof(final.text));
	final.path[0] = '\0';
	return worker_begin_end(worker, &final, 0);
}

static int fail_with(struct medium_worker *worker, const char *word, const char *text)
{
	struct medium_answer failed = {0};

	snprintf(failed.word, sizeof(failed.word), "%s", word);
	snprintf(failed.text, sizeof(failed.text), "%s", text);
	return fail(worker, &failed);
}

static int open_disk(struct medium_worker *worker, const struct medium_disk *disk)
{
	const struct medium_show show = {
		.name = worker->name,
		.quarantine = worker->places->quarantine,
		.places = worker->places->places,
		.runtime = worker->places->runtime,
		.state = &worker->state,
		.keep = worker_keep,
		.userdata = worker,
	};
	struct medium_answer failed = {0}, shown;

	if (medium_show(&show, disk, &failed) < 0)
		return fail(worker, &failed);
	worker->phase = PHASE_SHOWN;
	shown = worker_answer(worker, MEDIUM_ANSWER_SHOWN);
	worker_tell(worker, &shown);
	return 0;
}

int worker_step_search(struct medium_worker *worker)
{
	struct medium_disk disk;
	int r = medium_disk_find(BLOCK_FOLDER, worker->usb_path, &disk);

	if (r == 0 && medium_udev_is_ready(worker->udev, &disk))
		return open_disk(worker, &disk);
	if (worker_now_ms() < worker->search_until_ms)
		return worker_step_in(worker, SEARCH_STEP_MS);
	if (r == 0)
		return fail_with(worker, "device-gone", "udev did not let the disk in for us");
	if (r == -ENOTUNIQ)
		return fail_with(worker, "several-disks",
			"the device has several disks with a medium in them, and it is not said "
			"which");
	return fail_with(worker, "no-medium", "the device has no disk with a medium in it");
}

int worker_on_udev(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct medium_worker *worker = userdata;
	const struct medium_state *state = &worker->state;
	int r;

	medium_udev_drain(worker->udev);
	if (worker->phase == PHASE_SEARCHING)
		return worker_step_search(worker);
	if (worker->phase != PHASE_SHOWN)
		return 0;
	r = medium_disk_check(
		BLOCK_FOLDER, state->disk, state->major, state->minor, state->sequence);
	if (r == -ENODEV)
		return worker_end_because(worker, MEDIUM_ANSWER_GONE, "unplugged", 0);
	return r < 0 ? worker_end_because(worker, MEDIUM_ANSWER_ENDED, "another-medium", 0) : 0;
}

int worker_take_open(struct medium_worker *worker, const struct medium_order *order)
{
	struct medium_answer answer;
	int r;

	/* After its restart sekishod orders what is there already. */
	if (worker->phase != PHASE_WAITING) {
		if (strcmp(worker->state.order.id, order->id) == 0 &&
			worker->phase < PHASE_ENDING) {
			worker->state.order.deadline_ms = order->deadline_ms;
			worker->state.order.grace_ms = order->grace_ms;
			r = worker_arm_deadline(worker);
			if (r < 0)
				return r;
		}
		answer = worker->last;
		worker_tell(worker, &answer);
		return 0;
	}
	worker->state = (struct medium_state){.order = *order};
	worker->phase = PHASE_SEARCHING;
	worker->search_until_ms = worker_now_ms() + SEARCH_MS;
	answer = worker_answer(worker, MEDIUM_ANSWER_OPENING);
	worker_tell(worker, &answer);
	worker->usb_fd = medium_usb_open(USB_FOLDER, order->device, worker->name, worker->usb_path);
	if (worker->usb_fd < 0)
		return fail_with(worker, "device-gone", "the USB device is not there any more");
	r = worker_arm_deadline(worker);
	if (r >= 0)
		r = worker_keep(worker, &worker->state);
	return r < 0 ? r : worker_step_search(worker);
}
