/*
 * Where documents are published to: a folder, a folder of another machine by rsync(1), or a server
 * that takes PUT by curl(1). Each writes only what changed, in the order of publish_order.h, and
 * each file at once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/admin/admin.h"
#include "policy/admin/site_files.h"

#define PUBLISH_TO "DIR | HOST:DIR | rsync://HOST/DIR | https://HOST/..."

struct publish_target {
	const struct publish_kind *kind;
	char *base;              /* what --to says */
	char *below;             /* "sekisho/SITE" */
	char *place;             /* both */
	const char *curl_config; /* a file for curl --config; NULL: none */
	char *scratch; /* a folder of our own for other programs to read; NULL: none yet */
	unsigned n_reads;
	int lock; /* negative: none */
};

/* What lies there under the name of a file. */
struct publish_found {
	bool is_same;            /* the very bytes, where that is known */
	struct admin_file other; /* others; without bytes: nothing, or the same */
};

/* What was done, for who is told. */
struct publish_result {
	size_t n_written, n_removed;
};

/* EXIT_DONE, EXIT_NO or EXIT_UNKNOWN after complaining. */
struct publish_kind {
	/* Keeps others from publishing there until the target is closed; NULL: nothing can. */
	int (*lock)(struct publish_target *target);
	/* Compares what lies there under the name of each; a file without bytes has none of its
	 * own. ret has n of zeros, for publish_found_clear() in every case. */
	int (*read)(struct publish_target *target, struct site_file *const files[], size_t n,
		struct publish_found ret[]);
	/* Files in the order in which they are to appear; read() was asked for them before. */
	int (*write)(struct publish_target *target, struct site_file *const files[], size_t n,
		struct publish_result *ret);
	/* Names that may be there, and are to be there no more. */
	int (*remove)(struct publish_target *target, char *const names[], size_t n,
		struct publish_result *ret);
	/* Brings what terminals handed up into the folder up, and touches nothing that is there
	 * already. NULL: it cannot be read there. */
	int (*collect)(struct publish_target *target, const char *up);
};

extern const struct publish_kind publish_folder, publish_rsync, publish_put;
void publish_found_clear(struct publish_found *found);
int publish_collect_by_rsync(struct publish_target *target, const char *up);

/*
 * What "--to" says. EXIT_DONE with *ret, for publish_target_close() in every case; EXIT_UNKNOWN
 * after complaining where it can be none. site: the name of the site; ret begins with its lock
 * negative.
 */
int publish_target_open(
	const char *to, const char *curl_config, const char *site, struct publish_target *ret);
void publish_target_close(struct publish_target *target);

/* A folder that only we can read, made at the first call; NULL after complaining. */
const char *publish_scratch(struct publish_target *target);
/* Puts files there below folder, those that have bytes, for another program to read. EXIT_DONE, or
 * EXIT_UNKNOWN after complaining. */
int publish_scratch_fill(struct publish_target *target, const char *folder,
	struct site_file *const files[], size_t n);
