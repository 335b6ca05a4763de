/* The dates of a token in its document. Apart from token_dates.h, which sekisho-verify has too. */
#pragma once

#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/token_dates.h"

/* For a schema: a date, into an int64_t of struct token_dates. */
void token_dates_read(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret);
/* Adds a problem where "until" of the section, read into dates, is not after "from". */
void token_dates_check(const struct ini_section *section, const struct token_dates *dates,
	struct problems *problems);
