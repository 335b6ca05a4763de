/* How a worker talks to sekishod: packets that come, and answers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/medium_socket.h"
#include "agent/medium_worker_internal.h"

bool worker_has_client(const struct medium_worker *worker)
{
	return worker->client_fd >= 0;
}

static void drop_client(struct medium_worker *worker)
{
	worker->client_source = sd_event_source_unref(worker->client_source);
	cleanup_close(&worker->client_fd);
	worker->client_fd = -1;
}

static int send_answer(struct medium_worker *worker, const struct medium_answer *answer)
{
	char line[MEDIUM_LINE_SIZE];
	int size = medium_answer_encode(answer, line);

	if (size < 0)
		return size;
	return worker->client_fd < 0 ? -ENOTCONN
				     : medium_socket_send(worker->client_fd, line, (size_t)size);
}

void worker_tell(struct medium_worker *worker, const struct medium_answer *answer)
{
	int r;

	worker->last = *answer;
	r = send_answer(worker, answer);
	if (r == -EINVAL)
		fprintf(stderr, SD_ERR "an answer could not be written\n");
	else if (r < 0 && r != -ENOTCONN)
		drop_client(worker);
}

static int on_packet(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct medium_worker *worker = userdata;
	char line[MEDIUM_LINE_SIZE];
	struct medium_order order;
	ssize_t size = medium_socket_receive(fd, line);

	if (size == -EAGAIN)
		return 0;
	if (size <= 0) {
		drop_client(worker);
		return 0;
	}
	if (medium_order_decode(line, (size_t)size, &order) < 0) {
		fprintf(stderr, SD_ERR "sekishod sent what is no order\n");
		drop_client(worker);
		return 0;
	}
	return worker_take_order(worker, &order);
}

/* The newest counts: one that hangs must not keep the next sekishod away. */
static int on_client(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct medium_worker *worker = userdata;
	int client_fd = medium_socket_accept(fd), r;

	if (client_fd < 0) {
		if (client_fd == -EPERM)
			fprintf(stderr, SD_WARNING "somebody who is not root was sent away\n");
		return 0;
	}
	drop_client(worker);
	worker->client_fd = client_fd;
	r = sd_event_add_io(
		worker->event, &worker->client_source, client_fd, EPOLLIN, on_packet, worker);
	if (r < 0)
		return r;
	r = sd_event_source_set_exit_on_failure(worker->client_source, true);
	if (r < 0)
		return r;
	worker_tell(worker, &worker->last);
	return worker->phase == PHASE_OVER ? worker_told(worker) : 0;
}

int worker_listen(struct medium_worker *worker)
{
	sd_event_source *source = NULL;
	int r;

	worker->listen_fd = medium_socket_listen(worker->places->folder, worker->name);
	if (worker->listen_fd < 0)
		return worker->listen_fd;
	r = sd_event_add_io(worker->event, &source, worker->listen_fd, EPOLLIN, on_client, worker);
	if (r >= 0)
		r = sd_event_source_set_exit_on_failure(source, true);
	if (r >= 0)
		r = sd_event_source_set_floating(source, true);
	sd_event_source_unref(source);
	return r;
}
