/*
 * Exemptions between the disk, the documents and the core: what is known of them at a start, what
 * counts now, and what is kept before anything follows from it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/agent_phone.h"
#include "agent/descriptor.h"
#include "agent/store.h"
#include "policy/cleanup.h"

/* --- what was kept --- */

struct states {
	struct exemption_state *items;
	size_t n, room;
};

static void clear_states(struct states *states)
{
	free(states->items);
}

static struct exemption_state *add_state(struct states *states)
{
	if (states->n == states->room) {
		size_t room = states->room ? states->room * 2 : 16;
		struct exemption_state *items = reallocarray(states->items, room, sizeof(*items));

		if (!items)
			return NULL;
		states->items = items;
		states->room = room;
	}
	states->items[states->n] = (struct exemption_state){.phase = EXEMPTION_LOST};
	return &states->items[states->n++];
}

/* What cannot be read was used, as far as anybody knows: nothing is opened by it any more. */
static void read_state(const struct agent *agent, const char *id, struct exemption_state *ret)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	int r = store_read(agent->exemption.folder_fd, id, EXEMPTION_STATE_SIZE, &text, &size);

	if (r == 0)
		r = exemption_state_parse(text, size, ret);
	if (r == 0 && strcmp(ret->id, id) == 0)
		return;
	fprintf(stderr, SD_WARNING "what was known of exemption %s is lost: %s\n", id,
		strerror(r < 0 ? -r : EBADMSG));
	*ret = (struct exemption_state){.phase = EXEMPTION_LOST};
	memcpy(ret->id, id, strlen(id) + 1);
}

static int read_states(const struct agent *agent, struct states *states)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(agent->exemption.folder_fd, ".");
	const struct dirent *entry;
	struct exemption_state *state;
	int r = 0;

	if (!folder)
		return -errno;
	while (r == 0 && (entry = readdir(folder))) {
		if (!exemption_id_is_valid(entry->d_name))
			continue;
		state = add_state(states);
		if (!state)
			r = -ENOMEM;
		else
			read_state(agent, entry->d_name, state);
	}
	return r;
}

static int announce_states(struct agent *agent)
{
	CLEANUP(clear_states) struct states states = {.n = 0};
	struct core_event event = {.kind = EVENT_EXEMPTION_STATES};
	int r = read_states(agent, &states);

	if (r < 0)
		return r;
	event.states.items = states.items;
	event.states.count = states.n;
	event.states.boot_id = agent->boot_id;
	return agent_handle(agent, &event);
}

/* --- what counts now --- */

static enum exemption_method method_of(const struct exemption *exemption)
{
	if (exemption->code_hash[0])
		return EXEMPTION_METHOD_SEALED;
	return exemption->requester[0] ? EXEMPTION_METHOD_SCREEN : EXEMPTION_METHOD_PREPARED;
}

/* Persons with commas between, as records have them. */
static void copy_approvers(const char *persons, char ret[RECORD_APPROVERS_SIZE])
{
	size_t used = 0;

	for (; *persons && used < RECORD_APPROVERS_SIZE - 3; persons++) {
		if (*persons == ' ')
			ret[used++] = ',';
		ret[used++] = *persons;
	}
	ret[used] = '\0';
}

static void fill(const struct live_exemption *live, struct core_exemption *ret)
{
	*ret = (struct core_exemption){
		.exemption = live->exemption,
		.fault = live->fault,
		.method = method_of(live->exemption),
	};
	copy_approvers(live->approvers, ret->approvers);
	memcpy(ret->approver_names, live->approver_names, sizeof(live->approver_names));
}

int agent_exemptions_feed(struct agent *agent)
{
	struct agent_exemptions *own = &agent->exemption;
	const struct policies_clock clock = agent_clock();
	struct core_event event = {.kind = EVENT_EXEMPTIONS};
	struct core_exemption *items, *before = own->fed;
	size_t n, n_granted;
	const struct live_exemption *live = policies_exemptions(agent->policies, &clock, &n);
	const struct core_exemption *granted = agent_telephone_grants(agent, &n_granted);
	int r;

	items = calloc(n + n_granted + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		fill(&live[i], &items[i]);
	if (n_granted > 0)
		memcpy(items + n, granted, n_granted * sizeof(*items));
	event.exemptions.items = items;
	event.exemptions.count = n + n_granted;
	own->fed = items;
	r = agent_handle(agent, &event);
	free(before); /* the core borrowed it until now */
	if (r >= 0)
		r = agent_requests_look(agent);
	return r < 0 ? r : agent_pace(agent);
}

/* --- what is kept --- */

static int write_state(const struct agent *agent, const struct exemption_state *state)
{
	char text[EXEMPTION_STATE_SIZE];
	size_t size = exemption_state_format(state, text);

	return store_write(agent->exemption.folder_fd, state->id, text, size);
}

static struct exemption_state *find_unsaved(struct agent_exemptions *own, const char *id)
{
	for (size_t i = 0; i < own->n_unsaved; i++)
		if (strcmp(own->unsaved[i].id, id) == 0)
			return &own->unsaved[i];
	return NULL;
}

static void note_unsaved(struct agent_exemptions *own, const struct exemption_state *state)
{
	struct exemption_state *place = find_unsaved(own, state->id);

	if (!place && own->n_unsaved == EXEMPTION_STATES_MAX) {
		own->is_unsaved_lost = true;
		return;
	}
	if (!place)
		place = &own->unsaved[own->n_unsaved++];
	*place = *state;
}

static void note_saved(struct agent_exemptions *own, const char *id)
{
	struct exemption_state *place = find_unsaved(own, id);

	if (place)
		*place = own->unsaved[--own->n_unsaved];
}

static void say_error(struct agent_exemptions *own, int error)
{
	if (error < 0 && error != own->store_error)
		fprintf(stderr, SD_ERR "exemptions cannot be stored, so none is opened: %s\n",
			strerror(-error));
	own->store_error = error;
}

int agent_exemption_keep(struct agent *agent, const struct exemption_state *state)
{
	struct agent_exemptions *own = &agent->exemption;
	int r = write_state(agent, state);

	if (r < 0)
		note_unsaved(own, state);
	else
		note_saved(own, state->id);
	say_error(own, r);
	bus_touch(agent->bus);
	return agent_pace(agent);
}

int agent_exemption_forget(struct agent *agent, const char *id)
{
	note_saved(&agent->exemption, id);
	(void)store_remove(agent->exemption.folder_fd, id);
	agent_telephone_forget(agent, id);
	return 0;
}

bool agent_exemptions_are_kept(struct agent *agent)
{
	struct agent_exemptions *own = &agent->exemption;
	int r = 0;

	while (r == 0 && own->n_unsaved > 0) {
		r = write_state(agent, &own->unsaved[own->n_unsaved - 1]);
		own->n_unsaved -= r == 0;
	}
	say_error(own, r);
	return own->n_unsaved == 0 && !own->is_unsaved_lost;
}

/* --- what waits for the disk --- */

#define HOLD_USEC (5 * 1000000ull)

bool agent_exemption_may_open(struct agent *agent, const struct core_plan *plan)
{
	return !plan->authorize || plan->access != DISK_ACCESS_MEDIUM ||
	       agent_exemptions_are_kept(agent);
}

static int on_held(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct agent *agent = userdata;
	struct agent_exemptions *own = &agent->exemption;
	size_t n = own->n_held;
	int r = 0;

	own->n_held = 0;
	for (size_t i = 0; r >= 0 && i < n; i++) {
		struct core_plan plan = own->held[i];

		plan.authorize = false;
		plan.n_interfaces = 0;
		r = agent_carry_out(agent, &plan);
	}
	return r;
}

int agent_exemption_hold(struct agent *agent, const struct core_plan *plan)
{
	struct agent_exemptions *own = &agent->exemption;

	if (own->n_held < EXEMPTIONS_HELD_MAX)
		own->held[own->n_held++] = *plan;
	return agent_arm(agent, &own->held_source, CLOCK_BOOTTIME,
		agent_boottime_ms() * 1000 + HOLD_USEC, on_held);
}

/* --- all of it --- */

int agent_exemptions_start(struct agent *agent)
{
	struct agent_exemptions *own = &agent->exemption;
	int r;

	r = make_directory(agent->state_fd, EXEMPTIONS_FOLDER, 0700);
	if (r < 0)
		return r;
	own->folder_fd = r;
	r = agent_requests_start(agent);
	if (r >= 0)
		r = agent_telephone_start(agent);
	if (r >= 0)
		r = announce_states(agent);
	if (r >= 0)
		r = agent_exemptions_feed(agent);
	return r < 0 ? r : agent_sessions_start(agent);
}

int agent_exemptions_minute(struct agent *agent)
{
	int r = agent_sessions_minute(agent);

	agent_telephone_minute(agent);
	(void)agent_exemptions_are_kept(agent);
	return r < 0 ? r : agent_pace(agent);
}

void agent_exemptions_free(struct agent *agent)
{
	struct agent_exemptions *own = &agent->exemption;

	agent_sessions_free(agent);
	sd_event_source_disable_unref(own->held_source);
	requests_clear(&own->requests);
	phone_close(own->phone);
	free(own->fed);
	cleanup_close(&own->folder_fd);
	cleanup_close(&own->requests_fd);
	cleanup_close(&own->up_fd);
}
