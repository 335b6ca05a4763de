/*
 * Runs a program and writes what it took to a file: "wall_ms cpu_ms peak_kib". A small one, because
 * Linux counts the memory of whoever starts a program as the program's own.
 *
 * usage: measure FILE PROGRAM ARGUMENT...
 */
#include <err.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double to_ms(struct timeval time)
{
	return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	double began_ms;
	int status;
	FILE *file;
	pid_t pid;

	if (argc < 3)
		errx(2, "usage: measure FILE PROGRAM ARGUMENT...");
	began_ms = now_ms();
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		err(127, "%s", argv[2]);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
		err(2, "%s", argv[2]);
	began_ms = now_ms() - began_ms;
	file = fopen(argv[1], "we");
	if (!file)
		err(2, "%s", argv[1]);
	fprintf(file, "%.1f %.1f %ld\n", began_ms, to_ms(usage.ru_utime) + to_ms(usage.ru_stime),
		usage.ru_maxrss);
	if (fclose(file) != 0)
		err(2, "%s", argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
