#include "agent/run_marker.h"

#include <string.h>
#include <unistd.h>

#include "agent/store.h"
#include "policy/cleanup.h"

#define MARKER      "running"
#define MARKER_SIZE 64

enum run_end run_marker_begin(int state_fd, const char *boot_id)
{
	CLEANUP(cleanup_free) char *last = NULL;
	size_t size;
	enum run_end end = RUN_ENDED_BY_ITSELF;

	if (store_read(state_fd, MARKER, MARKER_SIZE, &last, &size) == 0)
		end = strcmp(last, boot_id) == 0 ? RUN_DIED : RUN_CUT_OFF;
	/* A folder that cannot be written to must not keep the ports from being watched. */
	(void)store_write(state_fd, MARKER, boot_id, strlen(boot_id));
	return end;
}

void run_marker_end(int state_fd)
{
	(void)store_remove(state_fd, MARKER);
}

const char *run_end_words(enum run_end end)
{
	switch (end) {
	case RUN_DIED: return "the run before it was killed or crashed";
	case RUN_CUT_OFF: return "the machine ended with the run before it: power cut or reset";
	case RUN_ENDED_BY_ITSELF: break;
	}
	return "";
}
