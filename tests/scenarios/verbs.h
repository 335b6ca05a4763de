/* What can happen in a transcript: each verb is an event, or a few, for the core. */
#pragma once

#include "tests/scenarios/play.h"

/* What happens now: the words behind "at 10ms". */
void play_verb(struct play *play, char *rest);

/* "check": what the core says of a device for status. */
void play_look(struct play *play, char *rest);
