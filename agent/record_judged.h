/* What a verdict rests on, in the line of its record. Pure; for record_format.c. */
#pragma once

#include "agent/json.h"
#include "agent/record.h"

/*
 * Writes active_configuration, findings and descriptors as members of the object that is open, and
 * leaves size bytes of room behind. Whole or not at all: by a part of it another device would be
 * judged. False where there is no room, or the record has not all of it; then nothing was written.
 */
bool record_put_judged(struct json *json, const struct record *record, size_t size);
