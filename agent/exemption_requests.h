/*
 * The requests of this terminal, and what became of each: who may ask once more, which goes when
 * there are too many, and the file of one. Pure. Refuses to know the disk, and whether a device is
 * there.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/record_exemption.h"
#include "policy/exemption_request.h"

#define REQUESTS_MAX          64           /* with those that were decided */
#define REQUESTS_OPEN_MAX     5            /* of one user */
#define REQUESTS_PER_HOUR_MAX 10           /* of one user, withdrawn ones too */
#define REQUEST_KEPT_S        (30 * 86400) /* after it was decided; and waits no longer */
#define REQUEST_FILE_SIZE     (32 * 1024)

enum request_phase {
	REQUEST_LOST = 0, /* its file cannot be believed; never waits for anything */
	REQUEST_OPEN,
	REQUEST_GRANTED, /* there is an exemption of its number */
	REQUEST_REFUSED,
	REQUEST_WITHDRAWN, /* by whoever asked, or nobody answered for REQUEST_KEPT_S */
	REQUEST_PHASE_COUNT
};

/* "lost", "requested", "approved", "refused", "withdrawn"; NULL out of range. */
const char *request_phase_name(enum request_phase phase);
/* 0 and *ret, or -EINVAL. */
int request_phase_from_name(const char *name, enum request_phase *ret);

struct request_entry {
	enum request_phase phase;
	uint32_t uid; /* of requester, as the bus said */
	enum exemption_method method;
	int64_t asked_s, decided_s;   /* trusted time since 1970; 0: not decided */
	uint64_t record;              /* of what happened to it last; 0: none yet */
	char text[FORM_TEXT_MAX + 1]; /* why it was refused; may be empty */
	struct exemption_request request;
};

struct requests {
	struct request_entry *items; /* REQUESTS_MAX */
	size_t n;
};

/* No requests. 0 and *ret, whose items are for requests_clear(), or -ENOMEM. */
int requests_init(struct requests *ret);
void requests_clear(struct requests *requests);

struct request_entry *requests_find(const struct requests *requests, const char *id);
size_t requests_open(const struct requests *requests);

/* May this user ask once more? */
enum request_answer {
	REQUEST_TOO_MANY = 0, /* of all, and none of them is old */
	REQUEST_TOO_MANY_OPEN,
	REQUEST_TOO_FAST,
	REQUEST_MAY,
};

enum request_answer requests_may_ask(const struct requests *requests, uint32_t uid, int64_t now_s);

/*
 * Of those that are decided the oldest one, if one has to go so that another finds room, or it is
 * over for REQUEST_KEPT_S; NULL: none. Whoever asked within this hour is counted, so his stays.
 */
struct request_entry *requests_superfluous(const struct requests *requests, int64_t now_s);
/* The next one that waited in vain for REQUEST_KEPT_S, or NULL. */
struct request_entry *requests_unanswered(const struct requests *requests, int64_t now_s);

/* Adds a copy; there is room. Valid until the next removal. */
struct request_entry *requests_add(struct requests *requests, const struct request_entry *entry);
void requests_remove(struct requests *requests, struct request_entry *entry);

/*
 * The file: lines of words, the text of the request as document, and a checksum over all. 0 with
 * *ret for free() and *ret_size, -EBADMSG where the request cannot be written, or -ENOMEM.
 */
int request_encode(const struct request_entry *entry, char **ret, size_t *ret_size);
/* text is NUL-terminated beyond size. 0 and *ret, -EBADMSG, or -ENOMEM. */
int request_decode(const char *text, size_t size, struct request_entry *ret);
