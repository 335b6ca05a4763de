#include "agent/cli_ask.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* What ends a program, or stops it: the terminal is put right before. */
static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

#define N_DEADLY (sizeof(deadly) / sizeof(*deadly))

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
	caught = number;
}

static void catch_signals(struct sigaction before[N_DEADLY])
{
	struct sigaction action = {.sa_handler = on_signal};

	caught = 0;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < N_DEADLY; i++)
		sigaction(deadly[i], &action, &before[i]);
}

static void release_signals(const struct sigaction before[N_DEADLY])
{
	for (size_t i = 0; i < N_DEADLY; i++)
		sigaction(deadly[i], &before[i], NULL);
	if (caught)
		raise(caught);
}

/* Byte by byte: what follows belongs to the next question, and no buffer of the C library keeps a
 * secret. */
static int read_line(char *ret, size_t size)
{
	size_t used = 0;

	for (;;) {
		char c;
		ssize_t n = read(STDIN_FILENO, &c, 1);

		if (n < 0 && (errno != EINTR || caught))
			return -errno;
		if (n == 0 && used == 0)
			return -ENODATA;
		if (n == 0 || (n > 0 && c == '\n'))
			break;
		if (n > 0 && used + 1 == size)
			return -EMSGSIZE;
		if (n > 0)
			ret[used++] = c;
	}
	ret[used] = '\0';
	return (int)used;
}

static int read_hidden(char *ret, size_t size)
{
	struct sigaction before[N_DEADLY];
	struct termios shown, hidden;
	int r;

	if (tcgetattr(STDIN_FILENO, &shown) < 0)
		return -errno;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	catch_signals(before);
	/* What was typed ahead was shown, and is not what is asked for. */
	r = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) < 0 ? -errno : read_line(ret, size);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &shown);
	fputc('\n', stderr);
	release_signals(before);
	return r;
}

int cli_ask(const char *prompt, bool is_secret, char *ret, size_t size)
{
	bool is_person = isatty(STDIN_FILENO);
	int r;

	if (is_person)
		fputs(prompt, stderr);
	r = is_secret && is_person ? read_hidden(ret, size) : read_line(ret, size);
	if (r < 0)
		explicit_bzero(ret, size);
	return r;
}
