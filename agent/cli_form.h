/*
 * An application form, as a person fills it in: which questions there are, what an answer must be,
 * which one comes next. Knows no terminal and no bus; its values are those that the bus takes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/exemption.h"

enum cli_form_field {
	FIELD_DEVICE = 0,
	FIELD_MEDIUM, /* the same by its control number; has no option of its own */
	FIELD_DIRECTION,
	FIELD_DURATION,
	FIELD_PURPOSE,
	FIELD_INFORMATION,
	FIELD_PERSONAL_DATA,
	FIELD_SPECIFIC_PERSONAL_DATA,
	FIELD_ITEMS,
	FIELD_DESTINATION,
	/* Nobody is asked for these. */
	FIELD_CLASSIFICATION,
	FIELD_ENCRYPTED,
	FIELD_WITNESS,
	FIELD_SECTION,
	FIELD_NAME,
	FIELD_NUMBER,
	FIELD_FROM,
	FIELD_DESK,
	/* Of what comes afterwards. */
	FIELD_DONE,
	FIELD_PLACE,
	FIELD_COUNT,
};

/* Which commands have an option for it. */
#define FIELD_OF_REQUEST (1u << 0)
#define FIELD_OF_REPORT  (1u << 1)
#define FIELD_OF_RETURN  (1u << 2)
#define FIELD_OF_LEDGER  (1u << 3)

#define CLI_FORM_VALUE_SIZE 512
#define CLI_FORM_TEXT_MAX   FORM_TEXT_MAX

struct cli_form {
	char values[FIELD_COUNT][CLI_FORM_VALUE_SIZE]; /* empty: not answered */
};

/* "minutes": as the bus has it. "duration": the option by which it is given. Neither is NULL. */
const char *cli_form_key(enum cli_form_field field);
const char *cli_form_option(enum cli_form_field field);
/* Whether that option is this field's and no other's. */
bool cli_form_has_option(enum cli_form_field field);
/* FIELD_OF_…: commands whose form has it. */
unsigned cli_form_commands(enum cli_form_field field);
/* The field with that key of the bus; FIELD_COUNT: none. size: of the key. */
enum cli_form_field cli_form_field_of_key(const char *key, int size);
/* Lines for --help, to be translated, and what stands behind the option, such as "N". */
const char *cli_form_help(enum cli_form_field field);
const char *cli_form_argument(enum cli_form_field field);
/* What is asked, and what is said where the answer is none; to be translated. NULL: nobody is
 * asked. */
const char *cli_form_question(enum cli_form_field field);
const char *cli_form_expected(enum cli_form_field field);

/*
 * Takes an answer. now_s: seconds since 1970, for FIELD_FROM. 0, or -EINVAL with the form as it
 * was: cli_form_expected() says what would be right.
 */
int cli_form_take(
	struct cli_form *form, enum cli_form_field field, const char *typed, int64_t now_s);

/*
 * The field whose question comes next, FIELD_COUNT: all is answered that is asked. What follows
 * from an answer is filled in: without personal data there is none with a My Number.
 */
enum cli_form_field cli_form_next(struct cli_form *form);

/* Whether two answers contradict each other: My Number, and yet no personal data. */
bool cli_form_contradicts(const struct cli_form *form);
