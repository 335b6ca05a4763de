/* sekishod: keeps USB devices shut unless the policy lets them in. */
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdlib.h>

#include "agent/agent.h"
#include "agent/rehearse.h"
#include "policy/cleanup.h"
#include "policy/option.h"

static const char usage[] =
	"sekishod [--help] [--version]\n"
	"sekishod --rehearse --policy FILE [--media DIR]\n"
	"\n"
	"Decides over USB devices by a signed policy. Runs as root under systemd "
	"(sekishod.service).\n"
	"Folders: /etc/sekisho (root.ini, site.ini), /var/lib/sekisho, /var/log/sekisho, "
	"/run/sekisho,\n"
	"or those that systemd names in CONFIGURATION_DIRECTORY, STATE_DIRECTORY, LOGS_DIRECTORY "
	"and\n"
	"RUNTIME_DIRECTORY. When it stops, for whatever reason, the ports stay shut.\n"
	"\n"
	"--rehearse, on any PC: only says what a policy would do with what is plugged in now, and\n"
	"next, until Ctrl-C. Changes nothing. The policy need not be signed.\n"
	"  --policy FILE  the policy\n"
	"  --media DIR    the folder of the registered media: media.ini and media/\n"
	"\n"
	"Exit status: 0 ended by SIGTERM or Ctrl-C, 1 could not go on, 2 wrong usage or "
	"documents.\n";

static const char *folder(const char *variable, const char *otherwise)
{
	const char *value = getenv(variable);

	return value && *value ? value : otherwise;
}

static int guard(void)
{
	struct agent_paths paths = {
		.etc = folder("CONFIGURATION_DIRECTORY", "/etc/sekisho"),
		.state = folder("STATE_DIRECTORY", "/var/lib/sekisho"),
		.logs = folder("LOGS_DIRECTORY", "/var/log/sekisho"),
		.run = folder("RUNTIME_DIRECTORY", "/run/sekisho"),
	};
	struct agent *agent;
	int r;

	/* Its threads wait most of the time, so one heap for all is small and fast enough. */
	(void)mallopt(M_ARENA_MAX, 1);
	r = agent_new(&paths, &agent);
	if (r < 0)
		return 1;
	r = agent_run(agent);
	agent_free(agent);
	return r < 0 ? 1 : 0;
}

/* The documents are read first; later nothing of it can fail for their sake. */
static int rehearse(const struct rehearse_options *options)
{
	CLEANUP(rehearse_free) struct rehearsal *rehearsal = NULL;

	if (rehearse_new(options, &rehearsal) < 0)
		return 2;
	return rehearse_run(rehearsal) < 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{"rehearse", no_argument, NULL, 'r'},
		{"policy", required_argument, NULL, 'p'},
		{"media", required_argument, NULL, 'm'},
		{},
	};
	struct rehearse_options rehearsal = {};
	bool rehearses = false;
	int option;

	while ((option = option_next(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'h': fputs(usage, stdout); return 0;
		case 'v': puts("sekishod " SEKISHO_VERSION); return 0;
		case 'r': rehearses = true; break;
		case 'p': rehearsal.policy = optarg; break;
		case 'm': rehearsal.media = optarg; break;
		default: fputs(usage, stderr); return 2;
		}
	}
	if (optind < argc || rehearses != (rehearsal.policy != NULL) ||
		(rehearsal.media && !rehearses)) {
		fputs(usage, stderr);
		return 2;
	}
	/* A configuration file of OpenSSL must not change what a signature is. */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return 1;
	return rehearses ? rehearse(&rehearsal) : guard();
}
