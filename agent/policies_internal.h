/* What the parts of policies.h share. Nobody else includes it. */
#pragma once

#include "agent/policies.h"
#include "agent/revoked.h"
#include "policy/root.h"
#include "policy/site.h"
#include "policy/trusted_time.h"
#include "policy/verify.h"

#define FILE_POLICY     "policy.ini"
#define FILE_LAST_GOOD  "policy.last-good.ini"
#define FILE_NEXT       "policy.next.ini"
#define FILE_CANDIDATE  "policy.candidate.ini"
#define FILE_COULD_TYPE "policy-could-type"
#define FILE_MEDIA      "media.ini"
#define FILE_FRESH      "fresh.ini"
#define FILE_TOKENS     "tokens.ini"
#define FILE_EXEMPTIONS "exemptions.ini"
#define FILE_REVOKED    "revoked"
#define FILE_UNREAD     "revoked.unread" /* there while what was revoked last is not known */
#define FILE_DESKS      "desks.ini"
#define FILE_MEDIA_END  "media-end-told"
#define FOLDER_ROOT     "root"
#define FOLDER_MEDIA    "media"
#define ANSWERED_MAX    256 /* more than a bundle of exemptions may have */
/* A longer chain is not followed: then a newer root has to be installed as the first one. */
#define CHAIN_MAX 256
/* Under which the ratchet counts the numbers of roots: they go on from epoch to epoch. */
#define ROOT_RATCHET_EPOCH 0

/* The signed bytes that something came from; bytes NULL: from no document. */
struct source {
	char *bytes;
	size_t size;
	uint8_t text_sha256[SHA256_SIZE];
};

/* A policy with its source; that of the built-in one is empty. */
struct loaded {
	struct policy *policy;
	struct source source;
};

struct chain_link {
	struct root *root;
	uint8_t text_sha256[SHA256_SIZE];
};

/* A list of registered media, and what it names. */
struct registered {
	struct media_index *index;
	struct media *table;
	struct source source;
};

/* An answer that was given. */
struct answered {
	uint8_t text_sha256[SHA256_SIZE];
	enum policies_outcome outcome;
	char fault[32];
};

/* An exemption with the persons of the newest root that stand behind it. */
struct kept_exemption {
	struct exemption *exemption;
	uint64_t signers;
	struct source source;
	bool is_new; /* while a bundle is judged: it is not in force yet */
};

struct policies {
	struct policies_config config;
	struct site site;
	char health[256];

	struct chain_link chain[CHAIN_MAX]; /* first to newest */
	size_t n_chain;                     /* 0: health says why */
	bool is_root_lost;

	struct loaded current, retired, next;
	bool is_on_trial, is_lost;

	struct registered media, retired_media;
	bool is_media_lost;
	bool is_end_told; /* of a list of media, and of which one */
	uint8_t end_told_of[SHA256_SIZE];

	struct fresh *fresh;
	struct source fresh_source;

	struct tokens *tokens;
	struct source tokens_source;
	bool is_tokens_lost;

	struct kept_exemption kept[BUNDLE_EXEMPTIONS_MAX];
	size_t n_kept;
	struct live_exemption live[BUNDLE_EXEMPTIONS_MAX];
	/* Those of the last change, for whoever still points to them. */
	struct exemption *retired_exemptions[BUNDLE_EXEMPTIONS_MAX];
	size_t n_retired;

	struct revoked_list revoked;
	bool is_revoked_lost, is_revoked_full, is_revoked_unread, is_revoked_unstored;
	uint64_t heard_ms; /* CLOCK_BOOTTIME */
	struct desks *desks;
	struct source desks_source;

	struct trusted_time time;
	struct trusted_time_saved saved; /* on disk */

	struct answered answered[ANSWERED_MAX];
	size_t next_answered;
};

/* --- policies.c --- */

void source_clear(struct source *source);
/* Copies the bytes. 0 and *ret, or -ENOMEM. */
int source_make(
	const uint8_t text_sha256[SHA256_SIZE], const char *bytes, size_t size, struct source *ret);
/* Whether it is these very bytes. */
bool source_is(const struct source *source, const char *bytes, size_t size);
/* Whether it is the same document, maybe with other signatures. */
bool source_has_text(const struct source *source, const uint8_t text_sha256[SHA256_SIZE]);

void policies_refuse(
	struct policies_answer *answer, const char *fault, int error, const char *detail);
void policies_refuse_unstored(struct policies_answer *answer, int error);
/* Refuses every document but roots while there is no root, or not the newest. */
bool policies_refuses_all(const struct policies *policies, struct policies_answer *answer);

/*
 * What has to be judged beside the bytes: root, place, time, and the ratchet, which the very
 * document that was believed last passes, so that it can be put back when it is lost. in_force is
 * the header of what is in force, or NULL, and source where it came from: with the same text only
 * the signatures are judged. The answer's text_sha256 is set, and there must be a root. False with
 * a refusal in answer: the ratchet is damaged.
 */
bool policies_request(const struct policies *policies, const struct document_header *in_force,
	const struct source *source, const struct policies_clock *clock,
	struct policies_answer *answer, struct verify_request *ret);

/* The same for what was verified once and lies on disk: root is the one that it was signed under.
 */
struct verify_request policies_stored_request(
	const struct policies *policies, const struct root *root);

/* Puts what a judgement says into the answer: hash, refusal, problems as lines. */
void policies_take_verification(struct policies_answer *answer, const char *name,
	const struct verification *verification, const struct problems *problems);

/* Called last: sets is_known, and remembers. */
void policies_note(struct policies *policies, struct policies_answer *answer);

/* A verified document may lift the floor of time; then it is persisted at once. */
void policies_lift(struct policies *policies, const struct document_header *header,
	const struct policies_clock *clock);

/* store_raise_serial(), and once more where it fails. */
int policies_raise(const struct policies *policies, enum document_kind kind, uint32_t epoch,
	uint64_t serial, const uint8_t text_sha256[SHA256_SIZE]);

/*
 * Stores a verified document, then raises the ratchet; the old one, which may be empty, is put back
 * where that fails. A cut between the two is made good at the next start. 0 or a negative errno.
 */
int policies_store(struct policies *policies, const char *name, const struct source *source,
	const struct source *old, const struct document_header *header);
/* At a start: the ratchet is at least what is in force. */
void policies_heal_ratchet(const struct policies *policies, const struct document_header *header,
	const struct source *source);

/* Opens a folder below the state folder; with create it is made, durably. The fd, or a negative
 * errno. */
int policies_open_folder(const struct policies *policies, const char *name, bool create);

/* --- policies_apply.c --- */

void loaded_clear(struct loaded *loaded);
void policies_put_in_force(struct policies *policies, struct loaded *loaded);

/* --- policies_load.c --- */

/*
 * A file of the state folder that was verified once: verified again under the root of its day, but
 * for its time and serial. 0 and *ret, -ENOENT, -EBADMSG when it cannot be believed, -ENOMEM, or
 * the negative errno.
 */
int policies_load_stored(const struct policies *policies, const char *name, struct loaded *ret);
/* What is in force at a start. 0 or -ENOMEM. */
int policies_load_current(struct policies *policies);

/* --- the other documents; each 0 or -ENOMEM --- */

int policies_load_roots(struct policies *policies);
int policies_load_media(struct policies *policies);
int policies_load_media_end(struct policies *policies);
int policies_load_fresh(struct policies *policies);
int policies_load_tokens(struct policies *policies);
int policies_load_revoked(struct policies *policies);
/* Another root, and maybe other media: what is known stays, also what is not on the disk yet. */
int policies_recheck_revoked(struct policies *policies);
int policies_load_exemptions(struct policies *policies);
int policies_load_desks(struct policies *policies);
void registered_clear(struct registered *registered);

/* --- policies_revoked.c --- */

/* Revoked media count as not registered: called with each new table. 1 where that is news, 0, or
 * -ENOMEM. */
int policies_strike_media(struct policies *policies);
/* One document of revocations.ini. 0 or -ENOMEM. */
int policies_offer_revocation(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer);
/* A whole revocations.ini was read. */
void policies_forget_revoked_unread(struct policies *policies);
/* What was added goes to the disk. 0, or the negative errno of storing. */
int policies_store_revoked(struct policies *policies);

/* --- policies_exemptions.c --- */

void kept_exemption_clear(struct kept_exemption *kept);
/* Frees all that are kept or retired. */
void policies_forget_exemptions(struct policies *policies);
/* Whether it counts now; _REVOKED and the like included. */
enum exemption_fault policies_exemption_fault(const struct policies *policies,
	const struct kept_exemption *kept, const struct policies_clock *clock);
/* Says in words why it does not count. */
void policies_exemption_explain(const struct policies *policies, const struct kept_exemption *kept,
	enum exemption_fault fault, const struct policies_clock *clock, char *buffer, size_t size);

/* --- policies_exemptions_offer.c --- */

/* What is kept, with what a bundle brings, before it is in force. */
struct staged_exemptions {
	struct kept_exemption kept[BUNDLE_EXEMPTIONS_MAX];
	size_t n;
	bool is_changed;
};

/* One document of exemptions.ini. 0 or -ENOMEM. */
int policies_offer_exemption(struct policies *policies, struct staged_exemptions *staged,
	const char *bytes, size_t size, const struct policies_clock *clock,
	struct policies_answer *answer);
void policies_stage_exemptions(const struct policies *policies, struct staged_exemptions *ret);
/* Stores what is staged and puts it in force; where that fails, nothing has changed. 0 or a
 * negative errno. */
int policies_commit_exemptions(struct policies *policies, struct staged_exemptions *staged,
	const struct policies_clock *clock);
