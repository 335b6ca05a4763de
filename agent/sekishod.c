/* sekishod: keeps USB devices shut unless the policy lets them in. */
#include <getopt.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "agent/agent.h"

static const char usage[] =
	"sekishod [--help] [--version]\n"
	"\n"
	"Decides over USB devices by a signed policy. Runs as root under systemd "
	"(sekishod.service).\n"
	"Folders: /etc/sekisho (root.ini, site.ini), /var/lib/sekisho, /var/log/sekisho, "
	"/run/sekisho,\n"
	"or those that systemd names in CONFIGURATION_DIRECTORY, STATE_DIRECTORY, LOGS_DIRECTORY "
	"and\n"
	"RUNTIME_DIRECTORY. When it stops, for whatever reason, the ports stay shut.\n"
	"Exit status: 0 ended by SIGTERM, 1 could not go on, 2 wrong usage.\n";

static const char *folder(const char *variable, const char *otherwise)
{
	const char *value = getenv(variable);

	return value && *value ? value : otherwise;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{},
	};
	struct agent_paths paths = {
		.etc = folder("CONFIGURATION_DIRECTORY", "/etc/sekisho"),
		.state = folder("STATE_DIRECTORY", "/var/lib/sekisho"),
		.logs = folder("LOGS_DIRECTORY", "/var/log/sekisho"),
		.run = folder("RUNTIME_DIRECTORY", "/run/sekisho"),
	};
	struct agent *agent;
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'h': fputs(usage, stdout); return 0;
		case 'v': puts("sekishod " SEKISHO_VERSION); return 0;
		default: fputs(usage, stderr); return 2;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return 2;
	}
	/* A configuration file of OpenSSL must not change what a signature is. */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return 1;
	r = agent_new(&paths, &agent);
	if (r < 0)
		return 1;
	r = agent_run(agent);
	agent_free(agent);
	return r < 0 ? 1 : 0;
}
