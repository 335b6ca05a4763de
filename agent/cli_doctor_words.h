/* What the doctor found, in the reader's language. */
#pragma once

#include "agent/doctor.h"

/* What is the matter, and what to do about it; a remedy may be empty. */
const char *cli_doctor_words(enum doctor_word word);
const char *cli_doctor_remedy(enum doctor_word word);
const char *cli_verdict_words(enum pam_verdict verdict);
