/*
 * What sekishod orders of sekisho-medium@, and what that reports: one packet of their socket each,
 * a line of fields between TABs. Pure. Refuses to know sockets, clocks and mounts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/record.h"
#include "policy/login_name.h"

/* The worker's folder: NAME.sock, NAME.state and quarantine/ in it. On a tmpfs. */
#define MEDIUM_FOLDER "/run/sekisho-medium"
/* Of the worker's instance, NAME above: bus, number and inode as in disk_access_name(). */
#define MEDIUM_NAME_SIZE 64

#define MEDIUM_ID_SIZE     24  /* "E-7K3M9Q2X" */
#define MEDIUM_VOLUME_SIZE 160 /* of 4 file systems at most, "+" between them */
#define MEDIUM_TYPES_SIZE  128 /* "vfat exfat iso9660" */
#define MEDIUM_WORD_SIZE   32
#define MEDIUM_PATH_SIZE   256
#define MEDIUM_TEXT_SIZE   512
#define MEDIUM_LINE_SIZE   2048 /* of a line, at most */

#define MEDIUM_NO_DEADLINE UINT64_MAX

enum medium_order_kind {
	MEDIUM_ORDER_NONE = 0,
	MEDIUM_ORDER_OPEN,     /* mount it and show it to the user; once in a worker's life */
	MEDIUM_ORDER_DEADLINE, /* another end, and whose exemption it is from now on */
	MEDIUM_ORDER_END,      /* within grace_ms, because of word */
	MEDIUM_ORDER_STATE,    /* report anew what it is at */
	MEDIUM_ORDER_COUNT
};

/* Which members count stands behind them: O OPEN, D DEADLINE, E END. The others are zero. */
struct medium_order {
	enum medium_order_kind kind;
	char id[MEDIUM_ID_SIZE];              /* OD of the exemption */
	char device[DEVICE_NAME_MAX + 1];     /* O folder in sysfs: "1-2" */
	char user[ACCOUNT_NAME_MAX + 1];      /* O */
	uint32_t uid;                         /* O */
	bool is_writable;                     /* O */
	uint64_t deadline_ms;                 /* OD CLOCK_BOOTTIME, or MEDIUM_NO_DEADLINE */
	uint32_t grace_ms;                    /* OE holders are killed after it; OPEN's: at the
						 deadline */
	uint64_t capacity_bytes;              /* O of the whole disk; 0: any */
	char volume[MEDIUM_VOLUME_SIZE];      /* O as it was reported before; empty: any */
	char file_systems[MEDIUM_TYPES_SIZE]; /* O allowed ones, a space between them */
	char word[MEDIUM_WORD_SIZE]; /* E "time", "eject", …: for the text of the report */
};

enum medium_answer_kind {
	MEDIUM_ANSWER_NONE = 0,
	MEDIUM_ANSWER_WAITING, /* it was started and knows of no order */
	MEDIUM_ANSWER_OPENING,
	MEDIUM_ANSWER_SHOWN,   /* path, capacity_bytes, volume */
	MEDIUM_ANSWER_FAILED,  /* word, text: nothing is mounted, and the worker ends */
	MEDIUM_ANSWER_HOLDERS, /* the end waits for who is named in text */
	MEDIUM_ANSWER_ENDED,   /* end, word, text: nothing is mounted, and the worker ends */
	MEDIUM_ANSWER_GONE,    /* pulled out: text; likewise */
	MEDIUM_ANSWER_COUNT
};

/* How it ended. Zero says least. */
enum medium_end {
	MEDIUM_END_UNKNOWN = 0,
	MEDIUM_END_FORCED,  /* the file system could not be unmounted in order, what was written
			       last may be lost */
	MEDIUM_END_HOLDERS, /* in order, after programs that held it were ended */
	MEDIUM_END_CLEAN,   /* in order, and nobody held it */
	MEDIUM_END_COUNT
};

struct medium_answer {
	enum medium_answer_kind kind;
	char id[MEDIUM_ID_SIZE];         /* empty: no order came */
	char path[MEDIUM_PATH_SIZE];     /* where it is shown; of the first one where several are */
	uint64_t capacity_bytes;         /* of the whole disk */
	char volume[MEDIUM_VOLUME_SIZE]; /* UUIDs as libblkid prints them */
	enum medium_end end;
	char word[MEDIUM_WORD_SIZE]; /* FAILED: see sekisho-medium(8); ENDED: as ordered, or
					"time", "another-medium", "worker" */
	char text[MEDIUM_TEXT_SIZE]; /* a sentence for people; HOLDERS: "program (pid), …" */
};

const char *medium_answer_name(enum medium_answer_kind kind);
/* "forced", "holders", "clean", "unknown" */
const char *medium_end_name(enum medium_end end);
int medium_end_from_name(const char *name, enum medium_end *ret);
/* The file system was unmounted in order. */
bool medium_end_is_clean(enum medium_end end);

/*
 * Writes a line without LF, NUL behind it. Returns its length; -EINVAL where a text is no UTF-8,
 * holds a TAB or what shows otherwise than it is, or the kind is none.
 */
int medium_order_encode(const struct medium_order *order, char ret[MEDIUM_LINE_SIZE]);
int medium_answer_encode(const struct medium_answer *answer, char ret[MEDIUM_LINE_SIZE]);

/* One packet. 0 and *ret, or -EBADMSG. Names of users and devices, ids and types are checked. */
int medium_order_decode(const char *line, size_t size, struct medium_order *ret);
int medium_answer_decode(const char *line, size_t size, struct medium_answer *ret);

/* The worker's instance from a name of disk_access_name(): without the boot. 0, or -EINVAL. */
int medium_name_from_disks(const char *disks, char ret[MEDIUM_NAME_SIZE]);
/* Three numbers with hyphens. */
bool medium_name_is_valid(const char *name);
