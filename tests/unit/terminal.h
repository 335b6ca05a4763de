/*
 * A terminal for tests: /etc/sekisho and /var/lib/sekisho in temporary folders, sekishod's view of
 * the documents in them, and documents of every kind for it. Every failure ends the test.
 */
#pragma once

#include "agent/policies.h"
#include "agent/store.h"
#include "tests/unit/document_signer.h"
#include "tests/unit/temporary.h"

#define JUNE_2026 1780272000 /* while the documents of the tests are valid */
#define HOUR      3600
#define DAY       (24 * HOUR)

struct terminal {
	struct temporary *etc, *state;
	struct policies *policies;
	struct policies_clock clock;
};

extern struct terminal terminal;

/* A terminal of site tosu, tier my-number, with the root of text_root. For cmocka. */
int terminal_setup(void **state);
int terminal_teardown(void **state);
/* Only the folders and site.ini. */
int terminal_setup_bare(void);
void terminal_open(void);
/* sekishod ends, however it ends, and starts anew. */
void terminal_start_anew(void);
/* Nothing was ever stored here. */
void terminal_empty(void);
/* Time passes, and the clock shows it. */
void terminal_wait(int64_t seconds);

/* A document, kept until terminal_teardown(). */
struct made {
	enum document_kind kind;
	char *bytes; /* with a final NUL */
	size_t size;
};

/* For cmocka: as terminal_setup(), with policies to offer. other_42 has the serial of policy_42. */
int terminal_setup_policies(void **state);
extern struct made policy_41, policy_42, policy_43, policy_44, other_42;

/* What a test cares about; zeros mean: as in document_signer.h. */
struct wish {
	unsigned serial, epoch; /* of a root: its number */
	const char *issued, *not_before, *not_after;
	struct edit edits[EDITS_MAX];
	const char *keys; /* "suzuki tanaka"; of fresh "clock" */
};

struct made make(enum document_kind kind, const struct wish *wish);

/* A list of media 0951:1666 with serials S<first> to S<last>, in 16 shards. */
struct list {
	struct made index;
	struct made texts[16];
	struct policies_shard shards[16];
	size_t n_shards;
};

struct list make_list(const struct wish *wish, unsigned first, unsigned last);

/* What became of it. */
struct policies_answer offer(struct made made);
struct policies_answer offer_list(const struct list *list);
/* As above, and it was taken or applied. */
void take(struct made made);
void take_list(const struct list *list);
void apply_and_keep(struct made policy);

/* 0: the built-in one. */
uint64_t serial_in_force(void);
uint64_t newest_root(void);
/* How many media are registered, as the core is told; 0 where none count. */
size_t n_registered(void);

int check_next(struct policies_answer *ret);
/* What was believed last; under a root's epoch, for roots 0. */
struct store_serial ratchet(enum document_kind kind, uint32_t epoch);

/* The root of text_root as the first one. */
void put_root(void);
/* A key whose fingerprint begins with that letter: 'D' is that of text_tokens. */
void put_key(char letter);
void put_file(const char *name, struct made made);
void assert_file(const char *name, struct made made);
/* Flips a bit in the middle, or cuts the file there. */
void damage(const char *name);
void cut_in_half(const char *name);
void remove_file(const char *name);
void remove_if_there(const char *name);
void assert_refused(struct policies_answer answer, const char *fault);
