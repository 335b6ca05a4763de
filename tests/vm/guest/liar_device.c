#include "liar_device.h"

#include "liar_control.h"
#include "liar_port.h"
#include "liar_say.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define TYPE_DELAY_MS 500 /* whoever wants to read the keys opens the device first */
#define TYPE_PACE_MS  10

void device_start(struct device *device, const struct plan *plan, const struct persona *shown,
	const struct persona *then, struct disk *disk, int fd, int port)
{
	*device = (struct device){
		.plan = plan,
		.shown = shown,
		.then = then,
		.disk = disk,
		.fd = fd,
		.port = port,
		.type_ms = DEVICE_NEVER,
		.stall_ms = DEVICE_NEVER,
		.change_ms = DEVICE_NEVER,
	};
	disk_reset(disk);
	if (then && plan->is_change_at_plug)
		device->change_ms = now_ms() + plan->change_after_ms;
}

static void forget_held(struct device *device, size_t i)
{
	device->held_count--;
	memmove(&device->held[i], &device->held[i + 1],
		(device->held_count - i) * sizeof(device->held[0]));
}

static int hold(struct device *device, const struct wire_request *request)
{
	if (device->held_count == DEVICE_HELD_MAX)
		return -ENOBUFS;
	device->held[device->held_count] = *request;
	device->held[device->held_count++].data = NULL;
	return 0;
}

/* The device is reset from another process, as this one has to answer. */
static void reset_from_child(struct device *device)
{
	pid_t child = fork();
	int r;

	if (child != 0) {
		if (child < 0)
			say("fork: %s", strerror(errno));
		return;
	}
	close(device->fd); /* or the connection would outlive its parent */
	r = port_reset(device->port);
	say("USBDEVFS_RESET: %s", r < 0 ? strerror(-r) : "the same device came back");
	_exit(0);
}

static void become_other(struct device *device)
{
	say("from now on it is %s", device->then->spec);
	device->shown = device->then;
	device->then = NULL;
	device->change_ms = DEVICE_NEVER;
	if (device->plan->reset == RESET_BY_ROOT)
		reset_from_child(device);
	device->is_broken = device->plan->reset == RESET_BY_DEVICE;
}

/* What the plan would have to name for this request to stay unanswered. */
static enum stall stall_of(const struct wire_request *request)
{
	uint8_t number = request->endpoint & 0x0f;

	if (number == ENDPOINT_VENDOR)
		return STALL_VENDOR;
	if (number != ENDPOINT_CONTROL)
		return STALL_NOTHING;
	switch (control_kind(request)) {
	case CONTROL_SET_CONFIGURATION: return STALL_CONFIGURATION;
	case CONTROL_REPORT_DESCRIPTOR: return STALL_REPORT;
	case CONTROL_STRING: return STALL_STRING;
	case CONTROL_DEVICE_DESCRIPTOR:
	case CONTROL_DISK_RESET:
	case CONTROL_OTHER: break;
	}
	return STALL_NOTHING;
}

static bool is_stalled(struct device *device, const struct wire_request *request, int64_t now)
{
	enum stall stall = device->plan->stall;

	if (stall == STALL_NOTHING || device->is_stall_over || stall_of(request) != stall)
		return false;
	say("... is left without an answer");
	if (device->plan->stall_for_ms > 0 && device->stall_ms == DEVICE_NEVER)
		device->stall_ms = now + device->plan->stall_for_ms;
	return true;
}

static void configure(struct device *device, uint8_t configuration, int64_t now)
{
	device->configuration = configuration;
	if (configuration == 0 || !device->then || device->plan->is_change_at_plug)
		return;
	if (device->plan->change_after_ms == 0)
		become_other(device);
	else if (device->change_ms == DEVICE_NEVER)
		device->change_ms = now + device->plan->change_after_ms;
}

static struct answer take_control(
	struct device *device, const struct wire_request *request, int64_t now)
{
	struct answer answer = control_answer(device->shown, device->configuration, request);

	if (control_kind(request) == CONTROL_SET_CONFIGURATION)
		configure(device, request->setup[2], now);
	if (control_kind(request) == CONTROL_DEVICE_DESCRIPTOR)
		device->is_broken = false; /* it was reset, and behaves again */
	if (control_kind(request) == CONTROL_DISK_RESET)
		disk_reset(device->disk);
	return answer;
}

static struct answer take_hid(
	struct device *device, const struct wire_request *request, int64_t now)
{
	uint8_t number = request->endpoint & 0x0f;

	if (device->plan->type && !device->is_typed && number == persona_keyboard(device->shown)) {
		device->is_typed = true;
		typist_start(&device->typist, device->plan->type);
		device->type_ms = now + TYPE_DELAY_MS;
	}
	return (struct answer){.is_held = true};
}

static struct answer take(struct device *device, const struct wire_request *request, int64_t now)
{
	uint8_t number = request->endpoint & 0x0f;

	if (device->is_gone)
		return (struct answer){.status = WIRE_BROKEN};
	if (number == ENDPOINT_CONTROL)
		control_say(request);
	if (number == ENDPOINT_VENDOR)
		say("vendor's own %s", request->endpoint & 0x80 ? "question" : "command");
	if (is_stalled(device, request, now))
		return (struct answer){.is_held = true};
	if (number == ENDPOINT_CONTROL)
		return take_control(device, request, now);
	if (device->is_broken)
		return (struct answer){.status = WIRE_BROKEN};
	if (number == ENDPOINT_DISK)
		return disk_take(device->disk, request);
	if (number <= ENDPOINT_HID_LAST && request->endpoint & 0x80)
		return take_hid(device, request, now);
	return (struct answer){.status = WIRE_STALL};
}

static int answer_or_hold(struct device *device, const struct wire_request *request, int64_t now)
{
	struct answer answer = take(device, request, now);

	if (answer.is_held)
		return hold(device, request);
	return wire_answer(device->fd, request, &answer);
}

static int unlink_held(struct device *device, const struct wire_request *unlink)
{
	for (size_t i = 0; i < device->held_count; i++) {
		if (device->held[i].seqnum != unlink->unlink_seqnum)
			continue;
		if (device->held[i].endpoint == 0x80 || device->held[i].endpoint == 0)
			say("the PC gave up waiting");
		forget_held(device, i);
		return wire_answer_unlink(device->fd, unlink, true);
	}
	return wire_answer_unlink(device->fd, unlink, false);
}

int device_serve(struct device *device, int64_t now)
{
	struct wire_request request;
	int r;

	r = wire_read(device->fd, &request);
	if (r <= 0)
		return r;
	if (request.is_unlink)
		r = unlink_held(device, &request);
	else
		r = answer_or_hold(device, &request, now);
	return r < 0 ? r : 1;
}

/* Looks at what is held once more: the reason may be gone. */
static int retry_held(struct device *device, int64_t now)
{
	struct wire_request again[DEVICE_HELD_MAX];
	size_t count = device->held_count;

	memcpy(again, device->held, count * sizeof(again[0]));
	device->held_count = 0;
	for (size_t i = 0; i < count; i++) {
		int r = answer_or_hold(device, &again[i], now);

		if (r < 0)
			return r;
	}
	return 0;
}

static int send_key(struct device *device)
{
	uint8_t endpoint = 0x80 | persona_keyboard(device->shown);
	uint8_t report[HID_KEY_REPORT_BYTES];

	for (size_t i = 0; i < device->held_count; i++) {
		struct answer answer = {.data = report, .size = sizeof(report)};
		struct wire_request request = device->held[i];

		if (request.endpoint != endpoint)
			continue;
		forget_held(device, i);
		typist_step(&device->typist, report);
		return wire_answer(device->fd, &request, &answer);
	}
	return 0; /* nobody listens at the moment */
}

int device_tick(struct device *device, int64_t now)
{
	int r = 0;

	if (now >= device->change_ms) {
		become_other(device);
		r = retry_held(device, now);
	}
	if (r == 0 && now >= device->stall_ms) {
		say("it answers after all");
		device->is_stall_over = true;
		device->stall_ms = DEVICE_NEVER;
		r = retry_held(device, now);
	}
	if (r == 0 && now >= device->type_ms) {
		r = send_key(device);
		device->type_ms = now + TYPE_PACE_MS;
		if (!typist_is_busy(&device->typist)) {
			say("typed");
			device->type_ms = DEVICE_NEVER;
		}
	}
	return r;
}

int64_t device_next_ms(const struct device *device)
{
	int64_t next = device->type_ms;

	if (device->stall_ms < next)
		next = device->stall_ms;
	return device->change_ms < next ? device->change_ms : next;
}

bool device_let_go(struct device *device)
{
	bool is_waited_for = false;

	for (size_t i = 0; i < device->held_count; i++)
		if (stall_of(&device->held[i]) != STALL_NOTHING)
			is_waited_for = true;
	if (!is_waited_for)
		return false;
	device->is_gone = true;
	return retry_held(device, 0) == 0;
}

void device_poke(struct device *device, int64_t now)
{
	if (device->then)
		device->change_ms = now;
	if (device->plan->type && device->type_ms == DEVICE_NEVER) {
		typist_start(&device->typist, device->plan->type);
		device->type_ms = now;
	}
}
