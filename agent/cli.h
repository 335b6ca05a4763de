/*
 * The commands of sekisho, the program that people type. Each prints its answer and returns the
 * exit status. They know the bus interface (bus.h) and nothing of the agent behind it.
 */
#pragma once

#define CLI_DONE    0
#define CLI_NO      1 /* the answer is no */
#define CLI_UNKNOWN 2 /* could not tell */

/* CLI_NO where the agent names a problem. */
int cli_status(void);
int cli_devices(void);
/* name as `devices` prints it: CLI_NO for a device that is refused. */
int cli_explain(const char *name);
/* Hands in the documents of folders, or single files: CLI_NO when one is refused. */
int cli_update_from(int n_paths, char **paths);
/* The SHA-256 of the texts of documents, without the agent. */
int cli_sha256(int n_paths, char **paths);
