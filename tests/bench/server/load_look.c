#include "tests/bench/server/load_look.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* A branch behind one address: what the server allows an address is tried, too. */
#define PER_ADDRESS    300
#define STATUS_OK      200
#define STATUS_CREATED 201
#define STATUS_SAME    304
#define STATUS_NONE    404

void load_hang_up(struct load_connection *connection)
{
	if (!connection->ssl)
		return;
	SSL_free(connection->ssl);
	close(connection->fd);
	*connection = (struct load_connection){};
}

int load_descriptor(const struct load_terminal *terminal)
{
	return terminal->is_sending ? terminal->up.fd : terminal->down.fd;
}

static int connect_from(const struct load_target *target, unsigned number, int flags)
{
	struct sockaddr_in own = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), yes = 1;

	own.sin_addr.s_addr = htonl(0x7f010001 + number / PER_ADDRESS);
	if (fd < 0)
		return -errno;
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof(yes));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (bind(fd, (const struct sockaddr *)&own, sizeof(own)) == 0 &&
		(connect(fd, (const struct sockaddr *)&target->address, sizeof(target->address)) ==
				0 ||
			errno == EINPROGRESS))
		return fd;
	close(fd);
	return -errno;
}

static int dial(const struct load_target *target, unsigned number,
	struct load_connection *connection, int flags)
{
	int fd = connect_from(target, number, flags);

	if (fd < 0)
		return fd;
	connection->ssl = SSL_new(target->tls);
	if (!connection->ssl || SSL_set_fd(connection->ssl, fd) != 1) {
		SSL_free(connection->ssl);
		connection->ssl = NULL;
		close(fd);
		return -ENOMEM;
	}
	SSL_set_connect_state(connection->ssl);
	connection->fd = fd;
	connection->is_handshaken = false;
	return 0;
}

static int dial_up(const struct load_target *target, struct load_terminal *terminal)
{
	const struct load_identity *own =
		&target->identities.items[terminal->number % target->identities.n];
	int r = dial(target, terminal->number, &terminal->up, SOCK_NONBLOCK);

	if (r == 0 && (SSL_use_certificate(terminal->up.ssl, own->certificate) != 1 ||
			      SSL_use_PrivateKey(terminal->up.ssl, own->key) != 1))
		r = -EIO;
	return r;
}

/* How long, as SSL_write() wants it. */
static int format_question(const struct load_target *target, const struct load_terminal *terminal,
	char *text, size_t room)
{
	const struct load_question *question = &target->questions[terminal->question];
	const char *at = strstr(question->name, "%s");
	bool is_known = question->etag[0] && !(question->is_news && terminal->has_news);
	char name[LOAD_NAME_MAX + 16];

	if (at)
		snprintf(name, sizeof(name), "%.*st%06u%s", (int)(at - question->name),
			question->name, terminal->number, at + 2);
	else
		snprintf(name, sizeof(name), "%s", question->name);
	return snprintf(text, room,
		"GET %s/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: sekisho-fetch/0.1.0\r\n"
		"Accept: */*\r\n%s%s%s\r\n",
		target->site, name, is_known ? "If-None-Match: " : "",
		is_known ? question->etag : "", is_known ? "\r\n" : "");
}

/* A report of which nothing but its size counts; no name comes twice. */
static int format_report(const struct load_target *target, const struct load_terminal *terminal,
	char *text, size_t room)
{
	const struct load_identity *own =
		&target->identities.items[terminal->number % target->identities.n];

	return snprintf(text, room,
		"PUT %s/up/%s/status-%012llu-%016x.ini HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		"User-Agent: sekisho-fetch/0.1.0\r\nAccept: */*\r\nContent-Length: "
		"%u\r\n\r\n%0*d",
		target->site, own->fingerprint,
		(unsigned long long)terminal->begun_us % 1000000000000ull, terminal->number,
		target->report_size, (int)target->report_size, 0);
}

static enum load_step wait_or_fail(
	const struct load_connection *connection, int result, uint32_t *ret_events)
{
	switch (SSL_get_error(connection->ssl, result)) {
	case SSL_ERROR_WANT_READ: *ret_events = EPOLLIN; return LOAD_AGAIN;
	case SSL_ERROR_WANT_WRITE: *ret_events = EPOLLOUT; return LOAD_AGAIN;
	default: return LOAD_FAILED;
	}
}

static enum load_step ask(const struct load_target *target, struct load_terminal *terminal,
	uint32_t *ret_events, struct load_counts *counts)
{
	struct load_connection *connection = terminal->is_sending ? &terminal->up : &terminal->down;
	char text[4096];
	int size = terminal->is_sending ? format_report(target, terminal, text, sizeof(text))
					: format_question(target, terminal, text, sizeof(text));
	int n = SSL_write(connection->ssl, text, size);

	if (n <= 0)
		return wait_or_fail(connection, n, ret_events);
	if (!connection->is_handshaken) {
		connection->is_handshaken = true;
		counts->handshakes++;
	}
	terminal->has_asked = true;
	terminal->head_size = 0;
	terminal->body_left = 0;
	return LOAD_DONE;
}

/* The status of a whole head, and how long its body is; negative: it is none. */
static int parse_head(const char *head, uint32_t *ret_body)
{
	const char *length = strcasestr(head, "\r\nContent-Length:");
	int status = strncmp(head, "HTTP/1.1 ", 9) == 0 ? (int)strtol(head + 9, NULL, 10) : -1;

	*ret_body = length && status != STATUS_SAME
			    ? (uint32_t)strtoul(length + strlen("\r\nContent-Length:"), NULL, 10)
			    : 0;
	return status;
}

/* Bytes of the head and, once it is whole, of the body. LOAD_DONE at the end of the answer. */
static enum load_step take(
	struct load_terminal *terminal, const char *bytes, size_t size, struct load_counts *counts)
{
	size_t room = sizeof(terminal->head) - 1 - terminal->head_size,
	       n = size < room ? size : room;
	char *end;
	int status;

	if (terminal->body_left > 0) {
		terminal->body_left -= size < terminal->body_left ? size : terminal->body_left;
		return terminal->body_left == 0 ? LOAD_DONE : LOAD_AGAIN;
	}
	memcpy(terminal->head + terminal->head_size, bytes, n);
	terminal->head_size += n;
	terminal->head[terminal->head_size] = '\0';
	end = strstr(terminal->head, "\r\n\r\n");
	if (!end)
		return terminal->head_size < sizeof(terminal->head) - 1 ? LOAD_AGAIN : LOAD_FAILED;
	status = parse_head(terminal->head, &terminal->body_left);
	if (terminal->is_sending && status != STATUS_CREATED)
		return LOAD_REFUSED;
	if (!terminal->is_sending && status != STATUS_OK && status != STATUS_SAME &&
		status != STATUS_NONE)
		return LOAD_FAILED;
	counts->full_answers += status == STATUS_OK;
	n = terminal->head_size - (size_t)(end + 4 - terminal->head) + (size - n);
	terminal->body_left -= n < terminal->body_left ? n : terminal->body_left;
	return terminal->body_left == 0 ? LOAD_DONE : LOAD_AGAIN;
}

static enum load_step hear(
	struct load_terminal *terminal, uint32_t *ret_events, struct load_counts *counts)
{
	struct load_connection *connection = terminal->is_sending ? &terminal->up : &terminal->down;
	char bytes[16384];

	for (;;) {
		int n = SSL_read(connection->ssl, bytes, sizeof(bytes));
		enum load_step step;

		if (n <= 0)
			return wait_or_fail(connection, n, ret_events);
		counts->bytes += (uint64_t)n;
		step = take(terminal, bytes, (size_t)n, counts);
		if (step != LOAD_AGAIN)
			return step;
	}
}

/* One question and its answer. */
static enum load_step exchange(const struct load_target *target, struct load_terminal *terminal,
	uint32_t *ret_events, struct load_counts *counts)
{
	enum load_step step = LOAD_DONE;

	if (!terminal->has_asked)
		step = ask(target, terminal, ret_events, counts);
	if (step == LOAD_DONE)
		step = hear(terminal, ret_events, counts);
	if (step != LOAD_AGAIN)
		terminal->has_asked = false;
	return step;
}

/* What is refused is kept, and the look goes on, as in sekisho-fetch. */
static enum load_step send_report(const struct load_target *target, struct load_terminal *terminal,
	uint32_t *ret_events, struct load_counts *counts)
{
	enum load_step step;

	if (!terminal->up.ssl && dial_up(target, terminal) < 0)
		step = LOAD_FAILED;
	else
		step = exchange(target, terminal, ret_events, counts);
	if (step == LOAD_AGAIN)
		return step;
	counts->reports += step == LOAD_DONE;
	counts->refused += step != LOAD_DONE;
	terminal->has_report = step != LOAD_DONE;
	terminal->is_sending = false;
	if (step != LOAD_DONE)
		load_hang_up(&terminal->up);
	return step;
}

void load_begin(struct load_terminal *terminal, uint64_t due_us, uint64_t now_us)
{
	terminal->begun_us = due_us;
	terminal->started_us = now_us;
	terminal->question = 0;
	terminal->has_asked = false;
	terminal->is_sending = terminal->has_report && now_us >= terminal->calm_us;
	/* The server closed it long ago; libcurl notices when it needs one. */
	if (terminal->is_sending)
		load_hang_up(&terminal->up);
}

enum load_step load_look(const struct load_target *target, struct load_terminal *terminal,
	uint32_t *ret_events, struct load_counts *counts)
{
	if (terminal->is_sending && send_report(target, terminal, ret_events, counts) == LOAD_AGAIN)
		return LOAD_AGAIN;
	if (!terminal->down.ssl &&
		dial(target, terminal->number, &terminal->down, SOCK_NONBLOCK) < 0)
		return LOAD_FAILED;
	while (terminal->question < target->n_questions) {
		enum load_step step = exchange(target, terminal, ret_events, counts);

		if (step != LOAD_DONE)
			return step;
		terminal->question++;
		counts->questions++;
	}
	return LOAD_DONE;
}

/* The entity tag of the answer that was just read, if it has one. */
static void keep_etag(const char *head, struct load_question *question)
{
	const char *etag = strcasestr(head, "\r\nETag: ");
	size_t size;

	question->etag[0] = '\0';
	if (!etag || strncmp(head, "HTTP/1.1 200", 12) != 0)
		return;
	etag += strlen("\r\nETag: ");
	size = strcspn(etag, "\r");
	if (size < LOAD_ETAG_MAX) {
		memcpy(question->etag, etag, size);
		question->etag[size] = '\0';
	}
}

int load_learn(struct load_target *target)
{
	struct load_terminal terminal = {};
	struct load_counts counts = {};
	uint32_t events;
	int r = dial(target, 0, &terminal.down, 0);

	for (unsigned i = 0; r == 0 && i < target->n_questions; i++) {
		terminal.question = (uint8_t)i;
		if (exchange(target, &terminal, &events, &counts) == LOAD_DONE)
			keep_etag(terminal.head, &target->questions[i]);
		else
			r = -EPROTO;
	}
	load_hang_up(&terminal.down);
	return r;
}
