/* Settings of other programs, read line by line for the doctor. */
#pragma once

#include "agent/doctor.h"

#define DOCTOR_PATH_SIZE 512
#define DOCTOR_BLANKS    " \t\r\f\v"

struct doctor_lines {
	char *text, *rest;
	unsigned number; /* of the line that was read last, from 1 */
	const char *file;
};

/* False: it is not there, or cannot be read, which is told. path is borrowed. */
bool doctor_lines_open(struct doctor *doctor, const char *path, struct doctor_lines *ret);
/* The next line without blanks at its ends; NULL: that was all. */
char *doctor_lines_next(struct doctor_lines *lines);
/* For CLEANUP(). */
void doctor_lines_clear(struct doctor_lines *lines);

/* At the line that was read last; wrong where the service needs a code, else a remark. */
void doctor_lines_found(struct doctor *doctor, enum doctor_word word, const char *service,
	const struct doctor_lines *lines, const char *detail);
enum doctor_weight doctor_weight_of(const struct doctor *doctor, const char *service);

/* "FOLDER/NAME", or name where that is a whole name. False: it is too long. */
bool doctor_path(const char *folder, const char *name, char ret[DOCTOR_PATH_SIZE]);
