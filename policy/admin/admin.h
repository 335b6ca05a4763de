/*
 * sekisho-admin: what an administrator does at their own desk. Touches files and terminals; all
 * judgement is in policy/. Nothing of this folder goes into the archive that the agent links.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/problem.h"

/* Exit codes of every command. */
#define EXIT_DONE    0
#define EXIT_NO      1 /* the answer is no */
#define EXIT_UNKNOWN 2 /* could not tell: wrong usage, unreadable file */

/* Each runs one command with its own words in argv (argv[0] is the command) and returns the exit
 * code. */
int admin_site(int argc, char **argv);
int admin_policy(int argc, char **argv);
int admin_media(int argc, char **argv);
int admin_verify(int argc, char **argv);
int admin_sign(int argc, char **argv);
int admin_root(int argc, char **argv);
int admin_fresh(int argc, char **argv);
int admin_publish(int argc, char **argv);
int admin_rotate(int argc, char **argv);
int admin_explain(int argc, char **argv);
int admin_token(int argc, char **argv);
int admin_exemption(int argc, char **argv);
int admin_fleet(int argc, char **argv);
int admin_terminal(int argc, char **argv);

/* "sekisho-admin: …" on stderr, with a line feed. */
void admin_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Complains that there is not enough memory. EXIT_UNKNOWN. */
int admin_no_memory(void);

/* A string for free(), or NULL: what asprintf() leaves without memory must not be freed. */
char *admin_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* All of size bytes and a final NUL, for free(), or NULL. Of what others wrote strndup() copies as
 * much only as comes before a NUL. */
char *admin_copy(const char *bytes, size_t size);

/* Whether name can be what it is to be, as documents have it ("a site" has up to size_max letters).
 * EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int admin_check_name(const char *what, const char *name, size_t size_max);

/* Complains that words are missing or too many, and how the command is used. EXIT_UNKNOWN. */
int admin_usage(const char *usage);

/* The same, and before it what is wrong. */
int admin_misused(const char *usage, const char *reason);

/* A file in memory, as admin_read() fills it. Released by admin_file_free(). */
struct admin_file {
	const char *path;
	char *bytes; /* with a NUL behind */
	size_t size;
	size_t cut_from; /* 0, or the size of the file of which this is only the beginning */
};

/* 0, or -EILSEQ after complaining where the name of a file could not be shown on a terminal. Who
 * reads a file by admin_read() need not ask. */
int admin_check_path(const char *path);

/* The path of name in the folder of path, for free(); NULL: no memory. */
char *admin_beside(const char *path, const char *name);

/* "lgwan/../root" becomes "root", in place, where lgwan is a folder and no link to one. */
void admin_shorten_path(char *path);

/* Reads a file of at most size_max bytes. 0, or a negative errno after complaining. */
int admin_read(const char *path, size_t size_max, struct admin_file *ret);
/* The same for a document of any kind; of one far larger than it may be, *ret is the beginning. */
int admin_read_document(const char *path, struct admin_file *ret);
void admin_file_free(struct admin_file *file);

/* Writes a new file, durably and all at once. 0, or a negative errno (-EEXIST where it is there
 * already). */
int admin_create(const char *path, const char *bytes, size_t size);

/* Writes a file, durably and all at once, in place of what is there: it keeps that one's mode, and
 * a symbolic link to it. 0, or a negative errno after complaining. */
int admin_replace(const char *path, const char *bytes, size_t size);

/* The same in two steps, for many files that change together: first all are written aside, where a
 * full disk shows, then each takes its place. */
struct admin_staged {
	char *path, *temporary; /* temporary is NULL once it has its place */
};
/* Each returns 0, or a negative errno after complaining; ret is for admin_staged_drop() in every
 * case. */
int admin_stage(const char *path, const char *bytes, size_t size, struct admin_staged *ret);
int admin_staged_take(struct admin_staged *staged);
/* Removes what did not take its place. For CLEANUP(). */
void admin_staged_drop(struct admin_staged *staged);

/* Prints the first problems in order, as "PATH:LINE:COLUMN: …", and how many more there are, to
 * stderr. */
void admin_print_problems(const char *path, struct problems *problems);

/* Seconds since 1970-01-01 UTC, and the offset for dates: that of this workstation's clock, or
 * Japan's where it is UTC. */
int64_t admin_now(int *ret_offset_minutes);

/* Whether somebody is there to be asked: stdin is a terminal. */
bool admin_is_interactive(void);

/* Asks a question on the terminal; "y", "yes" and what a Japanese keyboard makes of them is yes.
 * What was typed before the question is no answer, and is dropped. */
bool admin_confirm(const char *question);
