/* Whether the policy that terminals get together with a list of media asks for that list at all. */
#pragma once

/*
 * Prints a warning where policy.ini, in the folder of the index path, has no [medium] registered:
 * nothing is let in then, however many media are registered. Silent where there is no policy, or
 * one with mistakes: lint names them.
 */
void media_policy_warn(const char *index_path);
