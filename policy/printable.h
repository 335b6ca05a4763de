/*
 * Text that strangers wrote (devices, documents), made safe to show on one line. Pure. Refuses to
 * know what the text is about.
 */
#pragma once

#include <stddef.h>

/*
 * Copies text with '?' for each byte that is not UTF-8 and each character that moves the cursor,
 * hides, or turns the direction of what follows; cut between characters where buffer ends, with a
 * final NUL. size is at least 1. Returns the length.
 */
size_t printable_copy(char *buffer, size_t size, const char *text);
