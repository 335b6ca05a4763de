/*
 * The pure core of sekishod: one event at a time goes in with the time it happened, what must be
 * done comes out, and when to call again. Results of acts come back as events, so retries, start-up
 * order and expiry are tested without hardware. Level-triggered: it compares what was observed with
 * what policy wants. Refuses to know files, sysfs, clocks and threads.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/disk_access.h"
#include "agent/exemption_state.h"
#include "agent/medium_line.h"
#include "agent/record.h"
#include "agent/record_exemption.h"
#include "policy/decide.h"
#include "policy/exemption.h"
#include "policy/exemption_fault.h"
#include "policy/hid_report.h"
#include "policy/policy.h"

#define CORE_NEVER                 UINT64_MAX
#define OBSERVATION_INTERFACES_MAX 32 /* USB_MAXINTERFACES of the kernel */
#define OBSERVATION_CHILDREN_MAX   8

/* One interface of the active configuration, as sysfs shows it. */
struct observed_interface {
	uint8_t configuration, interface;
	bool is_authorized;
	char driver[REASON_TEXT_MAX];                         /* empty: none bound */
	enum device_class children[OBSERVATION_CHILDREN_MAX]; /* what appeared below it */
	size_t n_children;
	bool has_report; /* usages are of its HID report descriptor */
	struct hid_usages usages;
};

/* What sysfs says of one USB device at one moment. */
struct observation {
	char name[DEVICE_NAME_MAX + 1];
	unsigned bus, number; /* busnum, devnum */
	uint8_t *descriptors; /* owned by whoever made the observation */
	size_t descriptors_size;
	/*
	 * The kernel's own driver of whole devices has it. Before that, letting it in races with
	 * that driver's probe, and the configuration is set twice: under a keyboard's hands.
	 */
	bool is_probed;
	bool is_authorized;
	enum disk_access access;      /* what was said of its disks when they were let in */
	uint8_t active_configuration; /* 0: none */
	struct observed_interface interfaces[OBSERVATION_INTERFACES_MAX];
	size_t n_interfaces;
	char manufacturer[DEVICE_STRING_SIZE], model[DEVICE_STRING_SIZE],
		serial[DEVICE_STRING_SIZE];
};

/* Why an observation was made. */
enum observed_because {
	OBSERVED_PRESENT, /* somebody looked: a scan, an event, a file that was written to */
	OBSERVED_RESULT,  /* the act that was asked for is over */
};

/* An exemption whose document this terminal holds. */
struct core_exemption {
	const struct exemption *exemption;
	enum exemption_fault fault; /* by policy and root; the times of the document and what was
				       heard of the site are the core's own */
	enum exemption_method method;
	char approvers[RECORD_APPROVERS_SIZE]; /* for the records, as their names */
	char approver_names[RECORD_APPROVERS_SIZE];
};

/* A session of logind that has not ended. There is room for more than exemptions that run at once:
 * of those nobody's session is left out (session_list.h). */
#define CORE_SESSIONS_MAX 128
struct core_session {
	char id[OPERATOR_SESSION_SIZE];
	uint32_t uid;
	char user[ACCOUNT_NAME_MAX + 1];
	bool is_active; /* at the screen of seat0 and no remote one; at most one is */
};

/* What a person did; the shell has asked whether that person may. */
enum exemption_command {
	EXEMPTION_COMMAND_NONE = 0,
	EXEMPTION_REDEEMED, /* its code was right; user: who typed it */
	EXEMPTION_EJECT,  /* keeps: the exemption goes on, for the medium to be plugged in again */
	EXEMPTION_RETURN, /* the medium was handed back; text: where to */
	EXEMPTION_REPORTED, /* the after-the-fact report was filed */
};

enum core_event_kind {
	EVENT_NONE = 0,
	EVENT_SCAN_BEGAN, /* observations that follow are a whole list … */
	EVENT_SCAN_ENDED, /* … which is complete now */
	EVENT_DEVICE_OBSERVED,
	EVENT_DEVICE_REMOVED,
	EVENT_CONTROLLER_OPEN, /* a controller's or the kernel's default was found open and was
				  closed */
	EVENT_EVENTS_LOST,     /* the kernel dropped events */
	EVENT_RESUMED,         /* from suspend, or the clock was set */
	EVENT_OTHER_KEYBOARDS, /* how many keyboards there are that are no USB devices */
	EVENT_POLICY,          /* this policy holds from now on */
	EVENT_MEDIA,           /* these media are registered from now on */
	EVENT_TICK,            /* the time that was asked for has come */
	/*
	 * At a start these three come before the first EVENT_POLICY: until all are known nothing is
	 * opened by an exemption. Where none of them ever comes, there are no exemptions.
	 */
	EVENT_EXEMPTION_STATES, /* what was kept of them; once, before the next two */
	EVENT_EXEMPTIONS,       /* all whose documents are here, from now on */
	EVENT_SESSIONS,         /* all there are, from now on */
	EVENT_NEWS,   /* something was heard of the site: the lease of online ones begins anew */
	EVENT_MEDIUM, /* the worker's report about device_id */
	EVENT_EXEMPTION_COMMAND,
};

struct core_event {
	enum core_event_kind kind;
	uint64_t time_ms;    /* CLOCK_BOOTTIME */
	int64_t realtime_ms; /* for records only */
	int64_t trusted_ms;  /* trusted time since 1970-01-01 UTC: a rehearsal ends by it */
	int64_t floor_s;     /* what of it documents prove, whatever a clock shows; 0: nothing */
	uint64_t device_id;  /* given by the caller, never reused: a re-enumeration is a new id */
	union {
		struct {
			enum observed_because because;
			const struct observation *observation; /* borrowed during the call */
			/*
			 * For OBSERVED_RESULT: 0 when the device reads back as planned, else a
			 * negative errno; -ESTALE: no longer the device that was judged.
			 */
			int error;
		} observed;
		struct {
			char name[DEVICE_NAME_MAX + 1]; /* "usb1", or "usbcore" for the parameter */
			bool is_new; /* just appeared; otherwise somebody flipped it */
		} controller;
		size_t other_keyboards;
		struct {
			const struct policy *policy; /* borrowed until the next EVENT_POLICY */
			const struct media *media;   /* registered under it; as EVENT_MEDIA's */
			uint8_t sha256[SHA256_SIZE];
			bool on_trial;   /* run the self-test and answer with TRIAL_PASSED or
					    TRIAL_FAILED */
			bool could_type; /* on trial since before a restart, and TRIAL_BEGAN was
					    said then */
		} policy;
		const struct media *media; /* borrowed until the next of these two events; NULL:
					     none */
		struct {
			const struct exemption_state *items; /* borrowed during the call */
			size_t count;
			const char *boot_id; /* of now; borrowed during the call */
		} states;
		struct {
			const struct core_exemption *items; /* borrowed during the call */
			size_t count;
		} exemptions;
		struct {
			const struct core_session *items; /* borrowed during the call */
			size_t count;
		} sessions;
		const struct medium_answer *medium; /* borrowed during the call */
		struct {
			enum exemption_command command;
			const char *id;
			const char *user; /* of REDEEMED */
			const char *text;
			bool keeps; /* of EJECT */
		} command;
	};
};

/* Wished state of a device. The doer re-checks that it is still the device that was judged. */
struct core_plan {
	uint64_t device_id;
	char name[DEVICE_NAME_MAX + 1];
	unsigned bus, number;
	uint8_t descriptors_sha256[SHA256_SIZE];
	bool authorize;
	/* For a rehearsal: every interface of whatever configuration the kernel has picked. */
	bool takes_all;
	/*
	 * What its disks are let in for; NONE: it has none. Disks that stand open under another
	 * word are shut and let in anew.
	 */
	enum disk_access access;
	uint8_t configuration;
	uint8_t interfaces[OBSERVATION_INTERFACES_MAX]; /* bInterfaceNumber of those let in */
	size_t n_interfaces;
};

/* For the worker of a device that stands open for DISK_ACCESS_MEDIUM. */
struct core_medium {
	uint64_t device_id;
	char name[DEVICE_NAME_MAX + 1]; /* of sysfs */
	struct medium_order order;
};

enum core_action_kind {
	ACTION_NONE = 0,
	ACTION_RECORD,          /* in order: an allow is recorded before the act that follows it */
	ACTION_CARRY_OUT,       /* answered by EVENT_DEVICE_OBSERVED, OBSERVED_RESULT */
	ACTION_SCAN,            /* answered by SCAN_BEGAN … SCAN_ENDED */
	ACTION_TRIAL_BEGAN,     /* somebody could type before it: to be remembered over a restart */
	ACTION_TRIAL_PASSED,    /* the policy on trial may be kept, unless it is only rehearsed */
	ACTION_TRIAL_FAILED,    /* nobody can type any more: bring the last good policy back */
	ACTION_EXEMPTION_STATE, /* durable before anything that follows is done */
	ACTION_EXEMPTION_FORGET, /* its id: the file may go */
	/* Answered by EVENT_MEDIUM: SHOWN or FAILED. After a restart of sekishod it is asked again,
	 * whatever worker there is; one that has it shown says SHOWN once more. */
	ACTION_MEDIUM_OPEN,
	ACTION_MEDIUM_DEADLINE, /* of what was asked for or shown */
	ACTION_MEDIUM_END,      /* answered by HOLDERS perhaps, and by ENDED, FAILED or GONE */
};

struct core_action {
	enum core_action_kind kind;
	union {
		struct record *record; /* owned by the list */
		struct core_plan plan;
		struct exemption_state state; /* STATE; of FORGET only the id */
		struct core_medium medium;    /* MEDIUM_… */
	};
};

struct core_actions {
	struct core_action *items;
	size_t count, allocated;
};

void core_actions_clear(struct core_actions *actions);

struct core;

/* Starts with no policy: everything is to be refused until EVENT_POLICY. 0 and *ret, or -ENOMEM. */
int core_new(struct core **ret);
void core_free(struct core *core);

/* From here on it judges and records, and asks for nothing but scans: for a PC where sekisho is not
 * in force. */
void core_only_watch(struct core *core);

/* Whether the policy lets everything in for now: mode = rehearse, and its end has not come. */
bool core_is_rehearsing(const struct core *core);

/*
 * Takes one event and appends to actions. *ret_wake_ms is the CLOCK_BOOTTIME of the next EVENT_TICK
 * that it needs, or CORE_NEVER. 0, or -ENOMEM: then the caller must exit, and the ports stay shut.
 */
int core_handle(struct core *core, const struct core_event *event, struct core_actions *actions,
	uint64_t *ret_wake_ms);

/* For status and explain: what the core holds of a device. Valid until the next core_handle(). */
enum core_device_state { DEVICE_SETTLED = 0, DEVICE_BUSY, DEVICE_RETRYING, DEVICE_SLOWED };

struct core_device_view {
	uint64_t id;
	const struct observation *observation; /* without descriptors */
	const struct usb_facts *facts;
	const struct device_decision *decision;
	const char *medium; /* its control number where it is registered, else empty */
	enum core_device_state state;
	bool is_last_input;
};

/* For lists of exemptions: what the core holds of one. Valid until the next core_handle(). */
struct core_exemption_view {
	const struct exemption_state *state;
	const struct core_exemption
		*exemption; /* also when its document is gone; NULL: not known */
	bool is_sealed;     /* nobody typed its code yet */
	uint64_t until_ms;  /* CLOCK_BOOTTIME of its end as things are; 0: it does not run */
	uint64_t device_id; /* of the device that has it; 0: none */
	const char *path, *holders; /* of its medium; empty */
};

/* index from 0; false beyond the last. */
bool core_exemption_at(const struct core *core, size_t index, struct core_exemption_view *ret);

/* index from 0, in order of arrival; false beyond the last. */
bool core_device_at(const struct core *core, size_t index, struct core_device_view *ret);
