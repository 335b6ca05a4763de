#include "agent/agent_medium.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/descriptor.h"
#include "agent/medium_socket.h"

#define CLIENTS_MAX 16
/* A worker that does not listen yet is called again after this, and its unit started again … */
#define RETRY_USEC  100000ull
#define START_TRIES 20
/* … and given up. */
#define TRIES_MAX   150
#define UNIT_FORMAT "sekisho-medium@%s.service"

struct client {
	struct agent *agent;
	uint64_t device_id; /* 0: free */
	char name[MEDIUM_NAME_SIZE];
	char id[MEDIUM_ID_SIZE];
	struct medium_order order; /* to be sent yet; NONE: nothing */
	int fd;                    /* -1: not connected */
	sd_event_source *source;
	unsigned tries;
	bool has_heard; /* something from this worker: it can be ordered */
};

struct agent_media {
	struct agent *agent;
	sd_event_source *retry_source;
	struct client clients[CLIENTS_MAX];
};

static int try_later(struct agent_media *media);

static void disconnect(struct client *client)
{
	client->source = sd_event_source_unref(client->source);
	cleanup_close(&client->fd);
	client->fd = -1;
	client->has_heard = false;
}

static void forget(struct client *client)
{
	disconnect(client);
	client->device_id = 0;
}

static int tell_core(struct client *client, const struct medium_answer *answer)
{
	struct core_event event = {
		.kind = EVENT_MEDIUM,
		.device_id = client->device_id,
		.medium = answer,
	};

	return agent_handle(client->agent, &event);
}

/* The core hears that nothing came of it, and shuts the device. */
static int give_up(struct client *client, const char *why)
{
	struct medium_answer answer = {.kind = MEDIUM_ANSWER_FAILED, .word = "worker"};
	struct client gone = *client;

	memcpy(answer.id, client->id, sizeof(answer.id));
	snprintf(answer.text, sizeof(answer.text), "the worker of the medium %s", why);
	forget(client);
	return tell_core(&gone, &answer);
}

/* --- orders --- */

static int send_order(struct client *client)
{
	char line[MEDIUM_LINE_SIZE];
	int size, r;

	if (client->order.kind == MEDIUM_ORDER_NONE || !client->has_heard)
		return 0;
	size = medium_order_encode(&client->order, line);
	client->order.kind = MEDIUM_ORDER_NONE;
	r = size < 0 ? size : medium_socket_send(client->fd, line, (size_t)size);
	if (r < 0)
		fprintf(stderr, SD_WARNING "%s: %s\n", client->name, strerror(-r));
	/* That it is gone is seen by reading. */
	return 0;
}

static bool is_final(enum medium_answer_kind kind)
{
	return kind == MEDIUM_ANSWER_FAILED || kind == MEDIUM_ANSWER_ENDED ||
	       kind == MEDIUM_ANSWER_GONE;
}

static int take_answer(struct client *client, const struct medium_answer *answer)
{
	struct client before = *client;
	bool is_stale = is_final(answer->kind) && client->order.kind == MEDIUM_ORDER_OPEN;

	client->has_heard = true;
	/* The end of an earlier exemption: that worker goes, and another one gets the order. */
	if (is_stale) {
		disconnect(client);
		client->tries = 0;
		return try_later(client->agent->media_workers);
	}
	if (is_final(answer->kind)) {
		forget(client);
		return tell_core(&before, answer);
	}
	if (client->order.kind != MEDIUM_ORDER_NONE)
		return send_order(client);
	return answer->kind == MEDIUM_ANSWER_WAITING ? 0 : tell_core(client, answer);
}

static int on_answer(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct client *client = userdata;
	struct medium_answer answer;
	char line[MEDIUM_LINE_SIZE];
	ssize_t size = medium_socket_receive(fd, line);

	if (size == -EAGAIN)
		return 0;
	/* It died: systemd ends what it had begun, and the next one says what became of it. */
	if (size <= 0) {
		disconnect(client);
		client->tries = 0;
		return try_later(client->agent->media_workers);
	}
	if (medium_answer_decode(line, (size_t)size, &answer) < 0) {
		fprintf(stderr, SD_ERR "%s: a worker answers nonsense\n", client->name);
		return 0;
	}
	return take_answer(client, &answer);
}

/* --- connecting --- */

static int connect_to(struct client *client)
{
	int r;

	client->fd = medium_socket_connect(MEDIUM_FOLDER, client->name);
	if (client->fd < 0)
		return client->fd;
	r = sd_event_add_io(
		client->agent->event, &client->source, client->fd, EPOLLIN, on_answer, client);
	return r < 0 ? r : sd_event_source_set_exit_on_failure(client->source, true);
}

static void start_unit(struct client *client)
{
	char unit[MEDIUM_NAME_SIZE + sizeof(UNIT_FORMAT)];
	int r;

	snprintf(unit, sizeof(unit), UNIT_FORMAT, client->name);
	r = bus_start_unit(client->agent->bus, unit);
	if (r < 0 && r != -ENOTCONN)
		fprintf(stderr, SD_WARNING "%s cannot be started: %s\n", unit, strerror(-r));
}

/* True when it need not be tried again. */
static bool try_once(struct client *client)
{
	if (connect_to(client) >= 0)
		return true;
	disconnect(client);
	if (client->tries++ % START_TRIES == 0)
		start_unit(client);
	return false;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct agent_media *media = ((struct agent *)userdata)->media_workers;
	bool again = false;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < CLIENTS_MAX; i++) {
		struct client *client = &media->clients[i];

		if (client->device_id == 0 || client->fd >= 0 || try_once(client))
			continue;
		if (client->tries >= TRIES_MAX)
			r = give_up(client, "cannot be started, or does not answer");
		else
			again = true;
	}
	return r < 0 || !again ? r : try_later(media);
}

static int try_later(struct agent_media *media)
{
	return agent_arm(media->agent, &media->retry_source, CLOCK_BOOTTIME,
		agent_boottime_ms() * 1000 + RETRY_USEC, on_retry);
}

/* --- clients --- */

static struct agent_media *media_of(struct agent *agent)
{
	struct agent_media *media = agent->media_workers;

	if (media)
		return media;
	media = calloc(1, sizeof(*media));
	if (!media)
		return NULL;
	media->agent = agent;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		media->clients[i] = (struct client){.agent = agent, .fd = -1};
	agent->media_workers = media;
	return media;
}

static struct client *find_client(struct agent_media *media, uint64_t device_id)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (media->clients[i].device_id == device_id)
			return &media->clients[i];
	return NULL;
}

/* A place that is named after the device as it is plugged in now; NULL: none is free. */
static struct client *add_client(struct agent_media *media, const struct core_medium *medium)
{
	const struct registered *entry =
		registry_find_id(media->agent->registry, medium->device_id);
	struct client *client = find_client(media, 0);

	if (!client)
		return NULL;
	client->device_id = medium->device_id;
	client->tries = 0;
	client->order.kind = MEDIUM_ORDER_NONE;
	memcpy(client->id, medium->order.id, sizeof(client->id));
	/* Pulled out meanwhile: no worker has such a name, and the core hears of it next. */
	if (!entry || medium_name_from_disks(entry->disks, client->name) < 0)
		snprintf(client->name, sizeof(client->name), "0-0-0");
	return client;
}

static void fill_in_types(struct agent *agent, struct medium_order *order)
{
	uint8_t sha256[SHA256_SIZE];
	const struct policy *policy = policies_current(agent->policies, sha256);
	size_t length = 0;

	for (size_t i = 0; i < policy->n_file_systems; i++)
		length += (size_t)snprintf(order->file_systems + length,
			sizeof(order->file_systems) - length, "%s%s", i ? " " : "",
			policy->file_systems[i]);
}

/* What was not sent yet becomes what is wanted now. */
static void merge_order(struct client *client, const struct medium_order *order)
{
	if (client->order.kind == MEDIUM_ORDER_OPEN && order->kind == MEDIUM_ORDER_DEADLINE) {
		client->order.deadline_ms = order->deadline_ms;
		memcpy(client->order.id, order->id, sizeof(order->id));
	} else
		client->order = *order;
	if (order->id[0])
		memcpy(client->id, order->id, sizeof(client->id));
}

int agent_medium_order(struct agent *agent, const struct core_medium *medium)
{
	struct agent_media *media = media_of(agent);
	struct medium_order order = medium->order;
	struct client *client;

	if (!media)
		return -ENOMEM;
	if (order.kind == MEDIUM_ORDER_OPEN && !order.file_systems[0])
		fill_in_types(agent, &order);
	client = find_client(media, medium->device_id);
	if (!client)
		client = add_client(media, medium);
	/* The core's own time limit shuts the device. */
	if (!client) {
		fprintf(stderr, SD_ERR "more media at once than sekishod has room for\n");
		return 0;
	}
	merge_order(client, &order);
	if (client->fd >= 0)
		return send_order(client);
	return try_later(media);
}

void agent_media_free(struct agent_media *media)
{
	if (!media)
		return;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		forget(&media->clients[i]);
	sd_event_source_unref(media->retry_source);
	free(media);
}
