/*
 * One scenario being played: the core with a clock and devices that only exist in memory, and what
 * it asked for in answer to the last event. Refuses to know how a transcript is written.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/core.h"
#include "tests/scenarios/model.h"

#define PLAY_DEVICES_MAX    32
#define PLAY_POLICIES_MAX   16
#define PLAY_MEDIA_MAX      8 /* registered ones, and lists of them */
#define PLAY_ANSWERS_MAX    256
#define PLAY_TEXT_MAX       192
#define PLAY_EXEMPTIONS_MAX 8
#define PLAY_SESSIONS_MAX   8

struct play {
	const char *file;
	unsigned line;
	char failure[4096]; /* empty while all is well */

	struct core *core;
	uint64_t now_ms, wake_ms;
	int64_t clock_ms; /* trusted time is this, and what has passed since boot */
	uint64_t next_id;
	struct model_device devices[PLAY_DEVICES_MAX];
	size_t n_devices;
	bool is_busy[PLAY_DEVICES_MAX];           /* an act was asked for and is not over */
	struct core_plan plans[PLAY_DEVICES_MAX]; /* the last one */
	struct policy *policies[PLAY_POLICIES_MAX];
	size_t n_policies;
	size_t other_keyboards;
	struct medium media[PLAY_MEDIA_MAX];
	size_t n_media;
	struct media *tables[PLAY_MEDIA_MAX];
	size_t n_tables;
	const struct media *registered; /* what the core was told last */

	struct exemption exemptions[PLAY_EXEMPTIONS_MAX];
	struct core_exemption documents[PLAY_EXEMPTIONS_MAX];
	size_t n_exemptions;
	struct exemption_state states[PLAY_EXEMPTIONS_MAX]; /* as written down */
	size_t n_states;
	struct core_session sessions[PLAY_SESSIONS_MAX];
	size_t n_sessions;
	unsigned boot;    /* 0 is the first */
	uint64_t boot_ms; /* when it began, by the transcript's time */

	char answers[PLAY_ANSWERS_MAX][PLAY_TEXT_MAX];
	size_t n_answers, n_expected;
	bool is_answered; /* the transcript said what it expects */
};

void play_begin(struct play *play, const char *file);
void play_end(struct play *play);

/* Says what is wrong; the first one counts. */
void play_fail(struct play *play, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* NULL, and a failure, when there is none. */
struct model_device *play_device(struct play *play, const char *name);

/* Hands an event to the core at this moment; its answers are added to those that wait. */
void play_event(struct play *play, struct core_event *event);
/* An observation of a device as it is now. */
void play_observe(
	struct play *play, struct model_device *device, enum observed_because because, int error);

/* The transcript expects this answer next; what the core said more is not compared. */
void play_expect(struct play *play, const char *text);
/* Nothing may be left unsaid. */
void play_check_answers(struct play *play);
