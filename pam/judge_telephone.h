/*
 * What of an attempt to log in is about the telephone: the word that asks for a challenge, and ten
 * digits on a day on which one was shown. Knows neither the token nor the person's record, which is
 * locked. Touches disk, by judge_phone.h.
 */
#pragma once

#include "pam/judge.h"

/*
 * What costs no try: a challenge, and a digit that was mistyped. 1 with ret->reason, ->shown and
 * ->wait_s; 0: it is neither; or a negative errno.
 */
int judge_telephone_uncharged(const struct judge_request *request, struct judge_answer *ret);

/* Before anything else: a challenge of another day ends, whatever was typed. */
void judge_telephone_look(const struct judge_request *request);

/* Judges digits that may be a desk's; others leave *ret. 0, or a negative errno. */
int judge_telephone(const struct judge_request *request, enum login_reason *ret);
