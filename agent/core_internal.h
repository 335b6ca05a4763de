/* What the parts of the core share. Nobody else includes it. */
#pragma once

#include "agent/core.h"

/* An act that takes longer is said to be slow; the doer goes on waiting for the kernel. */
#define ACT_DEADLINE_MS 3000
/* A failed act is tried again after this, doubled each time, at most ACT_ATTEMPTS_MAX times. */
#define RETRY_FIRST_MS   250
#define RETRY_LONGEST_MS 30000
#define ACT_ATTEMPTS_MAX 6
/* More arrivals than this at one port within the window, and the port is slowed. */
#define FLAP_ARRIVALS_MAX 20
#define FLAP_WINDOW_MS    60000
#define FLAP_PORTS_MAX    64
/* What came to light about a device after binding; with more it is refused. */
#define FINDINGS_MAX RECORD_FINDINGS_MAX
/* So many exemptions may have opened a device in one plug. */
#define BARS_MAX 8
/* How long nobody can type before a device that does not work yet is let in for it. */
#define INPUT_GRACE_MS 3000
/* A new policy is judged by its effect after this, or later while devices are still being set. */
#define TRIAL_MS         3000
#define TRIAL_LONGEST_MS 12000

/* What was last written of a device, to record only changes. */
struct recorded {
	bool any;
	uint8_t configuration;
	uint8_t n_interfaces;
	struct {
		uint8_t verdict, code, device_class;
	} interfaces[DECISION_INTERFACES_MAX];
	uint8_t code;
	bool is_kept, is_rehearsed;
};

enum act { ACT_NONE = 0, ACT_BLOCK, ACT_ALLOW };

struct device {
	uint64_t id;
	uint64_t arrived_ms;
	struct observation seen; /* without descriptors: the facts hold what matters */
	struct usb_facts *facts;
	uint8_t *descriptors; /* for records; NULL where no line has room for them */
	size_t descriptors_size;
	struct finding findings[FINDINGS_MAX];
	size_t n_findings;
	/* Interfaces whose report descriptor has no keys: they stay known when they are shut again.
	 */
	struct {
		uint8_t configuration, interface;
	} keyless[OBSERVATION_INTERFACES_MAX];
	size_t n_keyless;
	struct device_decision decision;
	/* As it is registered now; number empty: it is not. A copy: the table may go before the
	 * device is judged again. */
	struct medium medium;
	bool types_by_policy; /* policy alone lets a keyboard interface of it in */
	bool is_last_input;
	bool is_rehearsed; /* decided only: everything of it is to be let in */
	/* Of the exemption that speaks of it; its id is in the list of lives. */
	struct exemption_grant grant;
	/* These opened it since it was plugged in, and do not open it again; a full list bars all.
	 */
	struct {
		char id[EXEMPTION_ID_SIZE];
		enum reason_code why;
	} bars[BARS_MAX];
	size_t n_bars;
	/* Nobody knows whether the worker has let go of its medium: it is shut before anything else
	 * opens it. */
	bool is_to_be_shut;
	bool has_changed; /* its descriptors, since it was plugged in: no exemption is for it */
	struct recorded recorded;

	enum act act; /* under way */
	uint64_t act_since_ms;
	bool is_slow;      /* said so already */
	enum act failed;   /* which act failed last */
	unsigned failures; /* in a row */
	uint64_t retry_ms; /* not before */
	uint64_t held_ms;  /* a slowed port: not judged before */
};

struct port {
	char name[DEVICE_NAME_MAX + 1];
	uint64_t window_ms, last_ms;
	unsigned arrivals;   /* in the window */
	unsigned unrecorded; /* arrivals that were only counted */
};

struct trial {
	bool is_running;
	bool waits; /* for the first whole list: before it nobody is known who could type */
	bool could_type;
	uint64_t since_ms;
};

struct life; /* core_exemption.h */

/* A bundle's, and those of the telephone. */
#define WITHOUT_ROOM_MAX 80

struct exemptions {
	bool has_states, has_documents, has_sessions;
	char boot_id[BOOT_ID_SIZE];
	struct life **lives;
	size_t n_lives;
	char without_room[WITHOUT_ROOM_MAX][EXEMPTION_ID_SIZE]; /* recorded once each */
	size_t n_without_room;
	struct core_session sessions[CORE_SESSIONS_MAX];
	size_t n_sessions;
	bool has_news;
	uint64_t news_ms; /* CLOCK_BOOTTIME */
	bool is_resumed;  /* what was in use before a restart was looked for */
};

struct core {
	const struct policy *policy;
	uint8_t policy_sha256[SHA256_SIZE];
	const struct media *media;
	struct device **devices; /* in order of arrival */
	size_t n_devices, allocated;
	struct port ports[FLAP_PORTS_MAX];
	size_t n_ports;
	size_t other_keyboards;
	bool is_scanning;
	bool has_scanned; /* a whole list was there once */
	bool only_watches;
	bool is_rehearsing;
	bool nobody_types;
	uint64_t nobody_types_ms; /* since */
	struct trial trial;
	struct exemptions exemptions;

	/* of the event that is being handled */
	uint64_t now_ms;
	int64_t realtime_ms, trusted_ms, floor_s;
	struct core_actions *actions;
};

/* core.c: a zeroed record of this moment, appended to the actions; NULL without memory. */
struct record *core_record(struct core *core, enum record_event event, const struct device *device);
/* The same with so many bytes behind it, zeroed, which live as long as it. */
struct record *core_record_and(
	struct core *core, enum record_event event, const struct device *device, size_t behind);
struct core_action *core_action(struct core *core, enum core_action_kind kind);
/* What is judged by other rules now gets a new chance, if it was given up. */
void core_forget_failures(struct core *core);

/* core_device.c */
int device_new(struct core *core, const struct core_event *event, struct device **ret);
void device_free(struct device *device);
/* Counts it at its port, and says so when the port is slowed from now on. 0 or -ENOMEM. */
int device_record_arrival(struct core *core, struct device *device);
/* Takes what was observed; records flips, changed descriptors, failures. 0 or -ENOMEM. */
int device_take_observation(
	struct core *core, struct device *device, const struct core_event *event);
/* Records what changed and asks for what is still to be done. 0 or -ENOMEM. */
int device_settle(struct core *core, struct device *device);
/* When the device needs a tick; CORE_NEVER. */
uint64_t device_wake_ms(const struct core *core, const struct device *device);

/* core_findings.c: what comes to light after binding */
/* Takes it from what was observed last; a disguise is recorded once. 0 or -ENOMEM. */
int device_find_out(struct core *core, struct device *device);

/* core_exemption.c: who may use what else policy refuses */
void exemptions_free(struct core *core);
/* One of the events about them. 0 or -ENOMEM. */
int exemptions_take(struct core *core, const struct core_event *event);
/* Before devices are judged: what ends, what begins, and what each device is opened by. 0 or
 * -ENOMEM. */
int exemptions_settle(struct core *core);
/* After devices were settled: what the worker is to do. 0 or -ENOMEM. */
int exemptions_follow(struct core *core);
/* The device is going. 0 or -ENOMEM. */
int exemptions_lose_device(struct core *core, const struct device *device);
/* Its medium is being taken away, in a time that has an end: meanwhile the port is left alone. */
bool exemptions_hold(const struct core *core, const struct device *device);
uint64_t exemptions_wake_ms(const struct core *core);

/* core_judge.c: what policy wants of it */
/* Decides with that exemption instead of its own. */
void device_judge_with(const struct core *core, const struct device *device,
	const struct exemption_grant *grant, struct device_decision *ret);
/* Looks up as which medium it is registered now: before anything is asked of it. */
void device_find_medium(const struct core *core, struct device *device);
/* It says that it is a registered medium that was struck off. */
bool device_is_struck(const struct core *core, const struct device *device);
/* Decides by policy; is_last_input as the device says. */
void device_judge(const struct core *core, struct device *device);
/* Against the policy, as the last input device. */
bool device_is_kept(const struct device *device);
bool device_is_as_wished(const struct device *device);
/* What its disks are to be let in for; NONE where policy knows of no disk in what it lets in. */
enum disk_access device_access(const struct device *device);

/* core_rehearse.c: a policy that is not in earnest yet */
/* Whether it is so may change with any event; records it, and puts what begins to be enforced on
 * trial. 0 or -ENOMEM. */
int rehearsal_check(struct core *core);
/* When it ends; CORE_NEVER. */
uint64_t rehearsal_wake_ms(const struct core *core);

/* core_input.c: who can type */
/* Remembers which of its bound interfaces turned out to have no keys. */
void device_note_keyless(struct device *device);
/* Chooses the last input device among the judged ones and sets is_last_input. */
void core_choose_last_input(struct core *core);
/* could_type: somebody could before a restart. 0 or -ENOMEM. */
int trial_start(struct core *core, bool could_type);
/* The first whole list is there: a trial that waited for it begins. 0 or -ENOMEM. */
int trial_take_list(struct core *core);
/* 0 or -ENOMEM */
int trial_check(struct core *core);
uint64_t input_wake_ms(const struct core *core);

/* core_flap.c: devices that come and go */
/* Counts an arrival; returns until when the device is held, 0: not at all. */
uint64_t flap_arrival(struct core *core, const char *name, unsigned *ret_arrivals);
/* Says how many arrivals went unrecorded at ports that are calm again. 0 or -ENOMEM. */
int flap_settle(struct core *core);
uint64_t flap_wake_ms(const struct core *core);
