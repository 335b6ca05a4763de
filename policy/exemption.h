/*
 * An exemption: one application form that was approved. Who may use which medium at which terminal,
 * in which direction, from when until when. It is signed by the approvers of the tier; it has no
 * serial, because each stands for itself.
 *
 *	[exemption]
 *	kind = exemption
 *	format = 1
 *	site, tier, epoch, issued, not-before, not-after as everywhere
 *	id = E-7K3M9Q2X              the number of the application (uketsuke bangou)
 *	terminal = desk-17
 *	users = tanaka               accounts; "any" with [code] only: whoever types the code
 *	requester = tanaka           who asked; absent: it was prepared ahead
 *	requested = 2026-11-23T10:00:00+09:00   absent as requester
 *	extends = E-2B4D6F8H         takes over when that one ends; may be absent
 *
 *	[medium]                     exactly one of registered, device and class
 *	registered = M-00123         the control number of a registered medium
 *	device = 0951:1666 001A92053B6A         ids and serial, as shards write them
 *	descriptors = 43 letters     SHA-256 in base64; with device, and only with it
 *	class = usb-storage          any medium of that kind
 *	capacity = 15728640000       bytes of the whole disk; may be absent, as volume
 *	volume = 1234-ABCD           UUID of its file system, or of LUKS
 *
 *	[use]
 *	direction = read-only | read-write
 *	duration = 30m               from first use
 *	insertions = 3               how many times at most it is plugged in; may be absent
 *	until = unplug               it ends when the medium is pulled out; may be absent
 *	survives = reboot logout     what does not end it; may be absent, or one word
 *	online = on                  silence of the source ends it; may be absent
 *
 *	[form]                       for the ledger; all but purpose may be absent
 *	purpose, information, classification, destination, witness, section, name, number = TEXT
 *	personal-data, specific-personal-data, encrypted = yes | no
 *	items = 120
 *
 *	[code]                       counts only once that code was typed at the terminal
 *	hash = $y$j9T$…$…
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/code_hashes.h"
#include "policy/device_class.h"
#include "policy/document.h"
#include "policy/login_name.h"
#include "policy/media.h"
#include "policy/problem.h"
#include "policy/site.h"
#include "policy/verdict.h"

#define EXEMPTION_ID_SYMBOLS     8                              /* of CODE_ALPHABET */
#define EXEMPTION_ID_SIZE        (2 + EXEMPTION_ID_SYMBOLS + 1) /* "E-", symbols, NUL */
#define EXEMPTION_USERS_MAX      16
#define EXEMPTION_DURATION_MIN_S 60
#define EXEMPTION_DURATION_MAX_S (31 * 86400)
#define EXEMPTION_INSERTIONS_MAX 1000
#define EXEMPTION_VOLUME_MAX     63 /* visible ASCII */
#define EXEMPTION_ITEMS_MAX      999999999
#define FORM_TEXT_MAX            120 /* bytes of UTF-8: 40 Japanese characters */

enum exemption_medium_kind {
	EXEMPTION_MEDIUM_NONE = 0, /* fits nothing */
	EXEMPTION_MEDIUM_REGISTERED,
	EXEMPTION_MEDIUM_DEVICE,
	EXEMPTION_MEDIUM_CLASS,
};

/* Which medium. What its kind does not need is zero. */
struct exemption_medium {
	enum exemption_medium_kind kind;
	char number[MEDIUM_NUMBER_MAX + 1];
	struct medium_identity identity;
	uint8_t descriptors_sha256[SHA256_SIZE];
	enum device_class device_class; /* CLASS_USB_STORAGE */
	uint64_t capacity_bytes;        /* 0: not said */
	char volume[EXEMPTION_VOLUME_MAX + 1];
};

#define EXEMPTION_UNTIL_UNPLUG    (1u << 0)
#define EXEMPTION_SURVIVES_REBOOT (1u << 0)
#define EXEMPTION_SURVIVES_LOGOUT (1u << 1)

struct exemption_use {
	enum verdict access; /* VERDICT_READ_ONLY, or VERDICT_ALLOW: read and write */
	uint32_t duration_s; /* from first use */
	uint16_t insertions; /* 0: as often as one likes */
	unsigned until;      /* EXEMPTION_UNTIL_… */
	unsigned survives;   /* EXEMPTION_SURVIVES_… */
	bool is_online;
};

enum form_answer { FORM_NOT_ANSWERED = 0, FORM_NO, FORM_YES };

/* Decoded UTF-8; empty: not answered. */
struct exemption_form {
	char purpose[FORM_TEXT_MAX + 1];
	char information[FORM_TEXT_MAX + 1];
	char classification[FORM_TEXT_MAX + 1];
	enum form_answer personal_data, specific_personal_data, encrypted;
	bool has_items;
	uint32_t items;
	char destination[FORM_TEXT_MAX + 1];
	char witness[FORM_TEXT_MAX + 1];
	char section[FORM_TEXT_MAX + 1];
	char name[FORM_TEXT_MAX + 1];
	char number[FORM_TEXT_MAX + 1]; /* of the employee */
};

struct exemption {
	struct document_header header; /* serial 0: it has none */
	char id[EXEMPTION_ID_SIZE];
	char terminal[TERMINAL_NAME_MAX + 1];
	char users[EXEMPTION_USERS_MAX][ACCOUNT_NAME_MAX + 1];
	size_t n_users;                       /* 0: whoever types the code */
	char requester[ACCOUNT_NAME_MAX + 1]; /* empty: prepared ahead */
	int64_t requested;                    /* 0: prepared ahead */
	char extends[EXEMPTION_ID_SIZE];      /* empty: none */
	struct exemption_medium medium;
	struct exemption_use use;
	struct exemption_form form;
	char code_hash[CODE_HASH_TEXT_SIZE]; /* empty: it needs no code */
};

/* As policy_parse(). An exemption holds no pointer, so it may be copied. */
int exemption_parse(
	const char *text, size_t size, struct problems *problems, struct exemption **ret);
void exemption_free(struct exemption *exemption);
/* For CLEANUP(). */
void exemption_cleanup(struct exemption **exemption);

/* "E-" and EXEMPTION_ID_SYMBOLS of CODE_ALPHABET. */
bool exemption_id_is_valid(const char *id);
/* One of so many random bytes. */
void exemption_id_make(const uint8_t random[EXEMPTION_ID_SYMBOLS], char ret[EXEMPTION_ID_SIZE]);

/* "read-only" or "read-write" for VERDICT_READ_ONLY and VERDICT_ALLOW, else NULL. */
const char *exemption_direction_name(enum verdict access);
/* 0 and *ret, or -EINVAL. */
int exemption_direction_from_name(const char *name, enum verdict *ret);

/* "yes", "no"; NULL where it was not answered. */
const char *form_answer_name(enum form_answer answer);
/* 0 and *ret, or -EINVAL. */
int form_answer_from_name(const char *name, enum form_answer *ret);
