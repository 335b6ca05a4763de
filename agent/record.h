/*
 * One record: what happened, as typed values, and its JSON line. Pure; files and chains are
 * record_log's.
 *
 * The line is an event of the Open Cybersecurity Schema Framework 1.7 (https://schema.ocsf.io).
 * Members come in this order; those in [] only where there is something to say.
 *
 *   metadata         sequence (first of all, so that the log finds it), version "1.7.0",
 *                    product {name, vendor_name, version}, profiles ["security_control"]
 *   class_uid        1010 Peripheral Activity for what happened to a device,
 *                    3001 Account Change for what became of somebody's token,
 *                    3002 Authentication for a login,
 *                    5019 Device Config State Change for what happened to the terminal
 *   category_uid     1, 3 or 5, as the class
 *   activity_id      1010: 1 connect, 2 disconnect, 3 enable, 99 other; 3001: 10 and 11, a factor
 *                    was enabled or disabled, 99 other; 3002: 1 logon; 5019: 1 log
 *   [activity_name]  the event's word, with 99
 *   type_uid         class_uid * 100 + activity_id
 *   time             milliseconds since 1970-01-01 UTC
 *   severity_id      record_severity()
 *   [is_alert]       true from severity 4 on
 *   message          record_describe()
 *   [action_id, disposition_id]  1, 1 allowed; 2, 2 blocked; 3, 17 observed and logged: refused by
 *                    a policy that is only rehearsed, so let in. Events that carry a verdict
 *   [policy]         uid (SHA-256 of its text), version (its serial, as a string)
 *   [actor {user {name}}]  the operator, see unmapped
 *   [status_id, status_detail, user {name}]  3001 and 3002: 1 success or 2 failure; the reason's
 *                    word, as unmapped has it
 *   [service {name}, is_mfa, is_remote, auth_factors: {factor_type_id, factor_type}]  3002: the
 *                    factors that let in or, where it was refused, were asked for. The password is
 *                    judged before the code, so a login that is recorded had it right. 11 Password,
 *                    7 OTP, 99 Recovery Code or Sealed Envelope Code
 *   [src_endpoint]   3002, of a login from elsewhere: ip or hostname, as the service says
 *   [peripheral_device]  1010: name (of sysfs), type_id, type (device class), vendor_id_list,
 *                    vendor_name, model, serial_number: all but the first are claims of the device
 *   [device]         the others: type_id 0; the collector knows the terminal's name
 *   unmapped.sekisho  event, boot_id, boottime_ms, previous_sha256, [missing], [object], [verdict],
 *                    [reason {code, text, [rule], [line], [number]}], [product_id, bus,
 *                    number_on_bus, descriptors_sha256], [medium: the control number], [fault],
 *                    [error], [number], [text], [rehearsed true: the verdict was not enforced, the
 *                    device was let in whole], [operator: the account whose one-time code was
 *                    typed last in the session that was at the screen then], [login],
 *                    [exemption],
 *                    [interfaces: {configuration, interface, class, verdict, reason, [rule],
 *                    [line]}],
 *                    [active_configuration, [findings: {configuration, interface, source, class,
 *                    [driver]}], descriptors], [truncated true]
 *
 * login, of logins and tokens: reason (login_reason_name()), [reference: what the screen showed, by
 * which the help desk finds it], [factors: "knowledge", "possession", and factors_ja: the same in
 * the words of the rules], [terminal], [token: its number], [number: of the recovery code or
 * envelope], [next: of a right code the time step or counter behind its own, the same wherever it
 * is typed], [drift: steps that the token's clock is ahead], [wait: seconds until the next try],
 * caller_uid, boottime_ms. time is then that of the login, boottime_ms outside of login that of its
 * record: sekishod may have been away, even over a reboot. A power cut may leave the same login
 * twice, under one reference.
 *
 * exemption, of exemptions, requests and the media shown by them; each member only where it is
 * known: id, reason (what it ended by, the worker's word, a fault), user, requester, approvers (",
 * " between persons), approver_names (of the root, with the ids), method (exemption_method_name()),
 * terminal, medium (control number), device, capacity, volume, direction, requested, approved,
 * from, until (milliseconds since 1970), minutes, extends, insertions, path, clean, holders, place,
 * and of the form: purpose, information, classification, personal_data, specific_personal_data,
 * items, encrypted, destination, witness, section, name, number.
 *
 * The last three but one are what the verdict of device-blocked, device-allowed and
 * alert-last-input rests on, beside ids and serial_number, so that another policy can be asked the
 * same later: bConfigurationValue at that moment (0: none), what drivers ("source" is then
 * "driver") and HID report descriptors ("report-descriptor") had shown of interfaces, and the raw
 * USB descriptors in base64. They are there all three, or none of them where the line has no room
 * for them; "truncated" says so, as it does of texts and interfaces that were cut.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/record_exemption.h"
#include "policy/decide.h"
#include "policy/document.h"
#include "policy/login_event.h"
#include "policy/media.h"
#include "policy/reason.h"
#include "policy/verdict.h"

#define RECORD_LINE_MAX       8192 /* bytes of one JSON line, LF included */
#define RECORD_LINE_START     "{\"metadata\":{\"sequence\":" /* then the number and a comma */
#define RECORD_TEXT_MAX       512
#define RECORD_MESSAGE_SIZE   1536
#define RECORD_INTERFACES_MAX 64
#define RECORD_FINDINGS_MAX   32
/* With more of them, no line has room for the whole. */
#define RECORD_DESCRIPTORS_MAX 4608
#define DEVICE_NAME_MAX        63  /* "1-2.3": sysfs name of a USB device */
#define DEVICE_STRING_MAX      126 /* characters of a USB string descriptor */
#define DEVICE_STRING_SIZE     (DEVICE_STRING_MAX * 3 + 1) /* as UTF-8 */

enum record_event {
	RECORD_NONE = 0,
	RECORD_STARTED, /* sekishod began; text: how the last run ended, if known */
	RECORD_STOPPED,
	RECORD_CONTROLLER_CLOSED, /* a controller's defaults were open and are closed now */
	RECORD_DEVICE_BLOCKED,
	RECORD_DEVICE_ALLOWED, /* at least one interface; written before the act */
	RECORD_DEVICE_REMOVED,
	RECORD_DEVICE_FAILED,    /* an act on it failed: error, number of failures in a row */
	RECORD_DEVICE_SLOW,      /* it does not answer: number of milliseconds so far */
	RECORD_DEVICE_FLAPPING,  /* it comes and goes: number of arrivals; slowed */
	RECORD_DEVICE_CHANGED,   /* its descriptors are no longer those that were judged */
	RECORD_DEVICE_DISGUISED, /* driver or report descriptor show another class than it claimed
				  */
	RECORD_TAMPERED,         /* somebody else flipped an authorisation; undone */
	RECORD_ALERT_LAST_INPUT, /* kept against the policy so that somebody can type */
	RECORD_EVENTS_LOST,      /* netlink overflow: everything was looked at again */
	RECORD_POLICY_APPLIED,
	RECORD_POLICY_NEXT,     /* verified, waits for its not-before; number: its serial */
	RECORD_POLICY_REFUSED,  /* fault and text say why; number: its serial, 0: not known */
	RECORD_POLICY_REVERTED, /* self-test failed: the last good one is back; number: as above */
	RECORD_POLICY_LOST,     /* a policy was there and cannot be read any more */
	RECORD_POLICY_NOT_HERE, /* good, but its roll-out has not reached this terminal; number */
	RECORD_ROOT_APPLIED,    /* the next root of the chain is in force; number: its own */
	RECORD_ROOT_REFUSED,    /* as POLICY_REFUSED */
	RECORD_ROOT_LOST,       /* a root was in force and cannot be read any more */
	RECORD_MEDIA_APPLIED,   /* another list of registered media; number: its serial */
	RECORD_MEDIA_REFUSED,
	RECORD_MEDIA_LOST,
	RECORD_MEDIA_ENDED, /* its not-after has come, so it registers none; number: its serial */
	RECORD_FRESH_TAKEN, /* which documents are the newest; number: its serial */
	RECORD_FRESH_REFUSED,
	RECORD_FRESH_ENDED,     /* it is older than the policy allows; number: its serial */
	RECORD_DOCUMENT_WAITS,  /* good, but not-before lies ahead, and it is not kept: text */
	RECORD_TORN,            /* the last line of the records was cut: power loss */
	RECORD_REHEARSAL_BEGAN, /* the policy refuses nothing; text: until when */
	RECORD_REHEARSAL_ENDED, /* it is enforced from here on */
	RECORD_TOKENS_APPLIED, /* another list of the tokens of this terminal; number: its serial */
	RECORD_TOKENS_REFUSED,
	RECORD_REVOCATION_REFUSED, /* a document that revokes something was not believed */
	RECORD_DESKS_APPLIED,      /* who approves by telephone here; number: its serial */
	RECORD_DESKS_REFUSED,
	RECORD_REVOCATIONS_LOST,  /* what was revoked here cannot be read: no exemption counts */
	RECORD_TOKENS_LOST,       /* it cannot be believed any more; nobody's token is taken away */
	RECORD_TERMINAL_KEY_MADE, /* this terminal made the key that it signs with: text */
	RECORD_TERMINAL_COPIED,   /* the state came from another machine; its keys are put aside */
	RECORD_TERMINAL_ASKED,    /* to join, with a ticket: text */
	RECORD_TERMINAL_ENDED,    /* it is taken out of service: the last record */
	RECORD_LOGIN_RULES_NOT_STORED, /* those before hold on: error */
	RECORD_LOGIN_LINE_DAMAGED,     /* of the spool: what it said is lost */
	/* Of here on, login says more. */
	RECORD_LOGIN_ALLOWED,
	RECORD_LOGIN_REFUSED,
	RECORD_LOGIN_LOCKED,      /* refused after too many wrong codes */
	RECORD_LOGIN_FAILED,      /* refused, and not for what the person did */
	RECORD_LOGIN_BY_ENVELOPE, /* a code from a sealed envelope was used */
	RECORD_LOGIN_REHEARSED,
	RECORD_TOKEN_INSTALLED,
	RECORD_TOKEN_RESET,
	RECORD_TOKEN_RETIRED,
	RECORD_TOKEN_SHOWN,       /* its secret, to whose it is, on this terminal */
	RECORD_TOKEN_ENROLLED,    /* by the person, on this terminal */
	RECORD_SECRET_UNREADABLE, /* of one token */
	RECORD_LOGIN_KEY_LOST,    /* of the terminal: nobody's code counts */
	RECORD_LOGIN_KEY_MADE,
	RECORD_ENVELOPE_MADE,    /* by root at the console */
	RECORD_LOGIN_RULES_LOST, /* the strict ones hold */
	RECORD_OPERATOR_CHANGED, /* somebody else works in the session at the screen, by code */
	RECORD_OPERATOR_ENDED,   /* nobody says any more who works there: text says why */
	/* Of here on, exemption says more. */
	RECORD_EXEMPTION_REQUESTED,
	RECORD_EXEMPTION_RECEIVED,          /* an approved one has come */
	RECORD_EXEMPTION_REFUSED,           /* its document does not count here: fault */
	RECORD_EXEMPTION_REQUEST_REFUSED,   /* by an approver: text */
	RECORD_EXEMPTION_REQUEST_WITHDRAWN, /* by whoever had asked */
	RECORD_EXEMPTION_REVOKED,           /* text */
	RECORD_EXEMPTION_REDEEMED,          /* its code was typed */
	RECORD_EXEMPTION_REDEEM_FAILED,     /* a wrong one was */
	RECORD_EXEMPTION_ACTIVE, /* used for the first time, or again after what ended it */
	RECORD_EXEMPTION_WARNED, /* number: minutes that are left */
	RECORD_EXEMPTION_ENDING,
	RECORD_EXEMPTION_ENDED,
	RECORD_EXEMPTION_RETURNED, /* the medium was handed back */
	RECORD_EXEMPTION_REPORTED, /* after the fact: text */
	RECORD_MEDIUM_SHOWN,       /* to its user, at path */
	RECORD_MEDIUM_REFUSED,     /* it could not be shown: reason, text */
	RECORD_PHONE_CHALLENGE,    /* was shown, to be read out */
	RECORD_EVENT_COUNT,
};

/* "device-blocked", …: the stable word; NULL out of range. */
const char *record_event_name(enum record_event event);
int record_event_from_name(const char *name, enum record_event *ret);
/* Whether such a record says what became of a device, and what that rests on. */
bool record_event_is_judgement(enum record_event event);

struct record_interface {
	uint8_t configuration, interface;
	enum device_class device_class;
	enum verdict verdict;
	struct reason reason;
};

struct record_device {
	char name[DEVICE_NAME_MAX + 1]; /* or of a controller or port; empty: about no device */
	uint16_t vendor, product;
	unsigned bus, number; /* busnum, devnum; number is 0 for what is no device */
	char manufacturer[DEVICE_STRING_SIZE], model[DEVICE_STRING_SIZE],
		serial[DEVICE_STRING_SIZE];
	uint8_t descriptors_sha256[SHA256_SIZE];
	char medium[MEDIUM_NUMBER_MAX + 1]; /* of the registered medium that it claims to be */
};

struct record {
	enum record_event event;
	int64_t realtime_ms; /* since 1970-01-01 UTC */
	uint64_t boottime_ms;
	struct record_device device;
	enum device_class device_class;
	enum verdict verdict;
	struct reason reason;
	struct record_interface interfaces[RECORD_INTERFACES_MAX];
	size_t n_interfaces;
	bool is_rehearsed; /* the verdict was not enforced */
	/* What it rests on. A size without bytes: there were more than RECORD_DESCRIPTORS_MAX. */
	uint8_t active_configuration;
	struct finding findings[RECORD_FINDINGS_MAX];
	size_t n_findings;
	const uint8_t *descriptors;      /* live as long as the record */
	size_t descriptors_size;         /* 0: there is nothing to tell */
	const struct login_event *login; /* lives as long as the record; NULL: of no login */
	const struct record_exemption *exemption; /* the same; NULL: of no exemption */
	const char *operator;   /* whose number the session at the screen carries; NULL: nobody's */
	int error;              /* positive errno, 0: none */
	uint64_t number;        /* arrivals, milliseconds, serial: as the event says */
	uint64_t policy_serial; /* of the policy in force; of the new one for POLICY_APPLIED */
	uint8_t policy_sha256[SHA256_SIZE]; /* zeros: no document, the built-in policy */
	char fault[32];                     /* document_fault_name() */
	char text[RECORD_TEXT_MAX];         /* UTF-8 detail */
};

/* Where a record stands in the chain. */
struct record_link {
	uint64_t sequence; /* from 1, survives reboot */
	char boot_id[37];
	uint8_t previous_sha256[SHA256_SIZE]; /* of the whole line before it, LF included; zeros
						 first */
	uint64_t missing; /* records that could not be written between that line and this one */
};

/* OCSF severity_id: 1 informational, 2 low, 3 medium, 4 high. */
int record_severity(enum record_event event);

/*
 * One printable English sentence for people, without a full stop: what happened to which device and
 * why. Cut between characters where buffer ends; RECORD_MESSAGE_SIZE is enough. Returns its length.
 */
size_t record_describe(const struct record *record, char *buffer, size_t size);

/*
 * The JSON line with its LF. Never longer than RECORD_LINE_MAX: texts are shortened, interfaces
 * that find no room are left out, and "truncated":true says so. No NUL is written. Returns the
 * length, or -ENOBUFS when buffer is smaller than RECORD_LINE_MAX.
 */
int record_format(
	const struct record *record, const struct record_link *link, char *buffer, size_t size);
