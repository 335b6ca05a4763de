/* File names in the command lines that people copy. */
#pragma once

enum shell {
	SHELL_POSIX = 0,
	SHELL_CMD, /* cmd.exe: no file of Windows has a quote in its name */
	SHELL_POWERSHELL,
};

/* The name as one word of that shell, as it is where it needs no quotes. A name that begins with
 * "-" gets "./" in front. A string for free(), or NULL without memory. */
char *shell_quote(enum shell shell, const char *name);
