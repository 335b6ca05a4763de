/* The USB/IP wire format, as the kernel's vhci_hcd speaks it over a socket
 * (Documentation/usb/usbip_protocol.rst): requests of the PC in, answers of the
 * device out. Knows nothing of what a request means.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No driver of ours sends more in one piece; a larger one ends the connection. */
#define WIRE_DATA_MAX_BYTES (1024 * 1024)

/* Linux's own error numbers travel in an answer's status. */
enum wire_status {
	WIRE_OK = 0,
	WIRE_STALL = -32,     /* EPIPE: the device refuses this */
	WIRE_BROKEN = -71,    /* EPROTO: nothing sensible came back */
	WIRE_UNLINKED = -104, /* ECONNRESET: taken back before it was answered */
	WIRE_SHORT = -121,    /* EREMOTEIO: less than all, where less is an error */
};

/* One URB, or the wish to take one back. */
struct wire_request {
	bool is_unlink;
	uint32_t seqnum;
	uint32_t unlink_seqnum; /* whom an unlink is about */
	uint8_t endpoint;       /* number, with 0x80 when the device is to send */
	uint8_t setup[8];       /* endpoint 0 only */
	bool is_short_error;    /* less than length is to be called an error */
	uint32_t length;        /* bytes asked for, or bytes in data */
	const uint8_t *data;    /* what the PC sends; valid until the next wire_read() */
};

/* What the device says to a request. Zeroed memory is "yes", without data. */
struct answer {
	enum wire_status status;
	bool is_held;        /* nothing now: the device is not ready (NAK) */
	const uint8_t *data; /* for the PC; must live until it is sent */
	size_t size;         /* of data, or how much of the PC's was taken */
};

/* Waits for the next request. Returns 1, 0 when the PC hung up, or a negative
 * errno; EBADMSG is a request that no kernel sends. ret is written only on 1. */
int wire_read(int fd, struct wire_request *ret);

/* Answers a request, never with more than it asked for. is_held is ignored.
 * Returns 0 or a negative errno. */
int wire_answer(int fd, const struct wire_request *request, const struct answer *answer);

/* Answers an unlink. was_held: its request was still waiting, and gets no
 * other answer. Returns 0 or a negative errno. */
int wire_answer_unlink(int fd, const struct wire_request *unlink, bool was_held);
