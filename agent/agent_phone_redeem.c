/* The digits that a desk answered. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/agent_phone_internal.h"
#include "agent/bus.h"
#include "policy/phone_key.h"

static int refuse_wrong(const struct phone *phone, const char *why, struct agent_refusal *ret)
{
	unsigned left = phone_attempts_left(&phone->attempts, phone->attempts.id);

	if (left > 0)
		return agent_refuse(ret, BUS_ERROR_WRONG_CODE, "%u: %s", left, why);
	return agent_refuse(ret, BUS_ERROR_LOCKED,
		"%" PRIu64 ": This challenge is used up; ask for another",
		(phone_attempts_wait_ms(&phone->attempts, phone->request.user) + 999) / 1000);
}

/* What the desk would have answered. 0 and ret, or a negative errno. */
static int expect(const struct phone *phone, const struct phone_now *now, const char *desk,
	char ret[PHONE_CODE_DIGITS + 1])
{
	const struct phone_request *request = &phone->request;
	struct phone_grant grant = {
		.kind = PHONE_EXEMPTION, .access = request->access, .minutes = request->minutes};
	uint8_t key[PHONE_KEY_SIZE];
	int r = phone_read_key(phone->keys_folder, desk, key);

	if (r < 0)
		return r;
	snprintf(grant.site, sizeof(grant.site), "%s", now->site);
	snprintf(grant.terminal, sizeof(grant.terminal), "%s", now->terminal);
	snprintf(grant.user, sizeof(grant.user), "%s", request->user);
	snprintf(grant.medium, sizeof(grant.medium), "%s", request->medium);
	snprintf(grant.desk, sizeof(grant.desk), "%s", desk);
	snprintf(grant.challenge, sizeof(grant.challenge), "%s", phone->attempts.challenge);
	r = phone_code(&grant, ocra_hmac_openssl, key, ret);
	explicit_bzero(key, sizeof(key));
	return r;
}

/* The index of the desk whose answer it is, -ENOENT, or another negative errno where no answer is
 * known. All that have not agreed yet are compared. */
static int find_desk(const struct phone *phone, const struct phone_now *now, const char *code)
{
	int found = -ENOENT;

	for (unsigned i = 0; i < phone->request.n_desks; i++) {
		char expected[PHONE_CODE_DIGITS + 1];
		int r;

		if (phone->attempts.answered & 1u << i)
			continue;
		r = expect(phone, now, phone->request.desks[i], expected);
		if (r < 0)
			return r;
		if (phone_code_is_same(expected, code))
			found = (int)i;
		explicit_bzero(expected, sizeof(expected));
	}
	return found;
}

static void give(const struct phone *phone, const struct phone_now *now, struct phone_given *ret)
{
	*ret = (struct phone_given){.desks.n = phone->request.n_desks};
	memcpy(ret->desks.names, phone->request.desks, sizeof(ret->desks.names));
	phone_make_exemption(now, phone->attempts.id, &phone->request, &ret->exemption);
}

/* The exemption is there before the challenge is void: who is cut off in between has it. */
static int agree(
	struct phone *phone, const struct phone_now *now, unsigned desk, enum phone_outcome *ret)
{
	struct phone_attempts before = phone->attempts;
	struct phone_given *given = &phone->grants.items[phone->grants.n];
	bool is_last;
	int r = 0;

	phone_attempts_agree(&phone->attempts, desk);
	is_last = phone->attempts.answered == (1u << phone->request.n_desks) - 1;
	if (is_last) {
		give(phone, now, given);
		r = phone_write_given(phone->folder_fd, given);
		phone_attempts_end(&phone->attempts);
	}
	if (r == 0)
		r = phone_write_attempts(phone->folder_fd, &phone->attempts);
	if (r < 0) {
		phone->attempts = before;
		return r;
	}
	phone->grants.n += is_last;
	*ret = is_last ? PHONE_OUTCOME_GRANTED : PHONE_OUTCOME_ONE_MORE;
	return 0;
}

/* Charged, durably, before anything is compared. */
static int judge(struct phone *phone, const struct phone_now *now, const char *code,
	enum phone_outcome *ret, struct agent_refusal *ret_refusal)
{
	int r, desk;

	phone_attempts_run(&phone->attempts, now->boot_id, now->boottime_ms);
	if (!phone_attempts_charge(&phone->attempts, phone->attempts.id))
		return refuse_wrong(phone, "The code is wrong", ret_refusal);
	r = phone_write_attempts(phone->folder_fd, &phone->attempts);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_STORED, "%s", strerror(-r));
	desk = find_desk(phone, now, code);
	if (desk == -ENOENT)
		return refuse_wrong(phone, "The code is wrong", ret_refusal);
	if (desk < 0)
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_AVAILABLE,
			"the key of the desk cannot be read: %s", strerror(-desk));
	r = agree(phone, now, (unsigned)desk, ret);
	if (r == -ENOMEM)
		return r;
	return r < 0 ? agent_refuse(ret_refusal, BUS_ERROR_NOT_STORED, "%s", strerror(-r)) : 0;
}

/* Whatever has changed since the challenge was shown. */
static enum exemption_fault judge_again(const struct phone *phone, const struct phone_now *now)
{
	struct phone_given given;

	give(phone, now, &given);
	return phone_judge(now, &given.exemption, &given.desks);
}

int phone_redeem(struct phone *phone, const struct phone_now *now, const char *user, const char *id,
	const char *code, enum phone_outcome *ret, struct agent_refusal *ret_refusal)
{
	char digits[PHONE_CODE_DIGITS + 1];
	enum exemption_fault fault;
	int r;

	*ret = PHONE_OUTCOME_REFUSED;
	if (phone_fault(phone))
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_AVAILABLE, "%s", phone->fault);
	if (phone->attempts.id[0] == '\0' || strcmp(phone->attempts.id, id) != 0 ||
		strcmp(phone->request.user, user) != 0)
		return agent_refuse(ret_refusal, BUS_ERROR_NO_EXEMPTION,
			"no challenge of that number waits for an answer");
	fault = judge_again(phone, now);
	if (fault != EXEMPTION_FAULT_NONE)
		return agent_refuse(
			ret_refusal, BUS_ERROR_NOT_NOW, "%s", exemption_fault_sentence(fault));
	if (phone_attempts_left(&phone->attempts, id) == 0)
		return refuse_wrong(phone, "The code is wrong", ret_refusal);
	/* A digit that was mistyped is no guess: whoever guesses knows the check digit. */
	switch (phone_code_read(code, digits)) {
	case PHONE_TYPED_WHOLE: break;
	case PHONE_TYPED_MISTYPED:
		return refuse_wrong(phone, "A digit was mistyped, which costs no try", ret_refusal);
	case PHONE_TYPED_NOTHING: return refuse_wrong(phone, "Ten digits are wanted", ret_refusal);
	}
	if (!phone_make_room(phone, now->trusted_s))
		return agent_refuse(ret_refusal, BUS_ERROR_BUSY,
			"there are %d exemptions by telephone already", PHONE_GRANTS_MAX);
	r = judge(phone, now, digits, ret, ret_refusal);
	explicit_bzero(digits, sizeof(digits));
	return r;
}
