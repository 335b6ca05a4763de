/* Waits until the agent has tried a policy that it took: only then is "applied" the whole truth. */
#include "agent/cli_trial.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/bus.h"
#include "agent/cli.h"
#include "agent/cli_bus.h"
#include "agent/cli_text.h"
#include "policy/sha256_text.h"
#include "policy/cleanup.h"

/* The agent's own limit is 12 s. */
#define LOOKS_MAX     80
#define LOOK_EVERY_NS 250000000l

/* 0 with what holds now, or CLI_UNKNOWN after it told why. */
static int look(char sha256[SHA256_TEXT_SIZE], bool *ret_is_on_trial)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	const char *policy = "";
	int is_on_trial = false;
	const struct cli_field fields[] = {
		{"PolicySha256", 's', &policy, NULL},
		{"PolicyIsOnTrial", 'b', &is_on_trial, NULL},
	};

	if (cli_bus_get_status(fields, sizeof(fields) / sizeof(fields[0]), &reply) < 0)
		return CLI_UNKNOWN;
	snprintf(sha256, SHA256_TEXT_SIZE, "%s", policy);
	*ret_is_on_trial = is_on_trial;
	return 0;
}

int cli_wait_for_trial(void)
{
	char applied[SHA256_TEXT_SIZE], now[SHA256_TEXT_SIZE];
	bool is_on_trial;

	if (look(applied, &is_on_trial) != 0)
		return CLI_UNKNOWN;
	for (unsigned i = 0; is_on_trial && i < LOOKS_MAX; i++) {
		nanosleep(&(struct timespec){.tv_nsec = LOOK_EVERY_NS}, NULL);
		if (look(now, &is_on_trial) != 0)
			return CLI_UNKNOWN;
		if (strcmp(now, applied) != 0) {
			puts(_("It was taken back: nobody could type any more. The last good "
			       "policy is in force."));
			return CLI_NO;
		}
	}
	if (is_on_trial) {
		fputs(_("sekisho: the self-test of the policy has not ended yet; see sekisho "
			"status\n"),
			stderr);
		return CLI_UNKNOWN;
	}
	puts(_("Self-test passed."));
	return CLI_DONE;
}
