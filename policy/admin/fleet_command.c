#include "policy/admin/fleet_command.h"

#include <getopt.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/moment.h"
#include "policy/cleanup.h"

static int worse(int a, int b)
{
	return a > b ? a : b;
}

int fleet_read_folder(int argc, char **argv, const char *usage, struct fleet_words *ret)
{
	if (argc - optind > 1)
		return admin_usage(usage);
	ret->folder = optind < argc ? argv[optind] : ".";
	return EXIT_DONE;
}

static int read_options(const struct fleet_words *words, struct fleet_options *ret)
{
	*ret = (struct fleet_options){.up = words->up};
	if (!words->silent || moment_length_parse(words->silent, &ret->silent_s) == 0)
		return EXIT_DONE;
	admin_complain("--for '%s' is no length of time such as 3d or 12h", words->silent);
	return EXIT_UNKNOWN;
}

static int run_one(const struct exemption_folder *folder, const struct fleet_options *options,
	int (*run)(struct fleet *fleet, void *context), void *context)
{
	CLEANUP(fleet_close) struct fleet fleet = {.folder = NULL};
	int code = fleet_open(folder, options, &fleet);

	if (code < EXIT_UNKNOWN)
		code = worse(code, run(&fleet, context));
	/* What nobody can remember is still told. */
	if (code < EXIT_UNKNOWN)
		code = worse(code, fleet_remember(&fleet));
	return code;
}

int fleet_each(const struct fleet_words *words, int (*run)(struct fleet *fleet, void *context),
	void *context)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	struct fleet_options options;
	int code = read_options(words, &options);

	if (code == EXIT_DONE)
		code = exemption_folders_find(words->folder, &folders);
	for (size_t i = 0; code < EXIT_UNKNOWN && i < folders.n; i++)
		code = worse(code, run_one(&folders.items[i], &options, run, context));
	return code;
}
