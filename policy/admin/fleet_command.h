/* What the fleet commands share: which folders, how they are read, and what is remembered. */
#pragma once

#include "policy/admin/fleet.h"

/* As words of the command line; NULL: not said. */
struct fleet_words {
	const char *up, *silent; /* --up, --for */
	const char *folder;      /* the one word that is no option */
};

#define FLEET_STATUS_USAGE  "fleet status [--up DIR] [--terminal NAME] [--csv FILE] [FOLDER]"
#define FLEET_STALE_USAGE   "fleet stale [--up DIR] [--for TIME] [FOLDER]"
#define FLEET_OPEN_USAGE    "fleet exemptions [--up DIR] [FOLDER]"
#define FLEET_ALERTS_USAGE  "fleet alerts [--up DIR] [--records DIR] [--close TERMINAL] [FOLDER]"
#define FLEET_REPORT_USAGE  "fleet report --to FILE [--up DIR] [--language en|ja] [FOLDER]"
#define FLEET_RECORDS_USAGE "fleet records --to DIR [--up DIR] [FOLDER]"

/* Each runs with its own words in argv (argv[0] is the word) and returns the exit code. */
int admin_fleet_status(int argc, char **argv);
int admin_fleet_stale(int argc, char **argv);
int admin_fleet_exemptions(int argc, char **argv);
int admin_fleet_alerts(int argc, char **argv);
int admin_fleet_report(int argc, char **argv);
int admin_fleet_records(int argc, char **argv);

/* Reads what is left behind the options: at most one folder. EXIT_DONE, or EXIT_UNKNOWN after
 * complaining. */
int fleet_read_folder(int argc, char **argv, const char *usage, struct fleet_words *ret);

/*
 * Calls run for each tier of the folder, with all of it read, and remembers what was seen. The
 * worst code of all.
 */
int fleet_each(const struct fleet_words *words, int (*run)(struct fleet *fleet, void *context),
	void *context);
