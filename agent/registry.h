/*
 * The USB devices and controllers that sekishod holds open: name, folder descriptor, and the
 * watches that tell when somebody writes to an authorisation file. Refuses to know what is judged.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/core.h"

#define WATCHES_MAX (1 + OBSERVATION_INTERFACES_MAX)

struct registered {
	uint64_t id; /* never reused */
	char name[DEVICE_NAME_MAX + 1];
	unsigned bus;
	bool is_controller;
	uint64_t record;                   /* sequence of the record of its verdict; 0: none */
	int fd;                            /* its sysfs folder; dies with the device */
	char disks[DISK_ACCESS_NAME_SIZE]; /* disk_access_name(); empty: it was going already */
	bool is_awaited;                   /* a look at it is under way */
	bool look_again;                   /* something happened to it since */
	bool is_listed;                    /* seen in the scan that runs */
	int watches[WATCHES_MAX];          /* inotify; 0: none (they begin at 1) */
	size_t n_watches;
};

struct registry;

/* 0 and *ret, or a negative errno. */
int registry_new(struct registry **ret);
void registry_free(struct registry *registry);

/* inotify descriptor: readable when registry_next_flip() has something. */
int registry_fd(const struct registry *registry);

/*
 * Opens a device or controller and watches its authorisation files. 0 and *ret (valid until the
 * next add or remove), -ENODEV when it is gone already, or a negative errno.
 */
int registry_add(struct registry *registry, const char *name, struct registered **ret);
void registry_remove(struct registry *registry, struct registered *entry);

struct registered *registry_find(struct registry *registry, const char *name);
struct registered *registry_find_id(struct registry *registry, uint64_t id);
/* The root hub of a bus, or NULL. */
struct registered *registry_find_controller(struct registry *registry, unsigned bus);
/* index from 0; NULL beyond the last. */
struct registered *registry_at(struct registry *registry, size_t index);

/* Whether the folder still belongs to a device. */
bool registry_is_alive(const struct registered *entry);

/* Watches the interfaces that are there now. */
void registry_watch_interfaces(
	struct registry *registry, struct registered *entry, const struct observation *observation);

/* Watches another file, such as a kernel parameter; 0 and *ret_watch, or a negative errno. */
int registry_watch_path(struct registry *registry, const char *path, int *ret_watch);

/*
 * The next file that was written to: 1 with *ret_entry (or NULL and *ret_watch for a path of
 * registry_watch_path()), 0 when there is none, -EOVERFLOW when some were lost, or another negative
 * errno.
 */
int registry_next_flip(struct registry *registry, struct registered **ret_entry, int *ret_watch);
