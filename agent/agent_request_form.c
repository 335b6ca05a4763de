/*
 * RequestExemption: from a form to a request. Who may ask is whoever sits at the screen; what may
 * be asked for is what an exemption can give: a medium that the policy refuses.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "agent/agent_internal.h"
#include "agent/exemption_form.h"
#include "policy/printable.h"

/* --- whether this terminal grants any --- */

static int check_terminal(struct agent *agent, struct agent_refusal *ret_refusal)
{
	uint8_t sha256[SHA256_SIZE];
	const struct policy *policy = policies_current(agent->policies, sha256);

	if (core_is_rehearsing(agent->core))
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_REFUSED,
			"The policy is only tried out here, and refuses nothing");
	if (!policies_root(agent->policies) || !policies_terminal(agent->policies)[0] ||
		policy->is_builtin)
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_AVAILABLE,
			"No site has taken this terminal over yet, so nobody could approve");
	if (!policy->has_exemption)
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_AVAILABLE,
			"The policy of this terminal grants no exemptions");
	if (policy->exemption_scan == SCAN_REQUIRED)
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_AVAILABLE,
			"The policy wants media checked for viruses, which this version cannot do");
	return 1;
}

static int check_longest(const struct agent *agent, const struct exemption_wish *wish,
	struct agent_refusal *ret_refusal)
{
	uint8_t sha256[SHA256_SIZE];
	const struct policy *policy = policies_current(agent->policies, sha256);

	if (wish->use.duration_s <= policy->exemption_longest_s)
		return 1;
	return agent_refuse(ret_refusal, BUS_ERROR_INVALID, "minutes: the policy allows %u at most",
		policy->exemption_longest_s / 60);
}

static int check_number_of(
	const struct agent *agent, uint32_t uid, int64_t now_s, struct agent_refusal *ret_refusal)
{
	switch (requests_may_ask(&agent->exemption.requests, uid, now_s)) {
	case REQUEST_MAY: return 1;
	case REQUEST_TOO_MANY_OPEN:
		return agent_refuse(ret_refusal, BUS_ERROR_BUSY,
			"Five requests of yours are open already; withdraw one, or wait");
	case REQUEST_TOO_FAST:
		return agent_refuse(ret_refusal, BUS_ERROR_TOO_OFTEN,
			"You asked ten times within an hour; wait for a while");
	case REQUEST_TOO_MANY: break;
	}
	return agent_refuse(ret_refusal, BUS_ERROR_BUSY,
		"Too many requests are open at this terminal; wait for a while");
}

/* --- the medium --- */

static bool find_device(const struct agent *agent, const char *name, struct core_device_view *ret)
{
	for (size_t i = 0; core_device_at(agent->core, i, ret); i++)
		if (strcmp(ret->observation->name, name) == 0)
			return true;
	return false;
}

/* All that it has is storage: an exemption opens no other device. */
static bool is_storage_alone(const struct device_decision *decision)
{
	for (size_t i = 0; i < decision->n_interfaces; i++)
		if (decision->interfaces[i].device_class != CLASS_USB_STORAGE)
			return false;
	return decision->device_class == CLASS_USB_STORAGE && decision->n_interfaces > 0;
}

static bool has_exemption(const struct agent *agent, uint64_t device_id)
{
	struct core_exemption_view view;

	for (size_t i = 0; core_exemption_at(agent->core, i, &view); i++)
		if (view.device_id == device_id)
			return true;
	return false;
}

/* Already open, or only to be read where that is asked for; not by another exemption, which this
 * one is to go on after. */
static bool is_let_in(
	const struct agent *agent, const struct core_device_view *view, enum verdict wished)
{
	if (has_exemption(agent, view->id))
		return false;
	return view->decision->verdict == VERDICT_ALLOW ||
	       (view->decision->verdict == VERDICT_READ_ONLY && wished == VERDICT_READ_ONLY);
}

static int fill_from_device(const struct core_device_view *view, struct exemption_request *request,
	struct agent_refusal *ret_refusal)
{
	struct exemption_medium *medium = &request->medium;
	const char *serial = view->observation->serial;

	if (!is_storage_alone(view->decision))
		return agent_refuse(ret_refusal, BUS_ERROR_INVALID,
			"device: only USB sticks and disks that are nothing else can be let in by "
			"an exemption");
	if (!serial[0] || strlen(serial) > MEDIUM_SERIAL_MAX)
		return agent_refuse(ret_refusal, BUS_ERROR_INVALID,
			"device: it has no serial number, so it cannot be told from others; use a "
			"registered one");
	medium->kind = view->medium[0] ? EXEMPTION_MEDIUM_REGISTERED : EXEMPTION_MEDIUM_DEVICE;
	snprintf(medium->number, sizeof(medium->number), "%s", view->medium);
	medium->identity.vendor = view->facts->vendor;
	medium->identity.product = view->facts->product;
	memcpy(medium->identity.serial, serial, strlen(serial));
	memcpy(medium->descriptors_sha256, view->facts->sha256, SHA256_SIZE);
	printable_copy(request->maker, sizeof(request->maker), view->observation->manufacturer);
	printable_copy(request->model, sizeof(request->model), view->observation->model);
	return 1;
}

static bool is_registered(const struct agent *agent, const char *number)
{
	const struct policies_clock clock = agent_clock();
	const struct media *media = policies_media(agent->policies, &clock);
	const struct medium *medium;

	for (size_t i = 0; media && (medium = media_at(media, i)); i++)
		if (strcmp(medium->number, number) == 0)
			return true;
	return false;
}

static int fill_medium(struct agent *agent, const struct exemption_wish *wish,
	struct exemption_request *request, struct agent_refusal *ret_refusal)
{
	struct core_device_view view;

	if (!wish->device[0]) {
		if (!is_registered(agent, wish->medium))
			return agent_refuse(ret_refusal, BUS_ERROR_INVALID,
				"medium: no medium is registered under this number");
		request->medium.kind = EXEMPTION_MEDIUM_REGISTERED;
		memcpy(request->medium.number, wish->medium, sizeof(wish->medium));
		return 1;
	}
	if (!find_device(agent, wish->device, &view))
		return agent_refuse(
			ret_refusal, BUS_ERROR_NO_SUCH_DEVICE, "No such USB device is connected");
	if (is_let_in(agent, &view, wish->use.access))
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_REFUSED,
			"This device is let in already, and needs no exemption");
	return fill_from_device(&view, request, ret_refusal);
}

/* --- the whole --- */

static bool is_taken(const struct agent *agent, const char *id)
{
	struct core_exemption_view view;

	for (size_t i = 0; core_exemption_at(agent->core, i, &view); i++)
		if (strcmp(view.state->id, id) == 0)
			return true;
	return requests_find(&agent->exemption.requests, id);
}

static int make_number(struct agent *agent, char ret_id[EXEMPTION_ID_SIZE])
{
	uint8_t random[EXEMPTION_ID_SYMBOLS];

	do {
		if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
			return -EIO;
		exemption_id_make(random, ret_id);
	} while (is_taken(agent, ret_id));
	return 0;
}

static int fill_head(struct agent *agent, const struct core_session *session,
	const struct exemption_wish *wish, struct request_entry *entry)
{
	struct exemption_request *request = &entry->request;
	const char *site, *tier;

	policies_site(agent->policies, &site, &tier);
	snprintf(request->header.site, sizeof(request->header.site), "%s", site);
	snprintf(request->header.tier, sizeof(request->header.tier), "%s", tier);
	request->header.epoch = policies_root(agent->policies)->epoch;
	request->header.issued = entry->asked_s;
	snprintf(request->terminal, sizeof(request->terminal), "%s",
		policies_terminal(agent->policies));
	memcpy(request->requester, session->user, sizeof(session->user));
	request->from = wish->from;
	request->use = wish->use;
	request->form = wish->form;
	return make_number(agent, request->id);
}

const struct core_session *agent_request_seat(
	struct agent *agent, const struct bus_caller *caller, struct agent_refusal *ret_refusal)
{
	const struct core_session *session = agent_sessions_seated(agent, caller);

	if (!session)
		(void)agent_refuse(ret_refusal, BUS_ERROR_NOT_SEATED,
			"Only whoever sits at the screen of this terminal can ask");
	else if (!session->user[0])
		(void)agent_refuse(ret_refusal, BUS_ERROR_BUSY,
			"The name of your account is not known yet; try again");
	return session && session->user[0] ? session : NULL;
}

int agent_request_check(
	struct agent *agent, const struct exemption_wish *wish, struct agent_refusal *ret_refusal)
{
	int r = check_terminal(agent, ret_refusal);

	return r > 0 ? check_longest(agent, wish, ret_refusal) : r;
}

static int prepare(struct agent *agent, const struct bus_caller *caller,
	const struct exemption_wish *wish, struct request_entry *ret,
	struct agent_refusal *ret_refusal)
{
	const struct core_session *session = agent_request_seat(agent, caller, ret_refusal);
	struct request_entry entry = {
		.phase = REQUEST_OPEN,
		.uid = caller->uid,
		.method = EXEMPTION_METHOD_SCREEN,
		.asked_s = agent_trusted_ms(agent) / 1000,
	};
	int r;

	if (!session)
		return 0;
	if ((r = agent_request_check(agent, wish, ret_refusal)) <= 0 ||
		(r = fill_medium(agent, wish, &entry.request, ret_refusal)) <= 0 ||
		(r = check_number_of(agent, caller->uid, entry.asked_s, ret_refusal)) <= 0)
		return r;
	r = fill_head(agent, session, wish, &entry);
	if (r < 0)
		return r;
	*ret = entry;
	return 1;
}

static int not_stored(int error, struct agent_refusal *ret_refusal)
{
	if (error == -ENOMEM)
		return error;
	return agent_refuse(ret_refusal, BUS_ERROR_NOT_STORED,
		"The request cannot be written down: %s",
		error == -EDQUOT ? "too many earlier ones were not fetched yet" : strerror(-error));
}

int agent_exemption_request(struct agent *agent, const struct bus_caller *caller,
	const struct agent_form *form, char ret_id[BUS_EXEMPTION_ID_SIZE],
	struct agent_refusal *ret_refusal)
{
	struct exemption_wish wish;
	struct request_entry entry, *added;
	int r = agent_sessions_look(agent);

	if (r < 0)
		return r;
	if (exemption_form_read(form, FORM_OF_REQUEST, &wish, ret_refusal) < 0)
		return 0;
	r = prepare(agent, caller, &wish, &entry, ret_refusal);
	if (r <= 0)
		return r;
	r = agent_request_add(agent, &entry, &added);
	if (r < 0)
		return not_stored(r, ret_refusal);
	memcpy(ret_id, entry.request.id, BUS_EXEMPTION_ID_SIZE);
	bus_touch(agent->bus);
	r = agent_pace(agent);
	return r < 0 ? r : 1;
}
