/* What the parts of the shell share. Nobody else includes it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "agent/agent.h"
#include "agent/agent_exemption.h"
#include "agent/agent_join.h"
#include "agent/agent_login.h"
#include "agent/agent_medium.h"
#include "agent/agent_operator.h"
#include "agent/agent_report.h"
#include "agent/agent_spool.h"
#include "agent/bus.h"
#include "agent/core.h"
#include "agent/monitor.h"
#include "agent/policies.h"
#include "agent/record_log.h"
#include "agent/registry.h"
#include "agent/terminal_identity.h"
#include "agent/worker.h"

/* A list of what is there is taken for whole after this, even if a device does not answer. */
#define SCAN_LONGEST_USEC (6 * 1000000ull)
/* How often the floor of time is persisted, and a policy that waits is looked at. */
#define MINUTE_USEC (60 * 1000000ull)
/*
 * It may come so much later, so that it is done when the watchdog wakes us up anyway, and an idle
 * PC stays idle. sd-event takes the last full minute within this, which has to be later than the
 * sign of life after MINUTE_USEC: those come every 23 s at most, by WatchdogSec= of
 * sekishod.service.
 */
#define MINUTE_SLACK_USEC (90 * 1000000ull)
/* Records reach the disk within this. */
#define SYNC_USEC 1000000ull

/* Root, policy, list of media, tokens. */
#define AGENT_ENDS_MAX 4
#define AGENT_END_SIZE 160

struct agent {
	sd_event *event;
	struct core *core;
	struct policies *policies;
	struct registry *registry;
	struct workers *workers;
	struct monitor *monitor;
	struct record_log *log;
	struct syncer *syncer;
	struct bus *bus;
	struct agent_media *media_workers; /* NULL: none so far */
	struct bus_handlers bus_handlers;
	struct agent_login login;
	struct agent_operator operator;
	struct agent_exemptions exemption;
	struct agent_spool spool;
	struct agent_reports report;
	struct agent_join join;
	struct terminal_identity *identity; /* there from agent_terminal_start() on */
	int etc_fd, state_fd, logs_fd, run_fd, clock_fd;
	int disks_fd;        /* the folder of disk_access.h */
	int parameter_watch; /* of usbcore's parameter; 0: none yet */
	char boot_id[40];    /* 36 characters */

	sd_event_source *wake_source, *sync_source, *next_source, *scan_source, *minute_source;
	const struct media *media;    /* what the core was told last */
	int time_error, next_error;   /* said already; 0: all is well */
	unsigned minutes_unconfirmed; /* of agent_news.c */
	bool is_scanning, scan_again, is_ready;
	unsigned looks_pending;
	size_t other_keyboards;
	char ends[AGENT_ENDS_MAX][AGENT_END_SIZE]; /* sentences of the status told last */
};

/* agent.c */
uint64_t agent_boottime_ms(void);
int64_t agent_realtime_ms(void);
/* Hands an event to the core (its times are filled in here) and does what comes out. */
int agent_handle(struct agent *agent, struct core_event *event);
/* (Re)arms a timer: absolute time in microseconds of the clock; UINT64_MAX: off. */
int agent_arm(struct agent *agent, sd_event_source **source, clockid_t clock, uint64_t usec,
	sd_event_time_handler_t handler);

/* Calls handler when fd can be read. A handler that fails ends the loop: deaf, but alive, would be
 * worse than starting anew with the ports shut. */
int agent_watch(struct agent *agent, int fd, sd_event_io_handler_t handler);
/* The same, but what comes more often waits for the next second. 0: no limit. */
int agent_watch_at_most(
	struct agent *agent, int fd, sd_event_io_handler_t handler, unsigned a_second);

/* agent_records.c */
int agent_records_start(struct agent *agent);
int agent_record(struct agent *agent, const struct record *record);
/* Of what is kept elsewhere until then: *ret_is_written says whether it may go there. */
int agent_record_if_possible(
	struct agent *agent, const struct record *record, bool *ret_is_written);
/* What waits for the disk goes there soon, if nobody asked for that yet. */
int agent_records_sync_soon(struct agent *agent);

/* agent_devices.c: what is plugged in */
int agent_devices_start(struct agent *agent);
/* Something called name is there: new, or the one that is known. */
int agent_device_arrive(struct agent *agent, const char *name);
int agent_device_remove(struct agent *agent, struct registered *entry);
int agent_carry_out(struct agent *agent, const struct core_plan *plan);

/* agent_scan.c: a list of all that is plugged in; a second one waits for the first to end */
int agent_scan(struct agent *agent);
/* Every look that it asked for is over. */
int agent_scan_end(struct agent *agent);
int agent_count_keyboards(struct agent *agent);

/* agent_policy.c: which documents hold */
struct policies_clock agent_clock(void);
int64_t agent_trusted_ms(const struct agent *agent);
/* Of that what no clock can change, in seconds. */
int64_t agent_floor_s(const struct agent *agent);
int agent_policy_start(struct agent *agent);
/* Puts the policy in force and the registered media into the core, the policy on trial where it has
 * not passed yet. */
int agent_policy_announce(struct agent *agent);
/* Records what became of a document that came from origin, and what follows from it. */
int agent_take_answer(
	struct agent *agent, const char *origin, const struct policies_answer *answer);
int agent_policy_check_next(struct agent *agent);
/* What time alone changes: a policy that waits begins, a list of media ends or counts again. */
int agent_policy_time_passed(struct agent *agent);
void agent_policy_trial_began(struct agent *agent);
int agent_policy_trial_over(struct agent *agent, bool passed);

/* agent_ends.c: problems of the status, where a document ends within a month or has ended */
void agent_ends_add(struct agent *agent, struct agent_status *status);

/* agent_news.c: what is heard of the site. The source answered, or documents came. */
int agent_news_heard(struct agent *agent);
/* Looks how old fresh is, and records it once where the policy allows it no more. */
int agent_news_minute(struct agent *agent);
/* The sentence of the status; NULL: there is none. */
const char *agent_news_problem(const struct agent *agent);

/* agent_documents.c: documents that root hands in */
int agent_documents_take(struct agent *agent, const struct agent_document *documents, size_t n,
	agent_tell tell, void *context);

/* agent_bundle.c: exemptions and revocations, each document of a file by itself */
int agent_bundle_take(struct agent *agent, enum document_kind kind,
	const struct agent_document *document, agent_tell tell, void *context);
/* What a record says of the exemption that an answer is about; ret lives as long as the record. */
void agent_bundle_describe(struct agent *agent, const struct policies_answer *answer,
	struct record_exemption *ret, struct record *record);

/* agent_login.c: rules and time for logins, and what became of them */
int agent_login_start(struct agent *agent);
/* Another policy is in force: its rules are. */
int agent_login_rules(struct agent *agent);
/* A document may have lifted it. */
void agent_login_floor(struct agent *agent);
/* Counts the time that the terminal runs, looks at the day, and stores both where that is due. */
void agent_login_run(struct agent *agent);
/* There may be something in the spool. */
int agent_login_look(struct agent *agent);
/* What failed is tried again. */
int agent_login_minute(struct agent *agent);
/* All records are on the disk, and sekishod ends. */
void agent_login_stop(struct agent *agent);
void agent_login_free(struct agent *agent);

/* agent_operator.c: who works in the session at the screen */
int agent_operator_load(struct agent *agent);
int agent_operator_start(struct agent *agent);
/* Sessions that ended without a word are forgotten. */
int agent_operator_minute(struct agent *agent);
/* Whom a record names that is written now; NULL: nobody. Valid until the next change. */
const char *agent_operator_of(struct agent *agent, const struct record *record);
void agent_operator_status(const struct agent *agent, const char **ret_user, int64_t *ret_since_s);
/*
 * A right code was typed; line: a login_event without its LF. 0: from the next record on. Nothing
 * changed: -EPERM: the caller is not the helper; -EBADMSG; -ESTALE: too long ago; -ENXIO: whoever
 * asked is not at the screen; -ENOSPC, or another negative errno.
 */
int agent_operator_change(struct agent *agent, uint32_t caller, const char *line);
/* Nobody works there any more. 0 and who did; -EPERM; -ENOENT, or another negative errno. */
int agent_operator_end(struct agent *agent, uint32_t caller, char ret_user[ACCOUNT_NAME_MAX + 1]);
void agent_operator_free(struct agent *agent);

/* agent_bus.c: what others may ask */
int agent_bus_start(struct agent *agent);

/* agent_exemption.c: exemptions between the disk, the documents and the core */
int agent_exemptions_start(struct agent *agent);
/* The core is told which documents are here, and whether they count now. To be called after each
 * document: the core borrows what it was told before. */
int agent_exemptions_feed(struct agent *agent);
int agent_exemptions_minute(struct agent *agent);
/* ACTION_EXEMPTION_STATE and _FORGET. What cannot be stored is tried again, and said. */
int agent_exemption_keep(struct agent *agent, const struct exemption_state *state);
int agent_exemption_forget(struct agent *agent, const char *id);
/* All that the core asked to be kept is on the disk. Tries once more; false: nothing is opened. */
bool agent_exemptions_are_kept(struct agent *agent);
/*
 * Whether a plan may be carried out as far as the disk goes: what an exemption opens is opened only
 * once the disk knows of it. Else it is held, and after a moment the core sees a device that is
 * shut, and decides again.
 */
bool agent_exemption_may_open(struct agent *agent, const struct core_plan *plan);
int agent_exemption_hold(struct agent *agent, const struct core_plan *plan);
void agent_exemptions_free(struct agent *agent);

/* agent_sessions.c: who has a session, and who sits at the screen */
int agent_sessions_start(struct agent *agent);
/* Looks at once, and tells the core what is new. */
int agent_sessions_look(struct agent *agent);
int agent_sessions_named(struct agent *agent, const struct bus_session *items, size_t n);
int agent_sessions_minute(struct agent *agent);
/* The name of a user who has a session, or NULL. */
const char *agent_sessions_user(const struct agent *agent, uint32_t uid);
/* The session at the screen, where the caller is of it and did not come by ssh; else NULL. Its user
 * is empty while nobody told the name. Valid until the next look. */
const struct core_session *agent_sessions_seated(
	struct agent *agent, const struct bus_caller *caller);
void agent_sessions_free(struct agent *agent);

/* agent_requests.c: requests, and what became of them */
int agent_requests_start(struct agent *agent);
/*
 * Keeps, hands up and records a copy. 0 with *ret, valid until the next change; -EDQUOT: too many
 * wait to be fetched; -EIO: it cannot be recorded; or another negative errno. Nothing stays then.
 */
int agent_request_add(
	struct agent *agent, const struct request_entry *request, struct request_entry **ret);
/* The one of that number, or NULL; for struct policies_config, whose context is the agent. */
const struct exemption_request *agent_request_find(void *context, const char *id);
int agent_request_withdraw(struct agent *agent, struct request_entry *entry);
/* An exemption may have come for one, or a refusal; some wait too long. */
int agent_requests_look(struct agent *agent);

/* agent_request_form.c: from a form to a request. Returns as agent_exemption_handlers' do. */
struct exemption_wish;
int agent_exemption_request(struct agent *agent, const struct bus_caller *caller,
	const struct agent_form *form, char ret_id[BUS_EXEMPTION_ID_SIZE],
	struct agent_refusal *ret_refusal);
/* The session of whoever asks; NULL: refused. */
const struct core_session *agent_request_seat(
	struct agent *agent, const struct bus_caller *caller, struct agent_refusal *ret_refusal);
/* Whether this terminal grants any exemptions, and so long ones. */
int agent_request_check(
	struct agent *agent, const struct exemption_wish *wish, struct agent_refusal *ret_refusal);

/* agent_exemption_list.c */
bool agent_exemption_list(struct agent *agent, const struct bus_caller *caller, bool is_all,
	size_t index, struct agent_exemption *ret);
/* The one of that number, if it is this user's; uid 0: whosever. */
bool agent_exemption_find(
	const struct agent *agent, const char *id, uint32_t uid, struct core_exemption_view *ret);
/* The word of bus.h; static. */
const char *agent_exemption_phase(const struct core_exemption_view *view);
/* Its end in seconds since 1970 as far as the clock can tell; 0: it does not run. */
int64_t agent_exemption_until_s(const struct core_exemption_view *view);
/* Whether it lets a medium in now, or would if one were plugged in. */
bool agent_exemption_is_open(const struct core_exemption_view *view);
void agent_exemption_status(const struct agent *agent, struct agent_status *ret);
/* A record of one was written, or could not be (sequence 0): everybody is told its phase. */
void agent_exemption_recorded(struct agent *agent, const struct record *record, uint64_t sequence);

/* agent_exemption_commands.c, agent_redeem.c: as agent_exemption_handlers' */
int agent_exemption_withdraw(struct agent *agent, const struct bus_caller *caller, const char *id,
	struct agent_refusal *ret_refusal);
int agent_exemption_eject(struct agent *agent, const struct bus_caller *caller, const char *id,
	bool keep, struct agent_refusal *ret_refusal);
int agent_exemption_return(struct agent *agent, const struct bus_caller *caller, const char *id,
	const char *place, struct agent_refusal *ret_refusal);
int agent_exemption_report(struct agent *agent, const struct bus_caller *caller, const char *id,
	const struct agent_form *form, struct agent_refusal *ret_refusal);
int agent_exemption_redeem(struct agent *agent, const struct bus_caller *caller, const char *id,
	const char *code, const char **ret_phase, struct agent_refusal *ret_refusal);

/* agent_telephone.c: asking by telephone */
int agent_telephone_start(struct agent *agent);
void agent_telephone_minute(struct agent *agent);
/* The time that ran counts also when sekishod ends. */
void agent_telephone_save(struct agent *agent);
/* What desks granted, as phone_grants(). */
const struct core_exemption *agent_telephone_grants(struct agent *agent, size_t *ret_n);
void agent_telephone_forget(struct agent *agent, const char *id);
/* As agent_exemption_handlers'. */
bool agent_telephone_desk(struct agent *agent, size_t index, struct agent_phone_desk *ret);
int agent_telephone_begin(struct agent *agent, const struct bus_caller *caller,
	const struct agent_form *form, char ret_id[BUS_EXEMPTION_ID_SIZE],
	char ret_challenge[BUS_CHALLENGE_SIZE], struct agent_refusal *ret_refusal);
/* Whether that one waits for digits; then agent_telephone_redeem() judges them. */
bool agent_telephone_waits(const struct agent *agent, const char *id);
/* The row of the list of what waits; false: nothing of the caller's does. */
bool agent_telephone_row(struct agent *agent, const struct bus_caller *caller, bool is_all,
	struct agent_exemption *ret);

/* agent_report.c: how this terminal is, handed up */
int agent_report_load(struct agent *agent);
int agent_report_start(struct agent *agent);
/* Something may have changed: looks in a moment. Cheap. */
int agent_report_touch(struct agent *agent);
/* A record was written, or could not be. */
int agent_report_recorded(struct agent *agent, const struct record *record);
/* A text and this terminal's signature behind it, for free(). 0, -ENOKEY: it has no key, or another
 * negative errno. */
int agent_report_sign(const struct agent *agent, const char *text, size_t size, char **ret);
void agent_report_free(struct agent *agent);
/* agent_report_fill.c: all of a report but its number */
void agent_report_fill(struct agent *agent, struct report *ret);
/* How much of the second factor these rules ask for at that time. Pure. */
enum report_factor agent_report_factor(const struct login_rules *rules, int64_t now_s);

/* agent_pace.c: how often the fetcher is to look, in /run/sekisho/pace */
int agent_pace(struct agent *agent);
/* Somebody may want something new now: once, at once. */
int agent_pace_event(struct agent *agent);
/* The time that is over for certain, in /run/sekisho/floor. */
void agent_pace_minute(struct agent *agent);

/* agent_terminal.c: which machine this is, and its key */
int agent_terminal_start(struct agent *agent);
/* Makes the key where there is none and it is wanted, and says in /run/sekisho/terminal which it
 * is. What does not work is said, and tried again each minute. */
int agent_terminal_look(struct agent *agent);

/* agent_join.c: asking to join, while there is a ticket. 0, or -ENOMEM. */
int agent_join_start(struct agent *agent);
/* A minute passed, or something of what is waited for may have come. */
int agent_join_look(struct agent *agent);

/* agent_bus_exemption.c */
extern const struct agent_exemption_handlers agent_exemption_handlers;
void agent_bus_connected(void *userdata);
void agent_bus_sessions(void *userdata, const struct bus_session *items, size_t n);
