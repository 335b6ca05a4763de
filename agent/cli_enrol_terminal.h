/*
 * A terminal that shows a secret and keeps none: on its alternate screen, never scrolled, each row
 * wiped before it is left, also where a signal ends it. Touches the process and its terminal.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct enrol_terminal {
	int fd, signal_fd;
	struct termios before;
	unsigned rows, columns; /* of the screen, as it is now */
	unsigned row;           /* that is written next, from 1 */
	bool is_shown;
};

/*
 * Takes the terminal of the process: typed letters are not shown, and signals wait for
 * enrol_terminal_read(). 0, and *ret for enrol_terminal_close(); -ENOTTY: there is none; or another
 * negative errno.
 */
int enrol_terminal_open(struct enrol_terminal *ret);
/* Wipes what is shown, and gives everything back. A second time it does nothing. */
void enrol_terminal_close(struct enrol_terminal *terminal);

/* An empty screen; the next row is the first. */
void enrol_terminal_clear(struct enrol_terminal *terminal);
/* Writes the next row; text has no control characters but those of colours. */
void enrol_terminal_row(struct enrol_terminal *terminal, const char *text);

/*
 * A line that is typed, in ret without its end. 0; -EINTR: a signal asks to end; -ERESTART: the
 * screen has another size now, and is to be drawn anew; -EPIPE: the terminal is gone.
 */
int enrol_terminal_read(struct enrol_terminal *terminal, char *ret, size_t size);
