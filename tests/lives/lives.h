/*
 * Random lives of exemptions: the core of sekishod with a kernel, workers, clocks, people and power
 * cuts that exist only in memory. What happens is printed, a line an event, for somebody else to
 * judge (reference.py). Refuses to know what is right.
 */
#pragma once

#include "agent/core.h"
#include "tests/scenarios/model.h"

#define DEVICES    4
#define EXEMPTIONS 4
#define POLICIES   3
#define STATES     16

/* Something that happens later. */
enum later_kind { LATER_NONE = 0, LATER_ACT, LATER_ANSWER };

struct worker {
	bool is_there, is_silent;
	uint64_t deadline_ms; /* of this boot */
	char id[EXEMPTION_ID_SIZE];
	uint64_t answer_ms; /* of the world; UINT64_MAX: it says nothing */
	struct medium_answer answer;
	bool is_last; /* the worker is gone after it */
};

struct lives {
	unsigned long seed;
	uint64_t state; /* of chance */
	struct core *core;
	uint64_t now_ms, boot_ms, wake_ms; /* of the world; boot_ms: when this boot began */
	int64_t clock_ms;                  /* trusted time less the world's */
	unsigned boot;
	uint64_t next_id;

	struct policy *policies[POLICIES];
	size_t policy;
	struct medium registered;
	struct media *media;

	struct model_device devices[DEVICES];
	unsigned plugs[DEVICES]; /* how often it was plugged in */
	uint64_t capacities[DEVICES];
	bool is_busy[DEVICES], was_open[DEVICES];
	uint64_t done_ms[DEVICES];
	struct core_plan plans[DEVICES];
	struct worker workers[DEVICES];

	struct exemption exemptions[EXEMPTIONS];
	struct core_exemption documents[EXEMPTIONS];
	bool is_here[EXEMPTIONS];
	size_t n_exemptions;
	struct core_session sessions[3];
	size_t n_sessions;
	unsigned n_logins;

	struct exemption_state states[STATES];
	size_t n_states;
	int cut; /* so many actions more are done before the power is cut; -1: never */
};

/* A number below that bound; the same everywhere for the same seed. */
unsigned long dice(struct lives *lives, unsigned long below);
/* A line of what happened now. */
void say(const struct lives *lives, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* lives_world.c */
void world_begin(struct lives *lives, unsigned long seed);
void world_end(struct lives *lives);
void world_policy(struct lives *lives);
void world_exemptions(struct lives *lives);
void world_sessions(struct lives *lives);
/* One more exemption, of chance. */
void world_approve(struct lives *lives);
/* sekishod begins anew, or the machine. */
void world_restart(struct lives *lives);
void world_reboot(struct lives *lives);

/* lives_core.c */
/* Hands an event in, and does what comes out of it. */
void hand_in(struct lives *lives, struct core_event *event);
void observe(struct lives *lives, size_t i, enum observed_because because);
/* What stands open now, where that has changed. */
void say_ports(struct lives *lives);
/* Time passes: acts end, workers answer, the core wakes. */
void pass(struct lives *lives, uint64_t ms);
