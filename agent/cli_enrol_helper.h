/*
 * sekisho-enrol, which has the secret, as a child at the other ends of two pipes. Touches the
 * process.
 */
#pragma once

#include <sys/types.h>

#include "policy/enrol_line.h"

/* Zeroed but for the descriptors: to be wiped by its owner, since it holds what was read last. */
struct enrol_helper {
	pid_t pid;
	int in, out; /* our ends */
	char buffer[ENROL_LINE_SIZE];
};

/*
 * Starts it with one of its verbs; root: "", or a folder that stands for /. 0 and *ret, for
 * enrol_helper_end(), or a negative errno.
 */
int enrol_helper_start(const char *root, const char *verb, struct enrol_helper *ret);

/* Waits for its next line. 0 and *ret; -EPIPE: it ended; -EBADMSG: it says nonsense; -ETIMEDOUT. */
int enrol_helper_read(struct enrol_helper *helper, struct enrol_line *ret);

/* Hands over what was typed, without a line's end in it. 0 or a negative errno. */
int enrol_helper_write(const struct enrol_helper *helper, const char *typed);

void enrol_helper_end(struct enrol_helper *helper);
