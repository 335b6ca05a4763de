/*
 * sekisho-fetch: brings the documents of a site from the folder or server that site.ini names into
 * a spool, and what waits to go up the other way. Runs as a user of its own who may do nothing
 * else; what it brings are bytes that nobody believes.
 */
#include <curl/curl.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/fetch_run.h"
#include "policy/option.h"

#define VALUE_SIZE 512
/* Nothing is to be fetched: systemd takes a 1 of ExecCondition= for that. */
#define EXIT_NOT_WANTED 1
/* systemd starts it anew at once. */
#define EXIT_ANOTHER_KIND 3

static const char usage[] =
	"sekisho-fetch [--is-wanted] [--help] [--version]\n"
	"\n"
	"Brings a site's documents from the server or the folder that \"source\" in\n"
	"/etc/sekisho/site.ini names to /run/sekisho-fetch/spool, where sekishod finds and judges\n"
	"them, and what waits in /var/lib/sekisho/up to that server or folder. Runs as the user\n"
	"_sekisho (sekisho-fetch.service).\n"
	"\n"
	"  --is-wanted  only says by its exit status whether site.ini names a source\n"
	"\n"
	"Exit status: 0 ended by SIGTERM, or site.ini names no source any more; 1 could not go on, "
	"or\n"
	"not wanted; 2 wrong usage; 3 site.ini names a source of another kind: to be started "
	"anew.\n";

enum { ETC, STATE, RUN, NOTIFY, VARIABLES };

static const struct {
	const char *name, *otherwise;
} variables[VARIABLES] = {
	[ETC] = {"CONFIGURATION_DIRECTORY", "/etc/sekisho"},
	[STATE] = {"STATE_DIRECTORY", "/var/lib/sekisho"},
	[RUN] = {"RUNTIME_DIRECTORY", "/run/sekisho"},
	[NOTIFY] = {"NOTIFY_SOCKET", ""},
};

/* Nothing else of it is for this program: libraries find proxies, certificates and files there. */
static void take_environment(char ret[VARIABLES][VALUE_SIZE])
{
	for (size_t i = 0; i < VARIABLES; i++) {
		const char *value = getenv(variables[i].name);

		snprintf(
			ret[i], VALUE_SIZE, "%s", value && *value ? value : variables[i].otherwise);
	}
	clearenv();
	if (ret[NOTIFY][0])
		setenv(variables[NOTIFY].name, ret[NOTIFY], 1);
}

/* Neither reads the configuration of the system, which is that of other programs. */
static bool start_libraries(void)
{
	return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1 &&
	       curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static int run(const struct fetch_run_folders *folders)
{
	int r;

	if (!start_libraries()) {
		fputs("sekisho-fetch: out of memory\n", stderr);
		return 1;
	}
	/* A connection that is gone is an error like others. */
	signal(SIGPIPE, SIG_IGN);
	r = fetch_run(folders);
	curl_global_cleanup();
	return r == FETCH_RUN_ANOTHER_KIND ? EXIT_ANOTHER_KIND : r < 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{"is-wanted", no_argument, NULL, 'w'},
		{},
	};
	static char values[VARIABLES][VALUE_SIZE];
	const struct fetch_run_folders folders = {
		.etc = values[ETC], .state = values[STATE], .run = values[RUN]};
	bool only_asks = false;
	int option;

	while ((option = option_next(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'h': fputs(usage, stdout); return 0;
		case 'v': puts("sekisho-fetch " SEKISHO_VERSION); return 0;
		case 'w': only_asks = true; break;
		default: fputs(usage, stderr); return 2;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return 2;
	}
	take_environment(values);
	if (only_asks)
		return fetch_run_is_wanted(&folders) < 0 ? EXIT_NOT_WANTED : 0;
	return run(&folders);
}
