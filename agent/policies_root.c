/*
 * The chain of roots: the first one lies in /etc/sekisho and vouches for itself, each further one
 * was signed by the one before it. All are kept, so that each start proves the newest again.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/policies_internal.h"
#include "agent/store.h"
#include "policy/cleanup.h"

#define ROOT_NAME_SIZE 32

/* "7.ini" */
static void name_root(uint64_t number, char buffer[ROOT_NAME_SIZE])
{
	snprintf(buffer, ROOT_NAME_SIZE, "%" PRIu64 ".ini", number);
}

static void add_link(
	struct policies *policies, struct root **root, const uint8_t text_sha256[SHA256_SIZE])
{
	struct chain_link *link = &policies->chain[policies->n_chain++];

	link->root = TAKE(*root);
	memcpy(link->text_sha256, text_sha256, SHA256_SIZE);
}

/* --- a start --- */

static int load_first(struct policies *policies)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(root_cleanup) struct root *root = NULL;
	struct verification verification = {};
	const struct verify_request request = policies_stored_request(policies, NULL);
	size_t size;
	int r = store_read(policies->config.etc_fd, "root.ini", ROOT_SIZE_MAX, &bytes, &size);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		snprintf(policies->health, sizeof(policies->health), "/etc/sekisho/root.ini: %s",
			strerror(-r));
		return 0;
	}
	r = verify_first_root(&request, bytes, size, &problems, &verification, &root);
	if (r < 0)
		return r;
	if (root)
		add_link(policies, &root, verification.text_sha256);
	else
		snprintf(policies->health, sizeof(policies->health),
			"/etc/sekisho/root.ini: %.200s", verification.detail);
	return 0;
}

/* Where the ratchet knows which root has its number, another one is none. */
static bool is_another(
	const struct store_serial *last, uint64_t number, const uint8_t text_sha256[SHA256_SIZE])
{
	return last->has_text_sha256 && last->serial == number &&
	       !store_serial_is(last, text_sha256);
}

/* The root after the newest, from its file: 1, 0 when there is none, or -ENOMEM. */
static int load_next(struct policies *policies, int folder_fd, const struct store_serial *last)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(root_cleanup) struct root *root = NULL;
	struct verification verification = {};
	const struct verify_request request =
		policies_stored_request(policies, policies_newest_root(policies));
	char name[ROOT_NAME_SIZE];
	size_t size;
	int r;

	if (policies->n_chain == CHAIN_MAX)
		return 0;
	name_root(request.root->header.serial + 1, name);
	r = store_read(folder_fd, name, ROOT_SIZE_MAX, &bytes, &size);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	r = verify_next_root(&request, bytes, size, &problems, &verification, &root);
	if (r < 0 || !root || is_another(last, root->header.serial, verification.text_sha256))
		return r;
	add_link(policies, &root, verification.text_sha256);
	return 1;
}

/*
 * What was in force here must still be: a chain that ends early is a lost one. The first root alone
 * never fixes what its number means: it is whatever was installed.
 */
static void check_ratchet(struct policies *policies, const struct store_serial *last)
{
	const struct chain_link *newest = &policies->chain[policies->n_chain - 1];
	uint64_t number = newest->root->header.serial;

	policies->is_root_lost = number < last->serial;
	policies->health[0] = '\0';
	if (policies->is_root_lost)
		snprintf(policies->health, sizeof(policies->health),
			"the chain of roots ends at number %" PRIu64 ", and number %" PRIu64
			" was in force here: hand in root/%" PRIu64 ".ini and those after it",
			number, last->serial, number + 1);
	else if (policies->n_chain > 1 && number > last->serial)
		(void)store_raise_serial(policies->config.state_fd, DOCUMENT_ROOT,
			ROOT_RATCHET_EPOCH, number, newest->text_sha256);
}

/* A damaged ratchet refuses every document later; what is stored is believed without it. */
static int read_ratchet(const struct policies *policies, struct store_serial *ret)
{
	int r;

	*ret = (struct store_serial){};
	r = store_read_serial(policies->config.state_fd, DOCUMENT_ROOT, ROOT_RATCHET_EPOCH, ret);
	return r == -ENOMEM ? r : 0;
}

int policies_load_roots(struct policies *policies)
{
	CLEANUP(cleanup_close) int folder_fd = -1;
	struct store_serial last;
	int r = load_first(policies);

	if (r < 0 || policies->n_chain == 0)
		return r;
	r = read_ratchet(policies, &last);
	if (r < 0)
		return r;
	folder_fd = policies_open_folder(policies, FOLDER_ROOT, false);
	if (folder_fd >= 0)
		while ((r = load_next(policies, folder_fd, &last)) > 0)
			;
	if (r == 0)
		check_ratchet(policies, &last);
	return r;
}

/* --- a new one --- */

/* Its place in the chain; n_chain where it has none. */
static size_t find_link(const struct policies *policies, const uint8_t text_sha256[SHA256_SIZE])
{
	size_t i = 0;

	while (i < policies->n_chain &&
		memcmp(policies->chain[i].text_sha256, text_sha256, SHA256_SIZE) != 0)
		i++;
	return i;
}

/* The text is that of a link, so only the signatures are judged, as at a start. */
static int judge_link(const struct policies *policies, size_t i, const char *bytes, size_t size,
	struct policies_answer *answer)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(root_cleanup) struct root *root = NULL;
	struct verification verification = {};
	const struct verify_request request =
		policies_stored_request(policies, i > 0 ? policies->chain[i - 1].root : NULL);
	int r = (i > 0 ? verify_next_root : verify_first_root)(
		&request, bytes, size, &problems, &verification, &root);

	if (r < 0)
		return r;
	policies_take_verification(answer, "root", &verification, &problems);
	if (verification.verdict == DOCUMENT_ACCEPTED)
		answer->outcome = POLICIES_UNCHANGED;
	return 0;
}

/* *ret_last is what the ratchet said before. */
static int store_root(const struct policies *policies, const struct root *root, const char *bytes,
	size_t size, const struct policies_answer *answer, struct store_serial *ret_last)
{
	CLEANUP(cleanup_close) int folder_fd = -1;
	int state_fd = policies->config.state_fd;
	uint64_t number = root->header.serial;
	struct store_serial last;
	char name[ROOT_NAME_SIZE];
	int r = store_read_serial(state_fd, DOCUMENT_ROOT, ROOT_RATCHET_EPOCH, &last);

	if (r < 0)
		return r;
	if (is_another(&last, number, answer->text_sha256))
		return -ESTALE;
	folder_fd = policies_open_folder(policies, FOLDER_ROOT, true);
	if (folder_fd < 0)
		return folder_fd;
	name_root(number, name);
	r = store_write(folder_fd, name, bytes, size);
	/* On the way back to what was in force the ratchet stands higher. */
	if (r == 0 && number >= last.serial)
		r = policies_raise(
			policies, DOCUMENT_ROOT, ROOT_RATCHET_EPOCH, number, answer->text_sha256);
	if (r < 0)
		(void)store_remove(folder_fd, name);
	else
		*ret_last = last;
	return r;
}

/* The newest root judges what is said of the newest documents; what was lost with the root that
 * vouched for it may be there again. */
static int reload(struct policies *policies, struct policies_answer *answer)
{
	int r = 0;

	fresh_free(TAKE(policies->fresh));
	source_clear(&policies->fresh_source);
	r = policies_load_fresh(policies);
	if (r == 0 && policies->is_lost) {
		r = policies_load_current(policies);
		answer->is_policy_changed = true;
	}
	if (r == 0 && policies->is_media_lost)
		r = policies_load_media(policies);
	if (r == 0 && policies->is_tokens_lost)
		r = policies_load_tokens(policies);
	if (r == 0)
		r = policies_recheck_revoked(policies);
	if (r == 0)
		r = policies_load_exemptions(policies);
	return r;
}

static int put_in_chain(struct policies *policies, struct root **root, const char *bytes,
	size_t size, const struct policies_clock *clock, struct policies_answer *answer)
{
	struct store_serial last;
	int r;

	answer->serial = (*root)->header.serial;
	if (policies->n_chain == CHAIN_MAX) {
		policies_refuse(answer, "chain-full", 0,
			"the chain of roots is too long; install the newest root as the first one");
		return 0;
	}
	r = store_root(policies, *root, bytes, size, answer, &last);
	if (r == -ESTALE) {
		policies_refuse(answer, document_fault_name(DOCUMENT_FAULT_SERIAL), 0,
			"another root with this number was in force here; only that one is taken");
		return 0;
	}
	if (r < 0) {
		policies_refuse_unstored(answer, r);
		return 0;
	}
	policies_lift(policies, &(*root)->header, clock);
	add_link(policies, root, answer->text_sha256);
	check_ratchet(policies, &last);
	answer->outcome = POLICIES_TAKEN;
	policies->config.clock = *clock; /* not that of the start: time has run since */
	return reload(policies, answer);
}

/*
 * One that has ended is a link of the chain all the same, or a terminal that slept through its days
 * could never follow the chain again. No document is taken under it. That it ended is judged last
 * of all, so nothing else is forgiven.
 */
static int verify(struct verify_request *request, const char *bytes, size_t size,
	struct problems *problems, struct verification *ret, struct root **ret_root)
{
	int r = verify_next_root(request, bytes, size, problems, ret, ret_root);

	if (r < 0 || ret->fault != DOCUMENT_FAULT_EXPIRED)
		return r;
	request->is_stored = true;
	r = verify_next_root(request, bytes, size, problems, ret, ret_root);
	if (r == 0 && ret->verdict == DOCUMENT_ACCEPTED)
		snprintf(ret->detail, sizeof(ret->detail),
			"good, but it has ended: no other document is taken before the next root");
	return r;
}

static int judge(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(root_cleanup) struct root *root = NULL;
	struct verification verification = {};
	struct verify_request request = {
		.root = policies_newest_root(policies),
		.site = policies->site.site,
		.now_s = policies_now(policies, clock),
	};
	int r = verify(&request, bytes, size, &problems, &verification, &root);

	if (r < 0)
		return r;
	policies_take_verification(answer, "root", &verification, &problems);
	switch (verification.verdict) {
	case DOCUMENT_NOT_HERE:
	case DOCUMENT_REFUSED: break;
	case DOCUMENT_NOT_YET:
		answer->outcome = POLICIES_NEXT;
		answer->serial = root->header.serial;
		break;
	case DOCUMENT_ACCEPTED:
		r = put_in_chain(policies, &root, bytes, size, clock, answer);
		break;
	}
	return r;
}

static int judge_any(struct policies *policies, uint64_t number, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer)
{
	size_t i = find_link(policies, answer->text_sha256);

	if (i < policies->n_chain)
		return judge_link(policies, i, bytes, size, answer);
	if (number > 0 && number < policies->chain[0].root->header.serial) {
		answer->outcome = POLICIES_UNCHANGED;
		snprintf(answer->detail, sizeof(answer->detail),
			"older than the root that this terminal was installed with");
		return 0;
	}
	return judge(policies, bytes, size, clock, answer);
}

int policies_offer_root(struct policies *policies, uint64_t number, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *ret)
{
	int r;

	*ret = (struct policies_answer){.kind = DOCUMENT_ROOT};
	if (policies->n_chain == 0) {
		policies_refuse(ret, "no-root", 0, policies->health);
		return 0;
	}
	r = document_text_sha256(bytes, size, ret->text_sha256);
	if (r == 0)
		r = judge_any(policies, number, bytes, size, clock, ret);
	if (r == 0)
		policies_note(policies, ret);
	return r;
}
