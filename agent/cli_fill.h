/* Fills a form in: from the options, then by asking whoever sits at the terminal. */
#pragma once

#include <stdbool.h>
#include <systemd/sd-bus.h>

#include "agent/cli.h"
#include "agent/cli_form.h"

/* Of the options. 0, or an exit status after it told the person. */
int cli_fill_options(const struct cli_request *request, struct cli_form *form);

/* Asks for one field until there is an answer. 0, or an exit status. */
int cli_fill_ask(struct cli_form *form, enum cli_form_field field);

/* Whether a person can be asked. */
bool cli_fill_may_ask(void);

/* y or n to a question. 0 and *ret, or an exit status. */
int cli_fill_ask_yes(const char *question, bool *ret);

/* Asks for all that is still missing; *ret_asked becomes true where it asked. 0, or an exit status.
 */
int cli_fill_all(struct cli_form *form, bool *ret_asked);

/* Says which options are missing, where nobody can be asked. CLI_UNKNOWN. */
int cli_fill_complain(struct cli_form *form);

/* Appends an a{ss} of all answers that these commands (FIELD_OF_…) have. 0 or a negative errno. */
int cli_fill_append(sd_bus_message *message, const struct cli_form *form, unsigned commands);
