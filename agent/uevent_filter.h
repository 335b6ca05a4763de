/*
 * A socket filter (classic BPF) that lets the kernel drop uevents of subsystems that nobody here
 * listens to, before they wake us or allocate anything. It drops only what is certainly foreign:
 * whatever it cannot read passes, and is judged in full later.
 */
#pragma once

#include <linux/filter.h>
#include <stddef.h>

/* Device paths up to this length are read; longer ones pass. */
#define UEVENT_PATH_MAX 320

/*
 * The kernel's message is "ACTION@DEVPATH\0ACTION=…\0DEVPATH=…\0SUBSYSTEM=…\0…"
 * (lib/kobject_uevent.c). Builds a program for the subsystems. *ret is for free(). 0, -E2BIG when
 * the program would be too long for the kernel, or -ENOMEM.
 */
int uevent_filter_build(const char *const *subsystems, size_t n_subsystems,
	struct sock_filter **ret, size_t *ret_size);

/* Builds and attaches it to a socket. 0 or a negative errno. */
int uevent_filter_attach(int fd, const char *const *subsystems, size_t n_subsystems);
