/*
 * Random plugs, unplugs, failures, interference, policies and scans against the core, with a model
 * kernel that does what the core plans. After each event the promises that must always hold are
 * checked, and at the end, when nothing more happens, that every device is as policy wants it.
 */
#pragma once

#include <stddef.h>

/* One run; the same seed gives the same events. failure stays empty when all was well. */
void random_events(unsigned long seed, char *failure, size_t size);
