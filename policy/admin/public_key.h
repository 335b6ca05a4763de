/* The file of somebody's public key, as ssh-keygen writes it, and what people give instead. */
#pragma once

#include "policy/root.h"

/*
 * The fingerprint of the one key in a file ("ssh-ed25519 AAAA… comment"); "~/" before the path is
 * the home. EXIT_DONE and ret, or EXIT_UNKNOWN after complaining: of a private key, of several, of
 * a key that is cut short or of a type that no document accepts.
 */
int public_key_file_fingerprint(const char *path, char ret[FINGERPRINT_LENGTH + 1]);
