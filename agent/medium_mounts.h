/* Lines of /proc/PID/mountinfo and /proc/PID/maps, as far as an end needs them. Pure. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mount_line {
	unsigned id, major, minor;
	char point[PATH_MAX]; /* as the process sees it; "\040" and the like decoded */
};

/* One line of mountinfo, with or without its LF (proc(5)). 0 and *ret, or -EBADMSG. */
int mount_line_read(const char *line, struct mount_line *ret);

/* The device of the file of one line of maps. False where the line is of no file. */
bool map_line_read(const char *line, unsigned *ret_major, unsigned *ret_minor);
