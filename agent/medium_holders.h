/*
 * Programs that hold a file system: by open files, folders they are in, programs they run, mapped
 * files, or a mount namespace of their own in which it is mounted. Found by the device of the file
 * system, in every namespace; whoever serves a file system of his own is never asked.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HOLDERS_MAX      64
#define HOLDER_NAME_SIZE 24

struct held_device {
	unsigned major, minor;
};

struct holder {
	pid_t pid;
	int fd;                      /* pidfd; owned by the list */
	bool may_be_ended;           /* else it is only named */
	char name[HOLDER_NAME_SIZE]; /* as the program calls itself, printable */
};

struct holders {
	struct holder items[HOLDERS_MAX];
	size_t n;
	bool is_more; /* than have room: they come when these are gone */
};

/*
 * Looks through proc ("/proc"). thoroughly: each thread of a program too, which takes longer; and
 * who only lives in a mount namespace that has it. 0 and *ret (holders_clear()), or a negative
 * errno. pid 1, and the caller's process group, hold nothing.
 *
 * May be ended: programs of uid, in its sessions too; and whoever went there by itself. An open
 * file can be sent to any program that takes messages, and each service of the system has mounts of
 * its own: a person must not get those killed.
 */
int holders_find(const char *proc, const struct held_device *devices, size_t n, uint32_t uid,
	bool thoroughly, struct holders *ret);

/* Whether one of them may be. */
bool holders_any_may_be_ended(const struct holders *holders);

/* Sends it to each that may be ended. */
void holders_signal(const struct holders *holders, int signal);

/* "soffice.bin (4711), cp (4712)", cut between two of them with "…". */
void holders_text(const struct holders *holders, char *ret, size_t size);

void holders_clear(struct holders *holders);
