#include "agent/agent_phone.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include <unistd.h>

#include "agent/agent_phone_internal.h"
#include "agent/bus.h"
#include "agent/descriptor.h"
#include "agent/store.h"

/* --- what is kept --- */

bool phone_is_lasting(int state_fd)
{
	struct statfs facts;

	return fstatfs(state_fd, &facts) == 0 && facts.f_type != TMPFS_MAGIC &&
	       facts.f_type != RAMFS_MAGIC && facts.f_type != OVERLAYFS_SUPER_MAGIC;
}

static void put_fault(struct phone *phone, const char *what, int error)
{
	snprintf(phone->fault, sizeof(phone->fault), "%s: %s", what, strerror(-error));
}

/* What is not there was never there: whoever can take it away is root. */
static int load(struct phone *phone)
{
	char id[EXEMPTION_ID_SIZE] = "";
	int r = phone_read_attempts(phone->folder_fd, &phone->attempts);

	if (r < 0 && r != -ENOENT) {
		put_fault(phone, "/var/lib/sekisho/phone/attempts cannot be believed", r);
		return r == -ENOMEM ? r : 0;
	}
	r = phone_read_request(phone->folder_fd, id, &phone->request);
	if (r == -ENOMEM)
		return r;
	if (r < 0 || strcmp(id, phone->attempts.id) != 0)
		phone_attempts_end(&phone->attempts);
	r = phone_read_grants(phone->folder_fd, &phone->grants);
	for (size_t i = 0; r == 0 && i < phone->grants.n; i++)
		if (strcmp(phone->grants.items[i].exemption.id, phone->attempts.id) == 0)
			phone_attempts_end(&phone->attempts);
	return r == -ENOMEM ? r : 0;
}

int phone_open(int state_fd, const char *keys_folder, bool is_lasting, struct phone **ret)
{
	struct phone *phone = calloc(1, sizeof(*phone));
	int r = 0;

	if (!phone)
		return -ENOMEM;
	snprintf(phone->keys_folder, sizeof(phone->keys_folder), "%s", keys_folder);
	phone->folder_fd = make_directory(state_fd, PHONE_FOLDER, 0700);
	if (!is_lasting)
		snprintf(phone->fault, sizeof(phone->fault),
			"/var/lib/sekisho does not outlast a reboot, so that nobody could count "
			"how often it was guessed");
	else if (phone->folder_fd < 0)
		put_fault(phone, "/var/lib/sekisho/phone", phone->folder_fd);
	if (phone->folder_fd >= 0)
		r = load(phone);
	if (r < 0) {
		phone_close(phone);
		return r;
	}
	*ret = phone;
	return 0;
}

void phone_close(struct phone *phone)
{
	if (!phone)
		return;
	if (phone->folder_fd >= 0)
		close(phone->folder_fd);
	free(phone);
}

const char *phone_fault(const struct phone *phone)
{
	return phone->fault[0] ? phone->fault : NULL;
}

int phone_save(struct phone *phone, const struct phone_now *now)
{
	if (phone_fault(phone) || !now->desks)
		return 0;
	phone_attempts_run(&phone->attempts, now->boot_id, now->boottime_ms);
	return phone_write_attempts(phone->folder_fd, &phone->attempts);
}

/* --- asking --- */

static bool is_available(
	const struct phone *phone, const struct phone_now *now, struct agent_refusal *ret)
{
	struct agent_phone_desk ignored;

	if (phone_fault(phone))
		agent_refuse(ret, BUS_ERROR_NOT_AVAILABLE, "%s", phone->fault);
	else if (!now->terminal[0])
		agent_refuse(ret, BUS_ERROR_NOT_AVAILABLE, "site.ini names no terminal");
	else if (!phone_desk_at(now, 0, &ignored))
		agent_refuse(ret, BUS_ERROR_NOT_AVAILABLE,
			"no desk approves by telephone for this terminal");
	else
		return true;
	return false;
}

static bool may_be_given(
	const struct phone_now *now, const struct phone_request *request, struct agent_refusal *ret)
{
	struct phone_desks desks = {.n = request->n_desks};
	struct exemption exemption;
	enum exemption_fault fault;

	memcpy(desks.names, request->desks, sizeof(desks.names));
	phone_make_exemption(now, "E-00000000", request, &exemption);
	fault = phone_judge(now, &exemption, &desks);
	if (fault == EXEMPTION_FAULT_NONE)
		return true;
	if (fault == EXEMPTION_FAULT_THRESHOLD)
		agent_refuse(ret, BUS_ERROR_INVALID,
			"desk: these desks may not give that, or another has to agree, too");
	else if (fault == EXEMPTION_FAULT_OWN_REQUEST)
		agent_refuse(ret, BUS_ERROR_INVALID,
			"desk: this desk is your own, and nobody grants a request of his own");
	else if (fault == EXEMPTION_FAULT_TOO_LONG)
		agent_refuse(ret, BUS_ERROR_INVALID, "minutes: these desks may not give so many");
	else if (fault == EXEMPTION_FAULT_MEDIUM_REVOKED)
		agent_refuse(ret, BUS_ERROR_INVALID,
			"medium: a medium that is registered is wanted, not \"%s\"",
			request->medium);
	else
		agent_refuse(ret, BUS_ERROR_NOT_AVAILABLE, "%s", exemption_fault_sentence(fault));
	return false;
}

static int make_random(char ret_id[EXEMPTION_ID_SIZE], char ret[PHONE_CHALLENGE_DIGITS + 1])
{
	uint8_t bytes[EXEMPTION_ID_SYMBOLS + 2 * PHONE_CHALLENGE_DIGITS];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return -EIO;
	exemption_id_make(bytes, ret_id);
	phone_challenge_make(bytes + EXEMPTION_ID_SYMBOLS, ret);
	return 0;
}

/* The request first: a challenge without one is void, and costs its place all the same. */
static int keep_request(struct phone *phone, const struct phone_now *now, const char *id,
	const struct phone_request *request)
{
	int r = phone_write_request(phone->folder_fd, now, id, request);

	if (r == 0)
		r = phone_write_attempts(phone->folder_fd, &phone->attempts);
	if (r < 0)
		phone_attempts_end(&phone->attempts);
	else
		phone->request = *request;
	return r;
}

static void write_lines(const struct phone_now *now, const struct phone_request *request,
	const char *challenge, char ret[BUS_CHALLENGE_SIZE])
{
	char digits[PHONE_CHALLENGE_TEXT_SIZE];
	size_t n;

	phone_challenge_group(challenge, digits);
	n = (size_t)snprintf(ret, BUS_CHALLENGE_SIZE,
		"challenge %s\nterminal %s\nuser %s\nmedium %s\ndirection %s\nminutes %" PRIu32,
		digits, now->terminal, request->user, request->medium,
		exemption_direction_name(request->access), request->minutes);
	for (size_t i = 0; i < request->n_desks && n < BUS_CHALLENGE_SIZE; i++)
		n += (size_t)snprintf(
			ret + n, BUS_CHALLENGE_SIZE - n, "\ndesk %s", request->desks[i]);
}

int phone_begin(struct phone *phone, const struct phone_now *now,
	const struct phone_request *request, char ret_id[BUS_EXEMPTION_ID_SIZE],
	char ret_challenge[BUS_CHALLENGE_SIZE], struct agent_refusal *ret_refusal)
{
	char id[EXEMPTION_ID_SIZE], challenge[PHONE_CHALLENGE_DIGITS + 1];
	int r;

	_Static_assert(BUS_CHALLENGE_SIZE >= 512, "the longest names fit");
	if (!is_available(phone, now, ret_refusal) || !may_be_given(now, request, ret_refusal))
		return 0;
	r = make_random(id, challenge);
	phone_attempts_run(&phone->attempts, now->boot_id, now->boottime_ms);
	if (r == 0 && !phone_attempts_begin(&phone->attempts, request->user, id, challenge)) {
		agent_refuse(ret_refusal, BUS_ERROR_LOCKED,
			"%" PRIu64
			": There were too many challenges; the terminal has to run so long",
			phone_attempts_wait_ms(&phone->attempts, request->user) / 1000 + 1);
		return 0;
	}
	if (r == 0)
		r = keep_request(phone, now, id, request);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		agent_refuse(ret_refusal, BUS_ERROR_NOT_STORED, "%s", strerror(-r));
		return 0;
	}
	memcpy(ret_id, id, sizeof(id));
	write_lines(now, request, challenge, ret_challenge);
	return 1;
}

const struct phone_request *phone_waiting(
	const struct phone *phone, const char **ret_id, unsigned *ret_answered)
{
	if (phone->attempts.id[0] == '\0')
		return NULL;
	*ret_id = phone->attempts.id;
	*ret_answered = phone->attempts.answered;
	return &phone->request;
}

/* --- what was given --- */

const struct core_exemption *phone_grants(
	struct phone *phone, const struct phone_now *now, size_t *ret_n)
{
	for (size_t i = 0; i < phone->grants.n; i++) {
		const struct phone_given *given = &phone->grants.items[i];
		struct core_exemption *told = &phone->told[i];

		*told = (struct core_exemption){
			.exemption = &given->exemption,
			.fault = phone_judge(now, &given->exemption, &given->desks),
			.method = EXEMPTION_METHOD_PHONE,
		};
		snprintf(told->approvers, sizeof(told->approvers), "%s%s%s", given->desks.names[0],
			given->desks.n > 1 ? "," : "",
			given->desks.n > 1 ? given->desks.names[1] : "");
	}
	*ret_n = phone->grants.n;
	return phone->told;
}

static void drop(struct phone *phone, size_t at)
{
	struct phone_grants *grants = &phone->grants;

	(void)store_remove(phone->folder_fd, grants->items[at].exemption.id);
	grants->n--;
	memmove(&grants->items[at], &grants->items[at + 1],
		(grants->n - at) * sizeof(grants->items[0]));
}

void phone_forget(struct phone *phone, const char *id)
{
	for (size_t i = 0; i < phone->grants.n; i++)
		if (strcmp(phone->grants.items[i].exemption.id, id) == 0) {
			drop(phone, i);
			return;
		}
}

/* The one that is over for the longest makes room. */
bool phone_make_room(struct phone *phone, int64_t now_s)
{
	struct phone_grants *grants = &phone->grants;
	size_t oldest = 0;

	if (grants->n < PHONE_GRANTS_MAX)
		return true;
	for (size_t i = 1; i < grants->n; i++)
		if (grants->items[i].exemption.header.not_after <
			grants->items[oldest].exemption.header.not_after)
			oldest = i;
	if (grants->items[oldest].exemption.header.not_after >= now_s)
		return false;
	drop(phone, oldest);
	return true;
}
