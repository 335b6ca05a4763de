/* Waits until the agent has tried a policy that it took: only then is "applied" the whole truth. */
#include "agent/cli_trial.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/bus.h"
#include "agent/cli.h"
#include "agent/cli_bus.h"
#include "policy/cleanup.h"

/* The agent's own limit is 12 s. */
#define LOOKS_MAX     80
#define LOOK_EVERY_NS 250000000l

struct trial {
	const char *sha256;
	int is_on_trial;
};

/* 0 with what holds now, or CLI_UNKNOWN after it told why. */
static int look(char sha256[2 * SHA256_SIZE + 1], int *ret_is_on_trial)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct trial trial = {.sha256 = ""};
	const struct cli_field fields[] = {
		{"PolicySha256", 's', &trial.sha256, NULL},
		{"PolicyIsOnTrial", 'b', &trial.is_on_trial, NULL},
	};
	int r;

	if (cli_bus_prepare_status(&bus, &call) < 0 || cli_bus_call(bus, call, &reply) < 0)
		return CLI_UNKNOWN;
	r = cli_read_dictionary(reply, fields, sizeof(fields) / sizeof(fields[0]));
	if (r < 0) {
		cli_tell_bad_answer(r);
		return CLI_UNKNOWN;
	}
	snprintf(sha256, 2 * SHA256_SIZE + 1, "%s", trial.sha256);
	*ret_is_on_trial = trial.is_on_trial;
	return 0;
}

int cli_wait_for_trial(void)
{
	char applied[2 * SHA256_SIZE + 1], now[2 * SHA256_SIZE + 1];
	int is_on_trial;

	if (look(applied, &is_on_trial) != 0)
		return CLI_UNKNOWN;
	for (unsigned i = 0; is_on_trial && i < LOOKS_MAX; i++) {
		nanosleep(&(struct timespec){.tv_nsec = LOOK_EVERY_NS}, NULL);
		if (look(now, &is_on_trial) != 0)
			return CLI_UNKNOWN;
		if (strcmp(now, applied) != 0) {
			puts("It was taken back: nobody could type any more. The last good policy "
			     "is in force.");
			return CLI_NO;
		}
	}
	if (is_on_trial) {
		fputs("sekisho: the self-test of the policy has not ended yet; see sekisho "
		      "status\n",
			stderr);
		return CLI_UNKNOWN;
	}
	puts("Self-test passed.");
	return CLI_DONE;
}
