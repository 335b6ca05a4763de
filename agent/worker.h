/*
 * One thread per controller that reads and writes sysfs there, because the kernel can hold such a
 * call for seconds (5.1 s were measured for a device that does not answer). A device that stalls
 * delays only its own controller, where the kernel itself takes one device at a time.
 * Refuses to know what a plan is for.
 */
#pragma once

#include "agent/core.h"
#include "agent/disk_access.h"

struct workers;

struct worker_job {
	uint64_t device_id;
	unsigned bus;
	char name[DEVICE_NAME_MAX + 1];
	char disks[DISK_ACCESS_NAME_SIZE]; /* disk_access_name(); empty: to be found out */
	int device_fd;                     /* taken: closed when the job is done */
	int controller_fd;                 /* taken, or -1 for a look only */
	enum observed_because because;
	struct core_plan plan; /* carried out for OBSERVED_RESULT; otherwise the job only looks */
};

struct worker_result {
	uint64_t device_id;
	char name[DEVICE_NAME_MAX + 1];
	enum observed_because because;
	bool is_followed; /* by another result of the same job, when the kernel has probed it */
	int error;
	struct observation *observation; /* NULL when the device is gone; observation_free() */
};

/* disks_fd: the folder of disk_access.h; borrowed during the call. 0 and *ret, or a negative errno.
 */
int workers_new(int disks_fd, struct workers **ret);

/* Becomes readable when workers_take() has something. Owned by workers. */
int workers_fd(const struct workers *workers);

/* Hands a job to the thread of job->bus. 0, or a negative errno; the descriptors are taken anyway.
 */
int workers_submit(struct workers *workers, const struct worker_job *job);

/* The next result, oldest first; false when there is none. The caller owns the observation. */
bool workers_take(struct workers *workers, struct worker_result *ret);

/*
 * Ends the threads that wait for work. One that the kernel holds cannot be ended: then the memory
 * stays, for the process to end with.
 */
void workers_free(struct workers *workers);
