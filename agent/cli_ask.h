/*
 * Asks a person at the terminal for a line, or reads it from what is no terminal. A secret is not
 * shown, and stands nowhere but in the caller's own buffer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Shows the prompt where a person is asked, and reads a line of at most size - 1 bytes into ret,
 * without its LF. The size of it; -ENODATA: there is none; -EMSGSIZE: a longer one; -EINTR: the
 * person gave up by a signal, which has been sent again; or another negative errno.
 */
int cli_ask(const char *prompt, bool is_secret, char *ret, size_t size);
