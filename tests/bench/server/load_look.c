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

/* The kernel has some 28,000 ports for one pair of addresses. */
#define PER_ADDRESS 20000
#define STATUS_OK   200
#define STATUS_SAME 304
#define STATUS_NONE 404

void load_hang_up(struct load_terminal *terminal)
{
	if (!terminal->ssl)
		return;
	SSL_free(terminal->ssl);
	close(terminal->fd);
	terminal->ssl = NULL;
}

static int connect_from(const struct load_target *target, unsigned number, int flags)
{
	struct sockaddr_in own = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), yes = 1;

	own.sin_addr.s_addr = htonl(0x7f010001 + (number / PER_ADDRESS << 8));
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

static int dial(const struct load_target *target, struct load_terminal *terminal, int flags)
{
	int fd = connect_from(target, terminal->number, flags);

	if (fd < 0)
		return fd;
	terminal->ssl = SSL_new(target->tls);
	if (!terminal->ssl || SSL_set_fd(terminal->ssl, fd) != 1) {
		SSL_free(terminal->ssl);
		terminal->ssl = NULL;
		close(fd);
		return -ENOMEM;
	}
	SSL_set_connect_state(terminal->ssl);
	terminal->fd = fd;
	terminal->is_handshaken = false;
	return 0;
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

static enum load_step wait_or_fail(
	const struct load_terminal *terminal, int result, uint32_t *ret_events)
{
	switch (SSL_get_error(terminal->ssl, result)) {
	case SSL_ERROR_WANT_READ: *ret_events = EPOLLIN; return LOAD_AGAIN;
	case SSL_ERROR_WANT_WRITE: *ret_events = EPOLLOUT; return LOAD_AGAIN;
	default: return LOAD_FAILED;
	}
}

static enum load_step ask(const struct load_target *target, struct load_terminal *terminal,
	uint32_t *ret_events, struct load_counts *counts)
{
	char text[512];
	int size = format_question(target, terminal, text, sizeof(text));
	int n = SSL_write(terminal->ssl, text, size);

	if (n <= 0)
		return wait_or_fail(terminal, n, ret_events);
	if (!terminal->is_handshaken) {
		terminal->is_handshaken = true;
		counts->handshakes++;
	}
	terminal->has_asked = true;
	terminal->head_size = 0;
	terminal->body_left = 0;
	return LOAD_DONE;
}

/* The status of a whole head, and how long its body is; negative: no answer for us. */
static int parse_head(const char *head, uint32_t *ret_body)
{
	const char *length = strcasestr(head, "\r\nContent-Length:");
	int status = strncmp(head, "HTTP/1.1 ", 9) == 0 ? (int)strtol(head + 9, NULL, 10) : -1;

	*ret_body = length && status != STATUS_SAME
			    ? (uint32_t)strtoul(length + strlen("\r\nContent-Length:"), NULL, 10)
			    : 0;
	return status == STATUS_OK || status == STATUS_SAME || status == STATUS_NONE ? status : -1;
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
	if (status < 0)
		return LOAD_FAILED;
	counts->full_answers += status == STATUS_OK;
	n = terminal->head_size - (size_t)(end + 4 - terminal->head) + (size - n);
	terminal->body_left -= n < terminal->body_left ? n : terminal->body_left;
	return terminal->body_left == 0 ? LOAD_DONE : LOAD_AGAIN;
}

static enum load_step hear(
	struct load_terminal *terminal, uint32_t *ret_events, struct load_counts *counts)
{
	char bytes[16384];

	for (;;) {
		int n = SSL_read(terminal->ssl, bytes, sizeof(bytes));
		enum load_step step;

		if (n <= 0)
			return wait_or_fail(terminal, n, ret_events);
		counts->bytes += (uint64_t)n;
		step = take(terminal, bytes, (size_t)n, counts);
		if (step != LOAD_AGAIN)
			return step;
	}
}

enum load_step load_look(const struct load_target *target, struct load_terminal *terminal,
	uint32_t *ret_events, struct load_counts *counts)
{
	if (!terminal->ssl && dial(target, terminal, SOCK_NONBLOCK) < 0)
		return LOAD_FAILED;
	while (terminal->question < target->n_questions) {
		enum load_step step = terminal->has_asked
					      ? hear(terminal, ret_events, counts)
					      : ask(target, terminal, ret_events, counts);

		if (step != LOAD_DONE)
			return step;
		if (terminal->has_asked && terminal->head_size > 0) {
			terminal->has_asked = false;
			terminal->question++;
			counts->questions++;
		}
	}
	terminal->has_news = false;
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
	int r = dial(target, &terminal, 0);

	for (unsigned i = 0; r == 0 && i < target->n_questions; i++) {
		enum load_step step;

		terminal.question = (uint8_t)i;
		step = ask(target, &terminal, &events, &counts);
		if (step == LOAD_DONE)
			step = hear(&terminal, &events, &counts);
		if (step == LOAD_DONE)
			keep_etag(terminal.head, &target->questions[i]);
		else
			r = -EPROTO;
	}
	load_hang_up(&terminal);
	return r;
}
