/*
 * Requests for an exemption: kept, handed up, recorded; and what became of them. An answer is given
 * only once the request is on the disk and in the records.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/agent_internal.h"
#include "agent/descriptor.h"
#include "agent/store.h"
#include "agent/up_folder.h"
#include "policy/cleanup.h"
#include "policy/exemption_text.h"
#include "policy/medium_text.h"

#define UP_FILE_NAME_SIZE (sizeof("request-.ini") + EXEMPTION_ID_SIZE)

static void up_name(const char *id, char ret[UP_FILE_NAME_SIZE])
{
	snprintf(ret, UP_FILE_NAME_SIZE, "request-%s.ini", id);
}

/* --- records --- */

static void fill_device(const struct exemption_request *request, struct record_exemption *ret)
{
	char serial[MEDIUM_SERIAL_ENCODED_MAX + 1];

	memcpy(ret->medium, request->medium.number, sizeof(ret->medium));
	if (request->medium.identity.serial[0] &&
		medium_serial_encode(request->medium.identity.serial, serial) == 0)
		snprintf(ret->device, sizeof(ret->device), "%04" PRIx16 ":%04" PRIx16 " %s",
			request->medium.identity.vendor, request->medium.identity.product, serial);
}

void agent_request_describe(const struct request_entry *entry, struct record_exemption *ret)
{
	const struct exemption_request *request = &entry->request;

	*ret = (struct record_exemption){
		.method = entry->method,
		.access = request->use.access,
		.requested = request->header.issued,
		.from = request->from,
		.minutes = request->use.duration_s / 60,
		.form = request->form,
	};
	memcpy(ret->id, request->id, sizeof(ret->id));
	memcpy(ret->user, request->requester, sizeof(ret->user));
	memcpy(ret->requester, request->requester, sizeof(ret->requester));
	memcpy(ret->terminal, request->terminal, sizeof(ret->terminal));
	fill_device(request, ret);
}

/* 0, -EIO where it could not be written, or another negative errno. */
static int record_request(struct agent *agent, struct request_entry *entry, enum record_event event,
	const char *reason)
{
	struct record_exemption exemption;
	struct record record = {
		.event = event,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
		.exemption = &exemption,
	};
	bool is_written = false;
	uint8_t head[SHA256_SIZE];
	int r;

	agent_request_describe(entry, &exemption);
	snprintf(exemption.reason, sizeof(exemption.reason), "%s", reason);
	snprintf(record.text, sizeof(record.text), "%s", entry->text);
	r = agent_record_if_possible(agent, &record, &is_written);
	if (r >= 0 && is_written)
		record_log_head(agent->log, &entry->record, head);
	return r < 0 ? r : is_written ? 0 : -EIO;
}

/* --- files --- */

static int store_entry(struct agent *agent, const struct request_entry *entry)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	int r = request_encode(entry, &text, &size);

	return r < 0 ? r : store_write(agent->exemption.requests_fd, entry->request.id, text, size);
}

/* With the signature of this terminal, where it has a key to be known by. */
static int hand_up(struct agent *agent, const struct request_entry *entry)
{
	CLEANUP(problems_clear) struct problems problems = {};
	CLEANUP(cleanup_free) char *text = NULL, *file = NULL;
	char name[UP_FILE_NAME_SIZE];
	int r = exemption_request_write(&entry->request, &problems, &text);

	if (r < 0)
		return r;
	if (up_folder_count(agent->exemption.up_fd, UP_NONE) >= UP_FILES_MAX - UP_OTHERS_MAX)
		return -EDQUOT;
	r = agent_report_sign(agent, text, strlen(text), &file);
	if (r < 0 && r != -ENOKEY)
		return r;
	up_name(entry->request.id, name);
	return store_write_shared(agent->exemption.up_fd, name, file ? file : text,
		strlen(file ? file : text));
}

/* What the fetcher has not taken yet, nobody is to answer. */
static void take_back(struct agent *agent, const char *id)
{
	char name[UP_FILE_NAME_SIZE];

	up_name(id, name);
	(void)store_remove(agent->exemption.up_fd, name);
}

static void forget(struct agent *agent, struct request_entry *entry)
{
	(void)store_remove(agent->exemption.requests_fd, entry->request.id);
	requests_remove(&agent->exemption.requests, entry);
}

/* --- a new one --- */

int agent_request_add(
	struct agent *agent, const struct request_entry *request, struct request_entry **ret)
{
	struct requests *requests = &agent->exemption.requests;
	struct request_entry *entry = requests_superfluous(requests, request->asked_s);
	int r;

	if (entry)
		forget(agent, entry);
	entry = requests_add(requests, request);
	r = store_entry(agent, entry);
	if (r == 0 && entry->method == EXEMPTION_METHOD_SCREEN)
		r = hand_up(agent, entry);
	if (r == 0)
		r = record_request(agent, entry, RECORD_EXEMPTION_REQUESTED, "");
	if (r < 0) {
		take_back(agent, entry->request.id);
		forget(agent, entry);
		return r;
	}
	/* Else it is recorded once more after a restart. */
	(void)store_entry(agent, entry);
	*ret = entry;
	return 0;
}

/* --- what becomes of one --- */

static int decide(struct agent *agent, struct request_entry *entry, enum request_phase phase,
	const char *reason, const char *text)
{
	int r = 0;

	entry->phase = phase;
	entry->decided_s = agent_trusted_ms(agent) / 1000;
	snprintf(entry->text, sizeof(entry->text), "%s", text);
	if (phase != REQUEST_GRANTED)
		r = record_request(agent, entry,
			phase == REQUEST_REFUSED ? RECORD_EXEMPTION_REQUEST_REFUSED
						 : RECORD_EXEMPTION_REQUEST_WITHDRAWN,
			reason);
	/* What is not stored is found out again after a restart. */
	if (store_entry(agent, entry) < 0)
		fprintf(stderr, SD_WARNING "request %s: its end cannot be stored\n",
			entry->request.id);
	take_back(agent, entry->request.id);
	bus_touch(agent->bus);
	return r == -EIO ? 0 : r;
}

int agent_request_withdraw(struct agent *agent, struct request_entry *entry)
{
	return decide(agent, entry, REQUEST_WITHDRAWN, "withdrawn", "");
}

static bool is_granted(const struct agent *agent, const char *id)
{
	struct core_exemption_view view;

	for (size_t i = 0; core_exemption_at(agent->core, i, &view); i++)
		if (view.exemption && strcmp(view.state->id, id) == 0)
			return true;
	return false;
}

static int look_at(struct agent *agent, struct request_entry *entry)
{
	const char *why;

	if (entry->phase != REQUEST_OPEN)
		return 0;
	if (is_granted(agent, entry->request.id))
		return decide(agent, entry, REQUEST_GRANTED, "", "");
	why = policies_revoked(agent->policies, REVOCATION_REQUEST, entry->request.id);
	return why ? decide(agent, entry, REQUEST_REFUSED, "refused", why) : 0;
}

int agent_requests_look(struct agent *agent)
{
	struct requests *requests = &agent->exemption.requests;
	int64_t now_s = agent_trusted_ms(agent) / 1000;
	struct request_entry *entry;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < requests->n; i++)
		r = look_at(agent, &requests->items[i]);
	while (r >= 0 && (entry = requests_unanswered(requests, now_s)))
		r = decide(agent, entry, REQUEST_WITHDRAWN, "no-answer", "");
	while ((entry = requests_superfluous(requests, now_s)))
		forget(agent, entry);
	return r < 0 ? r : 0;
}

/* --- at a start --- */

static void load_one(struct agent *agent, const char *id)
{
	CLEANUP(cleanup_free) char *text = NULL;
	struct requests *requests = &agent->exemption.requests;
	struct request_entry entry;
	size_t size;
	int r = store_read(agent->exemption.requests_fd, id, REQUEST_FILE_SIZE, &text, &size);

	if (r == 0)
		r = request_decode(text, size, &entry);
	if (r == 0 && strcmp(entry.request.id, id) != 0)
		r = -EBADMSG;
	if (r == 0 && requests->n < REQUESTS_MAX) {
		requests_add(requests, &entry);
		return;
	}
	fprintf(stderr, SD_WARNING "request %s was lost: %s\n", id,
		r < 0 ? strerror(-r) : "there are too many");
	(void)store_remove(agent->exemption.requests_fd, id);
}

/* A power cut may have come between storing and recording. */
static int record_missing(struct agent *agent)
{
	struct requests *requests = &agent->exemption.requests;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < requests->n; i++) {
		struct request_entry *entry = &requests->items[i];

		if (entry->record > 0)
			continue;
		r = record_request(agent, entry, RECORD_EXEMPTION_REQUESTED, "");
		if (r == 0)
			(void)store_entry(agent, entry);
		else if (r == -EIO)
			r = 0;
	}
	return r;
}

static int open_below(int parent_fd, const char *name, mode_t mode, int *ret)
{
	if (mkdirat(parent_fd, name, mode) < 0 && errno != EEXIST)
		return -errno;
	*ret = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *ret < 0 ? -errno : 0;
}

int agent_requests_start(struct agent *agent)
{
	struct agent_exemptions *own = &agent->exemption;
	DIR *folder;
	int fd, r = requests_init(&own->requests);

	if (r == 0)
		r = open_below(own->folder_fd, EXEMPTION_REQUESTS, 0700, &own->requests_fd);
	if (r == 0)
		r = open_below(agent->state_fd, REQUESTS_UP_FOLDER, 0750, &own->up_fd);
	if (r < 0)
		return r;
	fd = openat(own->requests_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folder = fd < 0 ? NULL : fdopendir(fd);
	if (!folder)
		return -errno;
	for (const struct dirent *entry; (entry = readdir(folder));)
		if (exemption_id_is_valid(entry->d_name))
			load_one(agent, entry->d_name);
	closedir(folder);
	return record_missing(agent);
}
