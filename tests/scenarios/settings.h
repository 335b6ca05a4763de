/* What holds before anything happens: policies, devices, and what drivers make of them. */
#pragma once

#include "tests/scenarios/play.h"

/* False when a line cannot begin with verb. */
bool play_setting(struct play *play, const char *verb, char *rest);

/* "2026-04-30T23:59:00+09:00": trusted time at this moment. */
void take_clock(struct play *play, char **rest);
/* For the verbs: "NAME [on trial]". */
void take_policy(struct play *play, char **rest);
/* "N" keyboards that are no USB devices. */
/* Another medium is registered; or "nothing" is any more. */
void take_registration(struct play *play, char **rest);
void strike_medium(struct play *play, char **rest);
void take_other_keyboards(struct play *play, char **rest);
/* "NAME [C:]I DRIVER …"; the interface, or NULL and a failure. */
struct model_interface *take_driver(
	struct play *play, char **rest, struct model_device **ret_device);
