/* What can happen in a transcript: each verb is an event, or a few, for the core. */
#pragma once

#include "tests/scenarios/play.h"

/* Takes the next word off *rest; NULL when there is none. */
char *next_word(char **rest);

/* "policy", "device", "driver", "ps2-keyboards": what holds before anything happens. */
bool play_setting(struct play *play, const char *verb, char *rest);

/* What happens now: the words behind "at 10ms". */
void play_verb(struct play *play, char *rest);

/* "check": what the core says of a device for status. */
void play_look(struct play *play, char *rest);
