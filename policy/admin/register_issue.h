/* Who needs a token after a run, as commands that give one: a script for the desk's shell. */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "policy/admin/register_job.h"

/*
 * Writes a command for each person, with the dates that the register says; it adds the documents
 * that it changes to the list to_sign. Left out is who has a token there that still counts. 0 with
 * *ret_n, the number of commands, or -ENOMEM.
 */
int register_issue_write(
	const struct register_job *job, const char *to_sign, FILE *to, size_t *ret_n);
