/* What people read at a login, in Japanese or English. Knows nothing of PAM. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "pam/answer.h"

#define MESSAGE_SIZE      512
#define MESSAGE_TIME_SIZE 32

/* In the language of the process, or as it is on a console that has no letters for that. */
__attribute__((format_arg(2))) const char *message_say(const char *terminal, const char *message);
/* Local time to the minute; "?" where there is none. */
void message_time(int64_t time_s, char ret[MESSAGE_TIME_SIZE]);

/* The texts of the prompts, in the language of the process, or English on a console without it. */
const char *message_prompt_password(const char *terminal);
const char *message_prompt_code(const char *terminal);
const char *message_prompt_both(const char *terminal);

/* Why the person behind a right password was refused, and what to do. */
void message_refused(
	const struct answer_judge *answer, const char *terminal, char ret[MESSAGE_SIZE]);
/* To whoever came in by a ticket: what is to be done in this session. */
const char *message_enrol(const char *terminal);
/* A sealed envelope was used. */
void message_envelope(
	const struct answer_envelope *envelope, const char *terminal, char ret[MESSAGE_SIZE]);

/* What is read out to a desk, and how its answer is asked for. */
void message_phone(const struct phone_shown *shown, const char *user, const char *terminal,
	char ret[MESSAGE_SIZE]);
const char *message_prompt_phone(const char *terminal);
