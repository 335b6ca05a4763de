/* A request by phone: which desk is called, what is read out to it, and its answer. */
#pragma once

#include "agent/cli_form.h"

/* Puts the desk into the form: the only one that may grant it, or the person is asked. 0, or an
 * exit status after it told the person. */
int cli_phone_choose_desk(struct cli_form *form);

/* Asks the agent for the challenge, shows it, and takes the digits that the desk gives, where
 * somebody can be asked. The exit status. */
int cli_phone_ask(const struct cli_form *form);
