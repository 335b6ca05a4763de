/* What the parts of bus.h share. Nobody else includes it. */
#pragma once

#include <systemd/sd-bus.h>

#include "agent/bus.h"
#include "agent/bus_properties.h"

/* Calls that wait for the answer to who calls, and whether polkit lets them. */
#define BUS_CHECKS_MAX  32
#define BUS_UPDATES_MAX 4 /* each holds up to BUS_SIZE_MAX in memory */
/* With polkit, where a person may have to be asked, of one user. */
#define BUS_CHECKS_PER_USER 4
/* Answers with files of records that nobody but root has read yet. */
#define BUS_RECEIPTS_MAX      4
#define BUS_LOGIND_TIMEOUT_US 20000000ULL
/* Signals that wait; more within BUS_NEWS_EVERY_US are skipped, and this is told. */
#define BUS_SIGNALS_MAX   32
#define BUS_NEWS_AFTER_US 100000ULL
#define BUS_NEWS_EVERY_US 1000000ULL

struct bus {
	const struct bus_handlers *handlers;
	sd_event *event;
	sd_bus *connection;
	bool is_named;          /* the name is ours, so that signals mean something */
	sd_event_source *retry; /* one-shot; on only while there is no connection */
	uint64_t retry_us;
	bool is_warned; /* people are told once, not with every try */

	struct bus_check *checks[BUS_CHECKS_MAX + BUS_UPDATES_MAX];
	uint64_t last_cancellation; /* the id that was given last */
	struct bus_caller caller;   /* whom the answer is for that is being made */
	sd_event_source *receipts[BUS_RECEIPTS_MAX];
	sd_bus_slot *sessions_question; /* under way */

	struct bus_status status; /* read during event loop iteration status_at */
	uint64_t status_at;
	struct bus_status announced;

	sd_event_source *news; /* one-shot; on while there may be something to tell */
	uint64_t told_us;      /* CLOCK_MONOTONIC of the last time */
	sd_bus_message *signals[BUS_SIGNALS_MAX];
	size_t n_signals, n_skipped;
};

/* bus_interface.c: the whole interface; userdata of every member is the struct bus. */
extern const sd_bus_vtable bus_vtable[];

/* bus_properties.c: the picture of this moment, made at most once in an iteration of the loop. */
const struct bus_status *bus_status_now(struct bus *bus);

/* bus_news.c: what everybody is told */
int bus_news_open(struct bus *bus);
/* The name is ours now: what is there already is no news. */
void bus_news_start(struct bus *bus);
void bus_news_stop(struct bus *bus);
void bus_news_close(struct bus *bus);

/* bus_access.c: who may call what */
enum bus_right {
	BUS_ROOT = 0,
	BUS_SELF,       /* the method itself looks at the caller */
	BUS_VIEW,       /* root, and whom polkit lets org.sekisho.agent1.view */
	BUS_EXEMPTIONS, /* root, and whom polkit lets org.sekisho.agent1.exemptions */
};

/* Carries a permitted call out and sends the reply. A negative errno or *ret_error otherwise. */
typedef int (*bus_answer)(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error);

/*
 * Finds out who calls, and whether they may, without waiting for it; then answers. Nothing of the
 * message is read before. Returns as a method of sd-bus: 1, or an error for the caller.
 */
int bus_access_check(struct bus *bus, sd_bus_message *call, enum bus_right right, bus_answer answer,
	sd_bus_error *ret_error);
/* The connection has ended: nobody waits any more. */
void bus_access_forget(struct bus *bus);

/* The methods: bus_devices.c, bus_records.c, bus_policy.c, bus_update.c, bus_request.c,
 * bus_exemptions.c */
int bus_list_devices(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_explain_device(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_open_records(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
/* Waits for no receipt any more. */
void bus_records_close(struct bus *bus);
int bus_get_policy(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_change_operator(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_end_operator(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_update_from(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_request_exemption(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_withdraw_request(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_report_after(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_begin_phone(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_phone_desks(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_list_exemptions(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_list_all_exemptions(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_redeem_exemption(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_eject_medium(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
int bus_return_medium(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);

/* The error of a method for which the agent has no function. */
int bus_not_available(sd_bus_error *ret_error);
/* What a function of agent_exemption_handlers returned: 1 goes on, else the error is set. */
int bus_refusal(int result, const struct agent_refusal *refusal, sd_bus_error *ret_error);
