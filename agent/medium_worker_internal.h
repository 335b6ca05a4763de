/* What the parts of a worker share. Nobody else includes it. */
#pragma once

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "agent/medium_close.h"
#include "agent/medium_disk.h"
#include "agent/medium_line.h"
#include "agent/medium_state.h"
#include "agent/medium_udev.h"
#include "agent/medium_worker.h"

enum worker_phase {
	PHASE_WAITING = 0, /* for an order */
	PHASE_SEARCHING,   /* for the disk */
	PHASE_SHOWN,
	PHASE_ENDING,
	PHASE_OVER, /* sekishod is to be told */
};

struct medium_worker {
	const char *name;
	const struct medium_places *places;
	enum worker_phase phase;
	sd_event *event;
	sd_event_source *client_source, *step_source, *deadline_source;
	struct medium_udev *udev;
	int listen_fd, client_fd, usb_fd;
	char usb_path[MEDIUM_SYSFS_PATH_SIZE];
	struct medium_state state;
	uint64_t search_until_ms, waits_until_ms;
	struct medium_closing closing;
	struct medium_answer final; /* of the end that is under way; kind as it is to be told */
	struct medium_answer last;  /* told last, and again to whoever connects */
};

uint64_t worker_now_ms(void);

/* medium_worker_talk.c: sekishod */
int worker_listen(struct medium_worker *worker);
/* Tells it sekishod, if it is there. */
void worker_tell(struct medium_worker *worker, const struct medium_answer *answer);
bool worker_has_client(const struct medium_worker *worker);

/* medium_worker_keep.c: the state file */
int worker_keep(void *userdata, const struct medium_state *state);
int worker_load(struct medium_worker *worker);
void worker_forget(struct medium_worker *worker);

/* medium_worker_open.c: on the way to what is shown */
int worker_take_open(struct medium_worker *worker, const struct medium_order *order);
int worker_step_search(struct medium_worker *worker);
/* Something happened to some disk. */
int worker_on_udev(sd_event_source *source, int fd, uint32_t revents, void *userdata);

/* medium_worker.c: what happens */
/* Of the medium as it is known; the rest of it is zero. */
struct medium_answer worker_answer(
	const struct medium_worker *worker, enum medium_answer_kind kind);
int worker_step_in(struct medium_worker *worker, uint64_t ms);
int worker_arm_deadline(struct medium_worker *worker);
/* final: what is to be told when it is over; how it ended follows. */
int worker_begin_end(
	struct medium_worker *worker, const struct medium_answer *final, uint32_t grace_ms);
int worker_end_because(struct medium_worker *worker, enum medium_answer_kind kind, const char *word,
	uint32_t grace_ms);
int worker_take_order(struct medium_worker *worker, const struct medium_order *order);
/* Whoever had to be told was told. */
int worker_told(struct medium_worker *worker);
