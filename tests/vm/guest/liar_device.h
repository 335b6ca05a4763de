/* One plugged device: serves the PC's requests as the plan says, and tells when
 * it wants to do something by itself. Time comes in as an argument.
 */
#pragma once

#include "liar_disk.h"
#include "liar_hid.h"
#include "liar_persona.h"
#include "liar_plan.h"
#include "liar_wire.h"

#define DEVICE_HELD_MAX 64
#define DEVICE_NEVER    INT64_MAX

struct device {
	const struct plan *plan;
	const struct persona *shown; /* what it answers now */
	const struct persona *then;  /* what it is to become, or NULL */
	struct disk *disk;
	int fd;
	int port;
	uint8_t configuration;
	struct wire_request held[DEVICE_HELD_MAX];
	size_t held_count;
	bool is_stall_over;
	bool is_gone;   /* nothing answers any more, as when a plug is pulled */
	bool is_broken; /* all but endpoint 0 fails until the PC resets it */
	struct typist typist;
	bool is_typed;
	int64_t type_ms;   /* when to send the next report */
	int64_t stall_ms;  /* when to answer what is stalled */
	int64_t change_ms; /* when to become another */
};

/* A device that was plugged in just now. then may be NULL. */
void device_start(struct device *device, const struct plan *plan, const struct persona *shown,
	const struct persona *then, struct disk *disk, int fd, int port);

/* Reads one request and does what it asks for. Returns 1, 0 when the PC hung
 * up, or a negative errno. */
int device_serve(struct device *device, int64_t now);

/* Does what is due. Returns 0 or a negative errno. */
int device_tick(struct device *device, int64_t now);

/* When device_tick() wants to be called; DEVICE_NEVER: nothing is planned. */
int64_t device_next_ms(const struct device *device);

/* What a real controller does when the plug is pulled, and vhci_hcd does not:
 * requests that wait fail, so that no driver waits for ever. Returns true when
 * that concerned somebody; device_serve() then goes on failing what comes. */
bool device_let_go(struct device *device);

/* SIGUSR1: types again, or becomes the other at once. */
void device_poke(struct device *device, int64_t now);
