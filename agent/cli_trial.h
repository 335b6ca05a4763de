/* Waits until the agent has tried a policy that it took. */
#pragma once

/*
 * Asks until the policy in force is no longer on trial. CLI_DONE when it stays, CLI_NO when it was
 * taken back, CLI_UNKNOWN when the agent cannot be asked. Prints which.
 */
int cli_wait_for_trial(void);
