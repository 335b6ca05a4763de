#include "agent/medium_force.h"

#include <stdio.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/gate.h"
#include "agent/medium_holders.h"
#include "agent/medium_spaces.h"

void medium_forbid_writes(const struct medium_state *state)
{
	struct gate_disk disk = {.number = makedev(state->major, state->minor)};

	snprintf(disk.node, sizeof(disk.node), "%s", state->disk);
	(void)gate_set_read_only(&disk);
}

static void detach_here(const struct held_device *device)
{
	(void)unmount_here(device, 1, MNT_DETACH);
}

static void detach_elsewhere(const struct held_device *device)
{
	unmount_elsewhere(device, 1, MNT_DETACH);
}

/* The last user of a file system waits for its disk when it lets go: so here and elsewhere apart.
 */
static void start_all(const struct medium_state *state)
{
	static void (*const ways[])(const struct held_device *) = {detach_here, detach_elsewhere};

	if (fork() == 0) {
		medium_forbid_writes(state);
		_exit(0);
	}
	for (size_t i = 0; i < state->n_volumes; i++) {
		const struct held_device device = {
			state->volumes[i].major, state->volumes[i].minor};

		for (size_t j = 0; j < sizeof(ways) / sizeof(*ways); j++)
			if (fork() == 0) {
				ways[j](&device);
				_exit(0);
			}
	}
}

void medium_force(const struct medium_state *state)
{
	pid_t child = fork();

	if (child == 0) {
		start_all(state);
		_exit(0);
	}
	if (child > 0)
		(void)waitpid(child, NULL, 0); /* it waits for nobody; init takes the others */
}
