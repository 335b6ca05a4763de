/* What the parts of the core share that deal with exemptions. Nobody else includes it. */
#pragma once

#include "agent/core_internal.h"
#include "agent/exemption_time.h"

/* Who holds a medium gets so long to let go; a worker that says nothing so much longer. */
#define MEDIUM_GRACE_MS  10000
#define MEDIUM_SILENT_MS 10000
/* A deadline that moves by less is not told anew. */
#define DEADLINE_SLACK_MS 2000
/* So long before its end another exemption takes a medium over: the worker keeps the deadline by
 * itself, and must not be faster. */
#define HAND_OVER_MS 3000
/* With so many, those go that ended and whose documents are gone and can never count again. */
#define LIVES_MAX 512

/* How far the medium of the device is that an exemption has. */
enum medium_stage {
	MEDIUM_NO_STAGE = 0,
	MEDIUM_LETTING_IN, /* the device is to be let in first */
	MEDIUM_ASKED,      /* the worker was asked to show it */
	MEDIUM_IN_USE,     /* and shows it */
	MEDIUM_CLOSING,    /* it was asked to end, or has closing_ms for it */
};

/* One exemption at this terminal. */
struct life {
	struct exemption_state state;
	const struct core_exemption *document; /* NULL: it is gone */
	bool is_known;                         /* it was here once since the start, … */
	struct core_exemption known;           /* … and this is a copy */
	struct exemption exemption;
	uint64_t device_id;                      /* that it opens now; 0: none */
	uint8_t descriptors_sha256[SHA256_SIZE]; /* of that device when it was opened */
	enum medium_stage stage;
	bool has_news;
	uint64_t news_ms;     /* CLOCK_BOOTTIME of what was heard of the site last */
	bool is_resumed;      /* in use already when sekishod started */
	unsigned turn;        /* in which it looks for its device then */
	bool is_dirty;        /* shown, and not yet taken away in order */
	uint64_t told_ms;     /* the deadline that the worker knows */
	uint64_t closing_ms;  /* then it is taken for over */
	enum reason_code bar; /* of CLOSING: what the device is refused by then */
	char path[MEDIUM_PATH_SIZE];
	char holders[MEDIUM_TEXT_SIZE];
	char place[FORM_TEXT_MAX + 1];
	char before[EXEMPTION_ID_SIZE]; /* from which it took the medium over */
};

static inline struct exemption_moment core_moment(const struct core *core)
{
	return (struct exemption_moment){.now_ms = core->now_ms, .trusted_ms = core->trusted_ms};
}

/* It stays when the document goes; one that was never seen since the start is zero, and fits
 * nothing. */
static inline const struct exemption *life_exemption(const struct life *life)
{
	return &life->exemption;
}

/* It was used, and may go on. */
static inline bool life_runs(const struct life *life)
{
	return life->state.phase == EXEMPTION_ACTIVE || life->state.phase == EXEMPTION_WARNED;
}

/* Or it may again, when what ended it is over. */
static inline bool life_may_go_on(const struct life *life)
{
	return life_runs(life) ||
	       (life->state.phase == EXEMPTION_ENDED && exemption_end_is_level(life->state.end));
}

/* How much of its duration is spent is written down, for the next boot. */
static inline bool life_spends(const struct life *life)
{
	return life_may_go_on(life) && life->state.first_s &&
	       (life->exemption.use.survives & EXEMPTION_SURVIVES_REBOOT);
}

/* core_exemption.c */
void life_know(struct life *life, const struct core_exemption *document);
struct life *life_of_device(const struct core *core, uint64_t device_id);
struct device *core_find_device(const struct core *core, uint64_t id);

/* core_exemption_room.c */
/* Forgets one of LIVES_MAX. 0, -ENOSPC where each must stay, or -ENOMEM. */
int lives_make_room(struct core *core);
/* Records, once, that there is no room for it: it opens nothing, and is looked at again with the
 * next documents. 0 or -ENOMEM. */
int life_leave_out(struct core *core, const struct core_exemption *document);

/* core_exemption_record.c. 0 or -ENOMEM, all of them. */
/* Writes its state down, durably, before what follows. */
int life_keep(struct core *core, const struct life *life);
/* A record of it; reason and text may be NULL. */
int life_record(struct core *core, const struct life *life, enum record_event event,
	const char *reason, const char *text);

/* core_exemption_fit.c: who fits which device */
/* Whether the document speaks of this device. */
bool life_fits(const struct core *core, const struct life *life, const struct device *device);
/* It was used with other descriptors. */
bool life_is_bound_elsewhere(const struct life *life, const struct device *device);
/* It was opened by it last in this plug. */
bool life_is_same_insertion(const struct life *life, const struct device *device);
/* Whether policy alone gives the device less than the exemption would. */
bool life_is_needed(const struct core *core, const struct life *life, const struct device *device);
/* REASON_EXEMPTION where it opens the device for who is at the screen, or for that session; else
 * why not; NOT_JUDGED: it has nothing to say. */
enum reason_code life_opens(const struct core *core, const struct life *life,
	const struct device *device, const struct core_session *session);
const struct core_session *core_active_session(const struct core *core);
const struct core_session *core_find_session(const struct core *core, const char *id, uint32_t uid);
/* The lease has not run out. */
bool life_is_heard(const struct core *core, const struct life *life);

/* core_exemption_use.c: a device begins and stops to be opened by one. 0 or -ENOMEM. */
/* The first use is its beginning; another plug is another insertion. */
int life_attach(struct core *core, struct life *life, struct device *device,
	const struct core_session *session);
/* No other device that is plugged in is the same to it. */
bool life_is_alone(const struct core *core, const struct life *life, const struct device *device);
/* Once after the start: each finds the device again that it had; what is not there was pulled out.
 */
int lives_resume(struct core *core);
/* Chooses for each device that has none, and says what each is judged by. */
int exemptions_assign(struct core *core);

/* core_exemption_bar.c */
/* From now on this exemption does not open the device again: why. */
void device_bar(struct device *device, const char *id, enum reason_code why);
/* NOT_JUDGED: nothing bars it. */
enum reason_code device_bar_of(const struct device *device, const char *id);
void device_unbar(struct device *device, const char *id);

/* core_exemption_end.c */
/* Why it is to end now; NONE. */
enum exemption_end life_end_due(const struct core *core, const struct life *life);
/* Takes the medium away, or is over at once. */
int life_end(struct core *core, struct life *life, enum exemption_end why);
/* Nothing of its medium is left. */
int life_finish(struct core *core, struct life *life);
/* Time, sessions, policy and revocations of this moment. */
int life_check(struct core *core, struct life *life);

/* Its device is no longer opened by it, and refused to it because of that. */
void life_let_go(struct core *core, struct life *life, enum reason_code bar);

/* core_exemption_medium.c: its medium and the worker */
/* Asks to show it when the device is let in, and tells deadlines that moved. */
int life_follow(struct core *core, struct life *life);
int life_close(struct core *core, struct life *life, enum exemption_end why);
/* The worker is done with it: clean or not. Ends what is ending. */
int life_closed(struct core *core, struct life *life, bool is_clean);
/* One plug is over: with it what lasts until then, and the last insertion. */
int life_insertion_over(struct core *core, struct life *life);
/* The device is gone, or another one. */
int life_pulled_out(struct core *core, struct life *life);
int exemptions_take_report(struct core *core, const struct core_event *event);
/* The end of the life as things are. */
uint64_t life_until_ms(const struct core *core, const struct life *life);
