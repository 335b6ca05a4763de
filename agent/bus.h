/*
 * org.sekisho.Agent1 on the system bus: the agent's one door. Waits for the bus without polling,
 * comes back after the bus was away, and never blocks the event loop. Refuses to know how the agent
 * works: it asks a table of functions, and is told what was recorded.
 *
 * Object /org/sekisho/Agent1, interface org.sekisho.Agent1; for programs the same is described in
 * packaging/dbus/org.sekisho.Agent1.xml.
 *
 * Properties, all read-only. Properties.GetAll reads them at one moment. Changes are announced by
 * PropertiesChanged at most once a second, but for those marked with *. Times are seconds since
 * 1970-01-01 UTC, ages are seconds, SHA-256 is 64 hexadecimal digits, or empty where there is
 * nothing.
 *
 *   Version s               of the agent
 *   Enforces as             what this version enforces: "usb"
 *   Site s, Tier s          of this terminal; empty: not known
 *   Terminal s              its name; empty: it was given none
 *   PolicySerial t, PolicySha256 s, PolicyNotAfter x
 *                           the policy in force; the built-in one has no SHA-256 and no end (0)
 *   PolicyIsBuiltin b, PolicyIsOnTrial b
 *   PolicyIsRehearsed b, PolicyRehearsedUntil x
 *                           whether it refuses nothing, and until when; 0: it is enforced
 *   NextSerial t, NextSha256 s, NextNotBefore x
 *                           the policy that waits for its day; 0: none
 *   RootNumber t, RootEpoch u, RootNotAfter x
 *                           the newest root; 0: none
 *   MediaSerial t, MediaNotAfter x, Media u
 *                           the list of registered media, and how many there are; 0: no list, and
 *                           none are there once the list has ended
 *   FreshAge t *, FreshMaxAge u
 *                           how long ago the newest documents were named, and how long ago that may
 *                           be by the policy; 0: ever so long
 *   NewestRoot t, NewestPolicy t, NewestMedia t
 *                           serials that were named then; NewestPolicy 0: nobody ever named any
 *   LoginMode s, LoginRules t, LoginFrom x
 *                           whether a login needs a code: "required", "rehearse" or "off", by the
 *                           policy with that serial, from then on (0: already); empty: no policy
 *                           was ever seen, and logins are as before installation. Serial 0: the
 *                           strict rules hold, because the policy was lost. Services, groups and
 *                           exempt accounts may differ from it
 *   Tokens u, TokensSerial t, TokensNotAfter x
 *                           how many people have a token here, by which list; 0: there is no list
 *   TerminalKey s           fingerprint of this terminal's key, as ssh-keygen writes them; empty:
 *                           it has none yet
 *   SigningKey s            fingerprint of the key that this terminal signs with; empty: it has
 *                           none
 *   Operator s, OperatorSince x
 *                           the account that works in the session at the screen, by its one-time
 *                           code, and since when; empty and 0: nobody said
 *   Server s, ServerHeard x *
 *                           how the server does that documents come from, by the word of
 *                           fetch_server.h, and when it last answered; empty and 0: there is none,
 *                           or nothing was asked
 *   Requests u              requests for an exemption that nobody has decided
 *   Exemptions u            exemptions that may be used now, or are
 *   ReportsDue u            exemptions by phone whose report afterwards is not filed yet
 *   Devices u, DevicesRefused u
 *                           USB devices that are connected, and those of them that are refused
 *   OtherKeyboards u        keyboards that are not on USB
 *   RecordSequence t *, RecordSha256 s *, RecordsMissing t
 *                           head of the chain of records, and how many could not be written
 *   Contact s               whom a refused person calls, as the policy says; empty: it does not
 *   Problems a(ss)          stable word, English sentence; see agent_bus.c for the words
 *
 * Methods:
 *
 *   ListDevices() → aa{sv}
 *       Name s, Vendor q, Product q, Class s, Verdict s, Reason (ssssyyuus), Manufacturer s,
 *       Model s, Serial s, Medium s, Bus u, Number u, Configuration y, State s, IsLastInput b,
 *       Record t (of its present verdict, the reference number for people; 0: none was written),
 *       Interfaces a(yyss(ssssyyuus)): configuration, interface, class, verdict, reason
 *   ExplainDevice(s name) → a{sv} as ListDevices has it
 *   OpenRecords(t after) → a(sh), h
 *       Names and read-only descriptors of the files of the records, oldest first: of those with a
 *       number above after ("records-3.jsonl" is 3) at most BUS_RECORD_FILES_MAX. Who wants all
 *       begins with 0 and asks again behind the last one, until there is none. The last descriptor
 *       is a receipt: whoever has read the answer closes it. Of answers without one, which fill the
 *       bus, others than root get Busy at the fifth.
 *   GetPolicy() → s
 *       Text of the policy in force, without its signatures; empty for the built-in one.
 *   UpdateFrom(s origin, a(say) documents, a(ss) unreadable) → a(sss): document, outcome, text
 *       documents: name and bytes; unreadable: name and why, for the record.
 *       Names are "root/2.ini", "policy.ini", "media.ini", "media/3f", "fresh.ini", "tokens.ini".
 *       The agent takes them in the order that is right, and answers in that order; shards only
 * where something is wrong with them. outcome: applied (a policy, on trial now), taken (any other),
 * next, not-here, unchanged, refused.
 *
 *   ChangeOperator(s event)
 *       A one-time code was right for the operator that event names, a line of policy/login_event.h
 *       without its LF: from the next record on, records carry that account, whenever the session
 *       is at the screen that is there now. Refused where that session is not the asker's, and
 *       where the code was judged more than three seconds ago.
 *   EndOperator() → s
 *       Nobody says any more who works in the session at the screen; returns who it was.
 *
 *   RequestExemption(a{ss} form) → s id
 *       Asks for an exemption for the caller, who sits at the screen. Returns its number, such as
 *       E-7K3M9Q2X, once it is recorded and stored. Keys of the form:
 *         device or medium  name of a refused device that is connected, or registered number
 *         direction         read-only or read-write
 *         minutes           from its first use: 1 to 44640
 *         purpose           as all texts: one line, at most 120 bytes of UTF-8
 *       and where the form of the site asks for it:
 *         information, classification, destination, witness, section, name, number   texts
 *         personal-data, specific-personal-data, encrypted   yes or no
 *         items             of personal data: 0 to 999999999
 *         from              not before this time, seconds since 1970-01-01 UTC
 *         survives          words: logout reboot
 *   WithdrawRequest(s id)
 *       The caller, or root, no longer asks.
 *   ListExemptions() → aa{sv}, ListAllExemptions() → aa{sv}
 *       Those of the caller, or all, requests included: Id s, Phase s, User s, Terminal s, Medium
 *       s, Port s (name of the connected device that it opened; empty: none), Device s, Direction
 * s, Minutes u, Requested x (0: prepared ahead), NotBefore x, NotAfter x, Until x (of what is in
 *       use now, as far as the clock can tell; 0: is not), Approvers s, Method s (screen, phone,
 *       sealed, prepared), Reason s, Text s, Path s (where the medium is shown), Holders s
 *       (programs that hold it), Clean b (it has ended, and all that was written is on the medium),
 *       Used b, ReportDue b, Purpose s, Record t (of its last change; 0: none).
 *       Phase: requested, refused, withdrawn; approved (may be used), sealed (a code comes first);
 *       active, warned, ending; ended, returned; not-here (what came for it does not count here,
 *       Reason and Text say why).
 *   RedeemExemption(s id, s code) → s phase
 *       The code of an envelope, or what a desk answered on the phone.
 *   EjectMedium(s id, b keep)
 *       Ends its use now; keep: the exemption stays, for the rest of its time.
 *   ReturnMedium(s id, s place)
 *       Writes down where the medium was put back.
 *   ReportAfter(s id, a{ss} form)
 *       Files the report that is due after an exemption by phone: the texts of the form above.
 *   BeginPhone(a{ss} form) → s id, s challenge
 *       As RequestExemption, for whoever asks by phone: medium, direction, minutes and purpose, and
 *       desk, or desks, parted by spaces, where two must agree. challenge: the lines that are read
 *       out, parted by LF; the answer goes to RedeemExemption.
 *   PhoneDesks() → a(ssu): name, what it may grant (read-only or read-write), minutes at most
 *
 * A reason is (ssssyyuus), struct reason with words for its enums: code, access, class, other
 * class, configuration, interface, line, number, text. See bus_reason.h and policy/reason.h.
 *
 * Signals, to everybody, so without serial number and names of a device. record is the sequence
 * number of the record, the reference number for people; 0: it could not be written. At most 32 a
 * second; of what is beyond that, Warning "signals-skipped" tells that there was more.
 *
 *   DeviceRefused(s name, s class, s verdict, (ssssyyuus) reason, t record)
 *   DeviceLetIn(s name, s class, s verdict, (ssssyyuus) reason, t record)
 *   DeviceRemoved(s name, t record)
 *   PolicyApplied(t serial, s sha256, t record)
 *   ExemptionChanged(s id, s phase, s reason, x until, t record)
 *       Words as in ListExemptions; reason: why a request was refused or an exemption ended, or
 *       empty.
 *   Warning(s word, s object, s text, t record)
 *       word: record_event_name() of what is to be looked at, or signals-skipped; object: name of
 *       the device or controller, or empty; text: an English sentence.
 *
 * Who may what; tests/dbus/who and tests/vm/scenario_bus.py try every line:
 *
 *                        Properties,    ListDevices,      UpdateFrom
 *                        signals        ExplainDevice,
 *                                       OpenRecords,
 *                                       GetPolicy
 *   root                 yes            yes               yes
 *   user at the seat     yes            yes               no
 *   other users          yes            administrator     no
 *   where polkit         yes            root only         no
 *   does not answer
 *
 * ChangeOperator is for root and for the account of sekisho-verify, which judges codes; EndOperator
 * for root and for whose session is at the screen.
 *
 *                        RequestExemption,  WithdrawRequest,  ListExemptions,  ListAllExemptions
 *                        BeginPhone         RedeemExemption,  PhoneDesks
 *                                           EjectMedium,
 *                                           ReturnMedium,
 *                                           ReportAfter
 *   root                 no                 yes               all of them      yes
 *   user at the seat     yes                own               own              administrator
 *   other users          no                 own               own              administrator
 *   where polkit         as above           as above          as above         root only
 *   does not answer
 *
 * RedeemExemption is for whose exemption it is and sits at the screen alone. Whoever came by ssh
 * sits at no screen, whatever the account. ListAllExemptions is polkit's action
 * org.sekisho.agent1.exemptions.
 *
 * "administrator": polkit asks for an administrator's password, where the caller allows interactive
 * authorisation and has an agent; else no. The second column is polkit's action
 * org.sekisho.agent1.view, so a site may set it otherwise. UpdateFrom carries so much that already
 * the bus lets nobody but root send it.
 *
 * Texts of devices and documents are made printable.
 * Errors: org.sekisho.Agent1.Error.NotPermitted, .NoSuchDevice, .TooLarge, .Busy; .NotStored
 * where the file of the policy in force is gone or another, or where a request cannot be written
 * down; .NotSeated, .TooLate, .NoOperator. Of exemptions: .NotRefused (the device needs none),
 * .NoSuchExemption, .NotNow (it is not in a phase for this), .NotAvailable (not at this terminal),
 * .Busy (too many requests of this person are open), .TooOften (too many came within an hour), and
 * three whose text begins with a word for programs, a colon and a space: .Invalid (the key of the
 * form that is wrong), .WrongCode (how many tries are left), .Locked (for how many seconds).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "agent/bus_exemptions.h"
#include "agent/record.h"
#include "policy/decide.h"
#include "policy/document.h"
#include "policy/login_name.h"

#define BUS_NAME      "org.sekisho.Agent1"
#define BUS_PATH      "/org/sekisho/Agent1"
#define BUS_INTERFACE "org.sekisho.Agent1"

#define BUS_ERROR_NOT_PERMITTED  "org.sekisho.Agent1.Error.NotPermitted"
#define BUS_ERROR_NO_SUCH_DEVICE "org.sekisho.Agent1.Error.NoSuchDevice"
#define BUS_ERROR_TOO_LARGE      "org.sekisho.Agent1.Error.TooLarge"
#define BUS_ERROR_BUSY           "org.sekisho.Agent1.Error.Busy"
#define BUS_ERROR_TOO_OFTEN      "org.sekisho.Agent1.Error.TooOften"
#define BUS_ERROR_NOT_STORED     "org.sekisho.Agent1.Error.NotStored"
#define BUS_ERROR_NOT_SEATED     "org.sekisho.Agent1.Error.NotSeated"
#define BUS_ERROR_TOO_LATE       "org.sekisho.Agent1.Error.TooLate"
#define BUS_ERROR_NO_OPERATOR    "org.sekisho.Agent1.Error.NoOperator"
#define BUS_ERROR_NOT_REFUSED    "org.sekisho.Agent1.Error.NotRefused"
#define BUS_ERROR_NO_EXEMPTION   "org.sekisho.Agent1.Error.NoSuchExemption"
#define BUS_ERROR_NOT_NOW        "org.sekisho.Agent1.Error.NotNow"
#define BUS_ERROR_NOT_AVAILABLE  "org.sekisho.Agent1.Error.NotAvailable"
#define BUS_ERROR_INVALID        "org.sekisho.Agent1.Error.Invalid"
#define BUS_ERROR_WRONG_CODE     "org.sekisho.Agent1.Error.WrongCode"
#define BUS_ERROR_LOCKED         "org.sekisho.Agent1.Error.Locked"

/* All shards, a long chain of roots, and the rest. */
#define BUS_DOCUMENTS_MAX 520
/* A larger file is sent cut to one byte more, so that the agent refuses and records it. */
#define BUS_DOCUMENT_SIZE_MAX (1024 * 1024)
#define BUS_SIZE_MAX          (24 * 1024 * 1024) /* of all documents of a call */
#define BUS_PROBLEMS_MAX      20
/* dbus-daemon throws out who sends more than 16 descriptors in a message. */
#define BUS_RECORD_FILES_MAX 8

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

/* Both static, or valid as long as the status. */
struct agent_problem {
	const char *word; /* stable: "policy-expired", … */
	const char *text; /* a sentence for people */
};

/* What holds for logins. */
struct agent_login_status {
	const char *mode; /* static; NULL: no policy was ever seen */
	uint64_t serial;
	int64_t from; /* 0: already */
	const struct document_header *tokens;
	size_t n_tokens;
	const char *key; /* fingerprint; NULL: none */
};

struct agent_status {
	const char *site, *tier; /* of this terminal; NULL: not known */
	const char *terminal;    /* its name; NULL: none */
	struct agent_policy policy;
	bool is_builtin, is_on_trial;
	const char *contact;     /* whom a refused person calls; NULL: the policy does not say */
	bool is_rehearsing;      /* nothing is refused … */
	int64_t rehearses_until; /* … until then */
	bool has_next;
	struct agent_policy next;
	const struct document_header *root; /* the newest; NULL: none */
	const struct document_header *media;
	size_t n_media;
	bool has_fresh;
	struct agent_fresh fresh;
	struct agent_login_status login;
	const char *signing_key; /* fingerprint; NULL: none */
	const char *operator;    /* in the session at the screen; NULL: nobody said */
	int64_t operator_since;  /* 0: nobody */
	const char *server;   /* static; how it does; NULL: there is none, or nothing was asked */
	int64_t server_heard; /* 0: never */
	size_t requests, exemptions, reports_due;
	size_t devices, devices_refused;
	size_t other_keyboards; /* that are no USB devices */
	uint64_t record_sequence;
	uint8_t record_sha256[SHA256_SIZE];
	uint64_t records_missing;
	struct agent_problem problems[BUS_PROBLEMS_MAX];
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
	uint64_t record; /* sequence of the record of its verdict; 0: none was written */
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

/* As many as logind has at most unless it is told otherwise: whoever sits here may be the last. */
#define BUS_SESSIONS_MAX 8192

struct bus_session {
	const char *id, *user;
	uint32_t uid;
};

/* What outputs point to must live until the function returns to the event loop. */
struct bus_handlers {
	void *userdata;
	void (*get_status)(void *userdata, struct agent_status *ret);
	/* index from 0; false beyond the last. */
	bool (*get_device)(void *userdata, size_t index, struct agent_device *ret);
	/* Opens the first file of records with a number above after, for reading. 1 with both, the
	 * descriptor to be closed by the caller; 0: there is none; or a negative errno. */
	int (*open_record)(void *userdata, uint64_t after, uint64_t *ret_number, int *ret_fd);
	/* The text of the policy in force, for free(). 0 and *ret_text, or a negative errno. */
	int (*get_policy)(void *userdata, char **ret_text);
	/* Takes the documents that root hands in, and tells what became of each. 0, or a negative
	 * errno. */
	int (*take_documents)(void *userdata, const struct agent_document *documents, size_t n,
		agent_tell tell, void *context);
	/* A right code was typed; line: a login_event without its LF. 0 or a negative errno, see
	 * agent_internal.h. */
	int (*change_operator)(void *userdata, uint32_t caller, const char *line);
	int (*end_operator)(void *userdata, uint32_t caller, char ret_user[ACCOUNT_NAME_MAX + 1]);
	struct agent_exemption_handlers exemptions;
	/* There is a bus, and the name on it is ours. NULL: nobody wants to know. */
	void (*connected)(void *userdata);
	/* The answer to bus_ask_sessions(): all sessions of logind. */
	void (*sessions)(void *userdata, const struct bus_session *items, size_t n);
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

/*
 * Tells everybody what was recorded, where there is a signal for it; sequence 0: it could not be
 * written. Sent a moment later, so that nobody waits for it. bus may be NULL, here and below.
 */
void bus_announce_record(struct bus *bus, const struct record *record, uint64_t sequence);

/*
 * Asks logind who has a session; handlers->sessions is called later, or never. 0, -ENOTCONN where
 * there is no bus, or another negative errno.
 */
int bus_ask_sessions(struct bus *bus);

/* The status may have changed: compares soon, and announces what did. Cheap. */
void bus_touch(struct bus *bus);

/* Compares now. */
void bus_announce_status(struct bus *bus);

/* Tells everybody what became of an exemption, with the words of bus.h; as bus_announce_record().
 */
void bus_announce_exemption(struct bus *bus, const char *id, const char *phase, const char *reason,
	int64_t until, uint64_t sequence);

/* Asks systemd to start a unit, and waits for nothing; a refusal comes to handlers->warn(). 0,
 * -ENOTCONN: there is no bus, or another negative errno. */
int bus_start_unit(struct bus *bus, const char *unit);
