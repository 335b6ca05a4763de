#include "agent/cli.h"
int cli_propose_policy(const struct cli_request *request)
{
	return CLI_UNKNOWN;
}
