/*
 * org.sekisho.Agent1 on the system bus: the agent's one door. Waits for the bus without polling,
 * comes back after the bus was away, and never blocks the event loop. Refuses to know how the agent
 * works: it asks a table of functions.
 *
 * Object /org/sekisho/Agent1, interface org.sekisho.Agent1:
 *
 *   GetStatus() → a{sv}
 *       Version s, Enforces as, Site s, Tier s, PolicySerial t, PolicySha256 s, PolicyNotAfter x,
 *       PolicyIsBuiltin b, PolicyIsOnTrial b, PolicyIsRehearsed b,
 *       [PolicyRehearsedUntil x], [NextSerial t, NextSha256 s, NextNotBefore x],
 *       [RootNumber t, RootEpoch u, RootNotAfter x], [MediaSerial t, Media u],
 *       [FreshAge t, FreshMaxAge u, NewestRoot t, NewestPolicy t, NewestMedia t],
 *       Devices u, DevicesRefused u, OtherKeyboards u, RecordSequence t, RecordSha256 s,
 *       RecordsMissing t, Problems as
 *   ListDevices() → aa{sv}
 *       Name s, Vendor q, Product q, Class s, Verdict s, Reason s, ReasonText s, Manufacturer s,
 *       Model s, Serial s, Medium s, Bus u, Number u, Configuration y, State s, IsLastInput b,
 *       Interfaces a(yyssss): configuration, interface, class, verdict, reason, its text
 *   ExplainDevice(s name) → a{sv} as ListDevices has it, as: sentences for people
 *   UpdateFrom(s origin, a(say) documents, a(ss) unreadable) → a(sss): document, outcome, text
 *       For root only. documents: name and bytes; unreadable: name and why, for the record.
 *       Names are "root/2.ini", "policy.ini", "media.ini", "media/3f", "fresh.ini". The agent takes
 *       them in the order that is right, and answers in that order; shards only where something is
 *       wrong with them. outcome: applied (a policy, on trial now), taken (any other), next,
 *       not-here, unchanged, refused.
 *
 * Texts of devices and documents are made printable. Times are seconds since 1970-01-01 UTC, ages
 * and FreshMaxAge seconds; FreshMaxAge 0: fresh may be of any age.
 * Errors: org.sekisho.Agent1.Error.NotPermitted, .NoSuchDevice, .TooLarge, .Busy.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "agent/record.h"
#include "policy/decide.h"
#include "policy/document.h"

#define BUS_NAME      "org.sekisho.Agent1"
#define BUS_PATH      "/org/sekisho/Agent1"
#define BUS_INTERFACE "org.sekisho.Agent1"

#define BUS_ERROR_NOT_PERMITTED  "org.sekisho.Agent1.Error.NotPermitted"
#define BUS_ERROR_NO_SUCH_DEVICE "org.sekisho.Agent1.Error.NoSuchDevice"
#define BUS_ERROR_TOO_LARGE      "org.sekisho.Agent1.Error.TooLarge"
#define BUS_ERROR_BUSY           "org.sekisho.Agent1.Error.Busy"

/* All shards, a long chain of roots, and the rest. */
#define BUS_DOCUMENTS_MAX 520
/* A larger file is sent cut to one byte more, so that the agent refuses and records it. */
#define BUS_DOCUMENT_SIZE_MAX (1024 * 1024)
#define BUS_SIZE_MAX          (24 * 1024 * 1024) /* of all documents of a call */
#define BUS_PROBLEMS_MAX      8

/* A policy; sha256 is zeros and not_after 0 for the built-in one. */
struct agent_policy {
	uint64_t serial;
	uint8_t sha256[SHA256_SIZE];
	int64_t not_before, not_after;
};

/* What was said last of the newest documents. */
struct agent_fresh {
	uint64_t age_s;
	uint32_t max_age_s;           /* by the policy; POLICY_MAX_AGE_NONE */
	uint64_t root, policy, media; /* serials that exist; 0: not named */
};

struct agent_status {
	const char *site, *tier; /* of this terminal; NULL: not known */
	struct agent_policy policy;
	bool is_builtin, is_on_trial;
	bool is_rehearsing;      /* nothing is refused … */
	int64_t rehearses_until; /* … until then */
	bool has_next;
	struct agent_policy next;
	const struct document_header *root; /* the newest; NULL: none */
	const struct document_header *media;
	size_t n_media;
	bool has_fresh;
	struct agent_fresh fresh;
	size_t devices, devices_refused;
	size_t other_keyboards; /* that are no USB devices */
	uint64_t record_sequence;
	uint8_t record_sha256[SHA256_SIZE];
	uint64_t records_missing;
	const char *problems[BUS_PROBLEMS_MAX]; /* sentences for people */
	size_t n_problems;
};

struct agent_device {
	const char *name;
	uint16_t vendor, product;
	unsigned bus, number;
	const char *manufacturer, *model, *serial; /* as the device says; NULL: says nothing */
	const char *medium; /* control number of a registered medium; NULL or empty: is none */
	const struct device_decision *decision;
	const char *state; /* "settled", "busy", "retrying", "slowed" */
	bool is_last_input;
};

struct agent_document {
	const char *origin, *name; /* as the caller says */
	const void *bytes;         /* NULL: the caller could not read it, and why says why */
	size_t size;               /* at most BUS_DOCUMENT_SIZE_MAX + 1 */
	const char *why;
};

struct agent_answer {
	const char *name;    /* of the document */
	const char *outcome; /* static: "applied", "next", "unchanged", "refused", … */
	char text[RECORD_TEXT_MAX];
};

/* Passes one answer on. 0, or a negative errno that the caller forwards. */
typedef int (*agent_tell)(void *context, const struct agent_answer *answer);

/* What outputs point to must live until the function is called again or the call is answered. */
struct bus_handlers {
	void *userdata;
	void (*get_status)(void *userdata, struct agent_status *ret);
	/* index from 0; false beyond the last. */
	bool (*get_device)(void *userdata, size_t index, struct agent_device *ret);
	/* Takes the documents that root hands in, and tells what became of each. 0, or a negative
	 * errno. */
	int (*take_documents)(void *userdata, const struct agent_document *documents, size_t n,
		agent_tell tell, void *context);
	/* Something about the bus that people should read, such as a name that is taken. */
	void (*warn)(void *userdata, const char *text);
};

struct bus;

/*
 * Begins to connect to $DBUS_SYSTEM_BUS_ADDRESS or the system bus, whether it is there or not.
 * handlers must outlive the result. Returns 0 and *ret, or a negative errno.
 */
int bus_open(sd_event *event, const struct bus_handlers *handlers, struct bus **ret);

/* Leaves the bus; calls under way are not answered. */
void bus_close(struct bus *bus);
