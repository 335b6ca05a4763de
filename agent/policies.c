/* What is common to all kinds of documents: answers, the ratchet, time; and what is told of them.
 */
#include "agent/policies.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/policies_internal.h"
#include "agent/store.h"
#include "policy/names.h"

static const char *const outcome_names[] = {
	[POLICIES_REFUSED] = "refused",
	[POLICIES_UNCHANGED] = "unchanged",
	[POLICIES_NEXT] = "next",
	[POLICIES_NOT_HERE] = "not-here",
	[POLICIES_APPLIED] = "applied",
	[POLICIES_TAKEN] = "taken",
};

const char *policies_outcome_name(enum policies_outcome outcome)
{
	return names_get(outcome_names, sizeof(outcome_names) / sizeof(*outcome_names), outcome);
}

/* --- sources --- */

void source_clear(struct source *source)
{
	free(source->bytes);
	*source = (struct source){};
}

int source_make(
	const uint8_t text_sha256[SHA256_SIZE], const char *bytes, size_t size, struct source *ret)
{
	char *copy = malloc(size + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	*ret = (struct source){.bytes = copy, .size = size};
	memcpy(ret->text_sha256, text_sha256, SHA256_SIZE);
	return 0;
}

bool source_is(const struct source *source, const char *bytes, size_t size)
{
	return source->bytes && source->size == size && memcmp(source->bytes, bytes, size) == 0;
}

bool source_has_text(const struct source *source, const uint8_t text_sha256[SHA256_SIZE])
{
	return source->bytes && memcmp(source->text_sha256, text_sha256, SHA256_SIZE) == 0;
}

/* --- answers --- */

void policies_refuse(
	struct policies_answer *answer, const char *fault, int error, const char *detail)
{
	answer->outcome = POLICIES_REFUSED;
	answer->error = error;
	snprintf(answer->fault, sizeof(answer->fault), "%s", fault);
	snprintf(answer->detail, sizeof(answer->detail), "%s", detail);
}

void policies_refuse_unstored(struct policies_answer *answer, int error)
{
	char detail[128];

	snprintf(detail, sizeof(detail), "it could not be stored: %s", strerror(-error));
	policies_refuse(answer, "not-stored", -error, detail);
}

bool policies_refuses_all(const struct policies *policies, struct policies_answer *answer)
{
	if (policies->n_chain == 0)
		policies_refuse(answer, "no-root", 0, policies->health);
	else if (policies->is_root_lost)
		policies_refuse(answer, "root-lost", 0, policies->health);
	else
		return false;
	return true;
}

/* Problems as lines, as many as there is room for. */
static void describe_problems(
	const char *name, const struct problems *problems, char *buffer, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < problems->count && used + 1 < size; i++) {
		char line[3 * PROBLEM_TEXT_MAX];

		problem_format(&problems->items[i], name, line, sizeof(line));
		used += (size_t)snprintf(buffer + used, size - used, "%s%s", i ? "; " : "", line);
		if (used >= size)
			used = size - 1;
	}
}

void policies_take_verification(struct policies_answer *answer, const char *name,
	const struct verification *verification, const struct problems *problems)
{
	memcpy(answer->text_sha256, verification->text_sha256, SHA256_SIZE);
	if (verification->verdict != DOCUMENT_REFUSED) {
		snprintf(answer->detail, sizeof(answer->detail), "%s", verification->detail);
		return;
	}
	policies_refuse(answer, document_fault_name(verification->fault), 0, verification->detail);
	if (problems_any(problems))
		describe_problems(name, problems, answer->detail, sizeof(answer->detail));
}

static bool is_same_answer(const struct answered *answered, const struct policies_answer *answer)
{
	return answered->outcome == answer->outcome &&
	       strcmp(answered->fault, answer->fault) == 0 &&
	       memcmp(answered->text_sha256, answer->text_sha256, SHA256_SIZE) == 0;
}

/*
 * Remembers the last ones, so that a server that repeats one fills no records, also where it bends
 * the signatures each time.
 */
static bool is_remembered(struct policies *policies, const struct policies_answer *answer)
{
	struct answered *place = &policies->answered[policies->next_answered];

	for (size_t i = 0; i < ANSWERED_MAX; i++)
		if (is_same_answer(&policies->answered[i], answer))
			return true;
	*place = (struct answered){.outcome = answer->outcome};
	memcpy(place->text_sha256, answer->text_sha256, SHA256_SIZE);
	snprintf(place->fault, sizeof(place->fault), "%s", answer->fault);
	policies->next_answered = (policies->next_answered + 1) % ANSWERED_MAX;
	return false;
}

void policies_note(struct policies *policies, struct policies_answer *answer)
{
	bool waits_outside = answer->outcome == POLICIES_NEXT && answer->kind != DOCUMENT_POLICY;

	/* A full disk is no property of the bytes: they get their chance again. */
	if (answer->error)
		return;
	if (answer->outcome == POLICIES_REFUSED || answer->outcome == POLICIES_NOT_HERE ||
		waits_outside)
		answer->is_known = is_remembered(policies, answer);
}

/* --- the ratchet --- */

static uint64_t highest_serial(
	const struct store_serial *last, uint32_t epoch, const struct document_header *in_force)
{
	return in_force && in_force->epoch == epoch && in_force->serial > last->serial
		       ? in_force->serial
		       : last->serial;
}

bool policies_request(const struct policies *policies, const struct document_header *in_force,
	const struct source *source, const struct policies_clock *clock,
	struct policies_answer *answer, struct verify_request *ret)
{
	const struct root *root = policies->chain[policies->n_chain - 1].root;
	bool is_in_force = source_has_text(source, answer->text_sha256);
	struct store_serial last;
	uint64_t floor;
	int r = store_read_serial(
		policies->config.state_fd, answer->kind, root->header.epoch, &last);

	if (r < 0) {
		policies_refuse(answer, "serials-damaged", -r,
			"the list of used serials cannot be read: /var/lib/sekisho/serials");
		return false;
	}
	/* With the list deleted, what is in force still was believed. */
	floor = highest_serial(&last, root->header.epoch, in_force);
	if (floor == last.serial && floor > 0 && store_serial_is(&last, answer->text_sha256))
		floor--;
	*ret = (struct verify_request){
		.root = root,
		.site = policies->site.site,
		.tier = policies->site.tier,
		.terminal = policies->site.terminal[0] ? policies->site.terminal : NULL,
		.ring = policies->site.ring,
		.serial_floor = is_in_force ? 0 : floor,
		.now_s = policies_now(policies, clock),
		.is_stored = is_in_force,
	};
	return true;
}

struct verify_request policies_stored_request(
	const struct policies *policies, const struct root *root)
{
	return (struct verify_request){
		.root = root,
		.site = policies->site.site,
		.tier = policies->site.tier,
		.now_s = policies_now(policies, &policies->config.clock),
		.is_stored = true,
	};
}

/*
 * Where only the last step failed, the ratchet stands there already, and the second try makes that
 * durable. Otherwise a document would be missed that was never in force.
 */
int policies_raise(const struct policies *policies, enum document_kind kind, uint32_t epoch,
	uint64_t serial, const uint8_t text_sha256[SHA256_SIZE])
{
	int state_fd = policies->config.state_fd;
	int r = store_raise_serial(state_fd, kind, epoch, serial, text_sha256);

	return r < 0 ? store_raise_serial(state_fd, kind, epoch, serial, text_sha256) : 0;
}

int policies_store(struct policies *policies, const char *name, const struct source *source,
	const struct source *old, const struct document_header *header)
{
	int state_fd = policies->config.state_fd;
	int r = store_write(state_fd, name, source->bytes, source->size);

	if (r == 0)
		r = policies_raise(
			policies, header->kind, header->epoch, header->serial, source->text_sha256);
	if (r < 0 && old->bytes)
		(void)store_write(state_fd, name, old->bytes, old->size);
	else if (r < 0)
		(void)store_remove(state_fd, name);
	return r;
}

void policies_heal_ratchet(const struct policies *policies, const struct document_header *header,
	const struct source *source)
{
	struct store_serial last;
	int state_fd = policies->config.state_fd;

	/* One that stands higher stays; a damaged one is not for us to replace. */
	if (store_read_serial(state_fd, header->kind, header->epoch, &last) < 0 ||
		last.serial > header->serial ||
		(last.serial == header->serial && last.has_text_sha256))
		return;
	(void)store_raise_serial(
		state_fd, header->kind, header->epoch, header->serial, source->text_sha256);
}

int policies_open_folder(const struct policies *policies, const char *name, bool create)
{
	int state_fd = policies->config.state_fd, fd;

	if (create && mkdirat(state_fd, name, 0700) == 0) {
		if (fsync(state_fd) < 0)
			return -errno;
	} else if (create && errno != EEXIST) {
		return -errno;
	}
	fd = openat(state_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* --- time --- */

int64_t policies_now(const struct policies *policies, const struct policies_clock *clock)
{
	return trusted_time_now(&policies->time, clock->realtime_s, clock->boottime_ms);
}

int64_t policies_floor(const struct policies *policies, const struct policies_clock *clock)
{
	return trusted_time_floor(&policies->time, clock->boottime_ms);
}

int policies_save_time(struct policies *policies, const struct policies_clock *clock)
{
	struct trusted_time_saved saved;
	int r;

	if (policies->n_chain == 0)
		return 0; /* nothing is proven, and what was proven before stays on disk */
	(void)policies_store_revoked(policies); /* what could not be stored when it came */
	trusted_time_save(&policies->time, clock->boottime_ms, &saved);
	if (saved.floor_s == policies->saved.floor_s && saved.epoch == policies->saved.epoch)
		return 0;
	r = store_write_time(policies->config.state_fd, &saved);
	if (r == 0)
		policies->saved = saved;
	return r;
}

void policies_lift(struct policies *policies, const struct document_header *header,
	const struct policies_clock *clock)
{
	struct trusted_time before = policies->time;

	trusted_time_take(&policies->time, header, clock->realtime_s, clock->boottime_ms);
	/* Where it cannot be stored, the next minute tries again. */
	if (policies->time.since_ms != before.since_ms ||
		policies->time.floor_s != before.floor_s || policies->time.epoch != before.epoch)
		(void)policies_save_time(policies, clock);
}

/* --- what is told --- */

const struct policy *policies_current(
	const struct policies *policies, uint8_t ret_text_sha256[SHA256_SIZE])
{
	memcpy(ret_text_sha256, policies->current.source.text_sha256, SHA256_SIZE);
	return policies->current.policy;
}

bool policies_is_on_trial(const struct policies *policies)
{
	return policies->is_on_trial;
}

bool policies_is_lost(const struct policies *policies)
{
	return policies->is_lost;
}

void policies_site(const struct policies *policies, const char **ret_site, const char **ret_tier)
{
	*ret_site = policies->site.site;
	*ret_tier = policies->site.tier;
}

const char *policies_source(const struct policies *policies)
{
	return policies->site.source;
}

const char *policies_terminal(const struct policies *policies)
{
	return policies->site.terminal;
}

bool policies_sends_records(const struct policies *policies)
{
	return policies->site.sends_records;
}

const char *policies_health(const struct policies *policies)
{
	return policies->health;
}

const struct policy *policies_next(const struct policies *policies)
{
	return policies->next.policy;
}

void policies_next_text_sha256(
	const struct policies *policies, uint8_t ret_text_sha256[SHA256_SIZE])
{
	memcpy(ret_text_sha256, policies->next.source.text_sha256, SHA256_SIZE);
}

const struct root *policies_newest_root(const struct policies *policies)
{
	return policies->n_chain ? policies->chain[policies->n_chain - 1].root : NULL;
}

void policies_root_text_sha256(const struct policies *policies, uint8_t ret[SHA256_SIZE])
{
	memcpy(ret, policies->chain[policies->n_chain - 1].text_sha256, SHA256_SIZE);
}

const struct document_header *policies_root(const struct policies *policies)
{
	const struct root *root = policies_newest_root(policies);

	return root ? &root->header : NULL;
}

bool policies_is_root_lost(const struct policies *policies)
{
	return policies->is_root_lost;
}

const struct fresh *policies_fresh(const struct policies *policies)
{
	return policies->fresh;
}
