/* sekisho-medium: one worker of one medium, started for sekishod by sekisho-medium@.service. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/medium_line.h"
#include "agent/medium_place.h"
#include "agent/medium_worker.h"

static const struct medium_places places = {
	.folder = MEDIUM_FOLDER,
	.quarantine = MEDIUM_FOLDER "/quarantine",
	.places = MEDIUM_PLACES,
	.runtime = "/run/user",
	.running = "/run/sekisho/running",
};

int main(int argc, char **argv)
{
	bool ends = argc == 3 && strcmp(argv[1], "--end") == 0;

	if ((argc != 2 && !ends) || !medium_name_is_valid(argv[argc - 1])) {
		fputs("sekisho-medium [--end] NAME: for its unit, see sekisho-medium(8)\n", stderr);
		return 2;
	}
	if (geteuid() != 0) {
		fputs("sekisho-medium: only root can\n", stderr);
		return 2;
	}
	umask(0022);
	return (ends ? medium_worker_clean_up(argv[2], &places)
		     : medium_worker_run(argv[1], &places)) < 0;
}
