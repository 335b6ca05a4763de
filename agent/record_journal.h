/* The copy of a record that goes to the system's journal. Refuses to know files and chains. */
#pragma once

#include <stdint.h>

#include "agent/record.h"

/*
 * Sends one entry: MESSAGE (record_describe()), PRIORITY by severity, SEKISHO_EVENT, and where
 * there is something to say SEKISHO_DEVICE and SEKISHO_SEQUENCE. A record that is not on disk
 * (sequence 0) carries its JSON line as SEKISHO_RECORD. Without a journal nothing happens.
 */
void record_journal_send(const struct record *record, uint64_t sequence);
