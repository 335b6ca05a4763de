#include "liar_wire.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum command {
	CMD_SUBMIT = 1,
	CMD_UNLINK = 2,
	RET_SUBMIT = 3,
	RET_UNLINK = 4,
};

#define FLAG_SHORT_NOT_OK 0x0001

/* 48 bytes both ways, all of them in network order. */
struct header {
	uint32_t command;
	uint32_t seqnum;
	uint32_t devid;
	uint32_t is_in;
	uint32_t endpoint;
	union {
		struct {
			uint32_t flags;
			uint32_t length;
			uint32_t start_frame;
			uint32_t packets;
			uint32_t interval;
			uint8_t setup[8];
		} submit;
		struct {
			uint32_t seqnum;
		} unlink;
		struct {
			uint32_t status;
			uint32_t actual_length;
			uint32_t start_frame;
			uint32_t packets;
			uint32_t errors;
		} answer;
		uint8_t bytes[28];
	} u;
};
_Static_assert(sizeof(struct header) == 48, "the wire's header has 48 bytes");

static uint8_t received[WIRE_DATA_MAX_BYTES];

/* 1 when all of it came, 0 when the other side is gone, or a negative errno. */
static int read_all(int fd, void *to, size_t size)
{
	ssize_t got;

	do
		got = recv(fd, to, size, MSG_WAITALL);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == ECONNRESET ? 0 : -errno;
	return (size_t)got == size;
}

static int write_all(int fd, const struct header *header, const void *data, size_t size)
{
	struct iovec pieces[2] = {
		{.iov_base = (void *)(uintptr_t)header, .iov_len = sizeof(*header)},
		{.iov_base = (void *)(uintptr_t)data, .iov_len = size},
	};
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};

	while (pieces[0].iov_len + pieces[1].iov_len > 0) {
		ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return -errno;
		for (int i = 0; i < 2; i++) {
			size_t part =
				(size_t)sent < pieces[i].iov_len ? (size_t)sent : pieces[i].iov_len;

			pieces[i].iov_base = (uint8_t *)pieces[i].iov_base + part;
			pieces[i].iov_len -= part;
			sent -= (ssize_t)part;
		}
	}
	return 0;
}

int wire_read(int fd, struct wire_request *ret)
{
	struct wire_request request = {0};
	struct header header;
	bool is_in;
	int r;

	r = read_all(fd, &header, sizeof(header));
	if (r <= 0)
		return r;
	request.seqnum = be32toh(header.seqnum);
	if (be32toh(header.command) == CMD_UNLINK) {
		request.is_unlink = true;
		request.unlink_seqnum = be32toh(header.u.unlink.seqnum);
		*ret = request;
		return 1;
	}
	if (be32toh(header.command) != CMD_SUBMIT)
		return -EBADMSG;
	is_in = be32toh(header.is_in) == 1;
	request.endpoint = (uint8_t)((be32toh(header.endpoint) & 0x0f) | (is_in ? 0x80 : 0));
	request.is_short_error = be32toh(header.u.submit.flags) & FLAG_SHORT_NOT_OK;
	request.length = be32toh(header.u.submit.length);
	memcpy(request.setup, header.u.submit.setup, sizeof(request.setup));
	if (!is_in && request.length > 0) {
		if (request.length > sizeof(received))
			return -EBADMSG;
		r = read_all(fd, received, request.length);
		if (r <= 0)
			return r;
		request.data = received;
	}
	*ret = request;
	return 1;
}

int wire_answer(int fd, const struct wire_request *request, const struct answer *answer)
{
	bool is_in = request->endpoint & 0x80;
	size_t size = answer->size < request->length ? answer->size : request->length;
	enum wire_status status = answer->status;
	struct header header = {
		.command = htobe32(RET_SUBMIT),
		.seqnum = htobe32(request->seqnum),
	};

	if (status == WIRE_OK && is_in && size < request->length && request->is_short_error)
		status = WIRE_SHORT;
	header.u.answer.status = htobe32((uint32_t)status);
	header.u.answer.actual_length = htobe32((uint32_t)size);
	return write_all(fd, &header, answer->data, is_in ? size : 0);
}

int wire_answer_unlink(int fd, const struct wire_request *unlink, bool was_held)
{
	struct header header = {
		.command = htobe32(RET_UNLINK),
		.seqnum = htobe32(unlink->seqnum),
	};

	header.u.answer.status = htobe32(was_held ? (uint32_t)WIRE_UNLINKED : 0);
	return write_all(fd, &header, NULL, 0);
}
