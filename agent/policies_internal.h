/* What policies.c and policies_load.c share. Nobody else includes it. */
#pragma once

#include "agent/policies.h"
#include "policy/root.h"
#include "policy/site.h"
#include "policy/verify.h"

#define FILE_POLICY    "policy.ini"
#define FILE_LAST_GOOD "policy.last-good.ini"
#define FILE_NEXT      "policy.next.ini"
#define FILE_CANDIDATE "policy.candidate.ini"
#define FILE_SEEN      "policy-seen"
#define REFUSALS_MAX   32

/* A policy with the signed bytes that it came from; bytes NULL for the built-in one. */
struct loaded {
	struct policy *policy;
	char *bytes;
	size_t size;
	uint8_t sha256[SHA256_SIZE];
};

struct policies {
	struct policies_config config;
	struct root *root; /* NULL: health says why */
	struct site site;
	char health[256];
	struct loaded current, retired, next;
	bool is_on_trial, is_lost;
	uint8_t refusals[REFUSALS_MAX][SHA256_SIZE];
	size_t next_refusal;
};

void loaded_clear(struct loaded *loaded);

/* Takes policy (also on failure); copies the bytes. 0 and *ret, or -ENOMEM. */
int loaded_make(struct policy *policy, const uint8_t sha256[SHA256_SIZE], const char *bytes,
	size_t size, struct loaded *ret);

void policies_put_in_force(struct policies *policies, struct loaded *loaded);

/*
 * A file of the state folder that was verified once: verified again, but for its time and serial.
 * 0 and *ret, -ENOENT, -EBADMSG when it cannot be believed, -ENOMEM, or the negative errno.
 */
int policies_load_stored(const struct policies *policies, const char *name, struct loaded *ret);
