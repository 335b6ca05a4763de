#include "agent/cli_enrol_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* What a terminal of no size is taken for. */
#define ROWS_MEANT    24
#define COLUMNS_MEANT 80
#define ROWS_MAX      500

static const int awaited[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH};

static void put(const struct enrol_terminal *terminal, const char *text)
{
	size_t size = strlen(text);

	while (size > 0) {
		ssize_t n = write(terminal->fd, text, size);

		if (n < 0 && errno != EINTR)
			return; /* it is gone, and what it showed with it */
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
}

static void measure(struct enrol_terminal *terminal)
{
	struct winsize size = {};

	(void)ioctl(terminal->fd, TIOCGWINSZ, &size);
	terminal->rows = size.ws_row ? size.ws_row : ROWS_MEANT;
	terminal->columns = size.ws_col ? size.ws_col : COLUMNS_MEANT;
	if (terminal->rows > ROWS_MAX)
		terminal->rows = ROWS_MAX;
}

static int take_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(awaited) / sizeof(*awaited); i++)
		sigaddset(&set, awaited[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	(void)signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int enrol_terminal_open(struct enrol_terminal *ret)
{
	struct enrol_terminal terminal = {.signal_fd = -1};
	struct termios quiet;
	int r = 0;

	terminal.fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (terminal.fd < 0 || tcgetattr(terminal.fd, &terminal.before) < 0)
		r = -ENOTTY;
	if (r == 0) {
		terminal.signal_fd = take_signals();
		r = terminal.signal_fd < 0 ? terminal.signal_fd : 0;
	}
	quiet = terminal.before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	quiet.c_lflag |= ICANON | ISIG;
	if (r == 0 && tcsetattr(terminal.fd, TCSAFLUSH, &quiet) < 0)
		r = -errno;
	if (r < 0) {
		if (terminal.fd >= 0)
			close(terminal.fd);
		if (terminal.signal_fd >= 0)
			close(terminal.signal_fd);
		return r;
	}
	measure(&terminal);
	*ret = terminal;
	return 0;
}

/*
 * Row by row: erasing the whole screen at once makes some terminals keep what was on it among the
 * lines that they can scroll back to.
 */
static void wipe(const struct enrol_terminal *terminal)
{
	char text[32];

	put(terminal, "\033[0m");
	for (unsigned row = 1; row <= terminal->rows; row++) {
		snprintf(text, sizeof(text), "\033[%u;1H\033[2K", row);
		put(terminal, text);
	}
	put(terminal, "\033[H");
}

void enrol_terminal_clear(struct enrol_terminal *terminal)
{
	if (!terminal->is_shown)
		put(terminal, "\033[?1049h");
	terminal->is_shown = true;
	wipe(terminal);
	terminal->row = 1;
}

void enrol_terminal_row(struct enrol_terminal *terminal, const char *text)
{
	char place[32];

	/* Behind the last row the screen would scroll. */
	if (terminal->row > terminal->rows)
		return;
	snprintf(place, sizeof(place), "\033[%u;1H", terminal->row++);
	put(terminal, place);
	put(terminal, text);
}

void enrol_terminal_close(struct enrol_terminal *terminal)
{
	if (terminal->fd < 0)
		return;
	if (terminal->is_shown) {
		wipe(terminal);
		put(terminal, "\033[?1049l");
	}
	/* With what was typed and not read. */
	(void)tcsetattr(terminal->fd, TCSAFLUSH, &terminal->before);
	close(terminal->signal_fd);
	close(terminal->fd);
	*terminal = (struct enrol_terminal){.fd = -1, .signal_fd = -1};
}

/* A canonical terminal gives a line at a time. */
static int read_line(const struct enrol_terminal *terminal, char *ret, size_t size)
{
	ssize_t n = read(terminal->fd, ret, size - 1);

	if (n <= 0)
		return n < 0 && errno == EINTR ? -ERESTART : -EPIPE;
	if (ret[n - 1] == '\n')
		n--;
	ret[n] = '\0';
	return 0;
}

int enrol_terminal_read(struct enrol_terminal *terminal, char *ret, size_t size)
{
	struct pollfd states[] = {{.fd = terminal->signal_fd, .events = POLLIN},
		{.fd = terminal->fd, .events = POLLIN}};
	struct signalfd_siginfo signal;

	while (poll(states, 2, -1) < 0)
		if (errno != EINTR)
			return -EPIPE;
	if (!(states[0].revents & POLLIN))
		return read_line(terminal, ret, size);
	if (read(terminal->signal_fd, &signal, sizeof(signal)) != sizeof(signal))
		return -EINTR;
	if (signal.ssi_signo != SIGWINCH)
		return -EINTR;
	measure(terminal);
	return -ERESTART;
}
