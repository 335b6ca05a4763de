/*
 * The auth stack of a service as Linux-PAM 1.5 puts it together: which lines it calls one after the
 * other, from which files. Files come in through a function, so that this knows no disk. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "agent/pam_line.h"

#define PAM_FOLDER        "/etc/pam.d"
#define PAM_VENDOR_FOLDER "/usr/lib/pam.d"
#define PAM_CONF          "/etc/pam.conf"
#define PAM_OTHER         "other"

#define PAM_LEVELS_MAX   16   /* of substacks; libpam's own */
#define PAM_HANDLERS_MAX 1024 /* of a service; ours */

struct pam_source {
	/*
	 * Reads a file by its whole name. 0 with *ret (for free()) and *ret_size; -ENOENT; -ENOMEM;
	 * or another negative errno: it is there and could not be read.
	 */
	int (*read)(void *context, const char *path, char **ret, size_t *ret_size);
	void *context;
	bool has_folder; /* one of the two folders is there, so PAM_CONF is not read */
	bool is_debian;  /* its libpam knows @include, and includes from PAM_FOLDER alone */
};

enum pam_kind {
	PAM_MUST_FAIL = 0, /* a line that makes no sense: PAM_PERM_DENIED */
	PAM_MODULE,
	PAM_SUBSTACK, /* where one begins; nothing is called */
};

struct pam_handler {
	enum pam_kind kind;
	unsigned level; /* of substacks */
	int actions[PAM_CODES];
	char *module;    /* as written; NULL: not said */
	char *arguments; /* with a NUL behind each */
	size_t n_arguments;
	const char *file; /* of the stack */
	unsigned line;
	bool is_silent; /* begins with "-" */
};

enum pam_stack_fault {
	PAM_STACK_WHOLE = 0,
	PAM_STACK_ABORTED, /* libpam reads no further and lets nobody in */
	PAM_STACK_UNREAD,  /* a file of it could not be read here */
	PAM_STACK_LARGE,   /* too much to look through */
};

struct pam_stack {
	struct pam_handler *handlers;
	size_t n;
	bool is_of_other; /* the service has no auth lines of its own */
	bool is_missing;  /* there is no file of its name */
	enum pam_stack_fault fault;
	const char *fault_file; /* where; NULL where there is no fault */
	unsigned fault_line;
	char **files; /* every name that was read */
	size_t n_files;
};

/* 0 and *ret, which may be a stack with a fault; or -ENOMEM. */
int pam_stack_read(const struct pam_source *source, const char *service, struct pam_stack *ret);
/* For CLEANUP(). */
void pam_stack_clear(struct pam_stack *stack);

/* Whether an argument of the line is that word. */
bool pam_handler_has(const struct pam_handler *handler, const char *argument);
