/* A dictionary a{sv} being written to a message: the first error stays. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

struct dictionary {
	sd_bus_message *message;
	int result; /* 0 or more, or a negative errno */
};

/* Notes what writing a piece returned. */
void dictionary_put(struct dictionary *dictionary, int result);

/* value is made printable, and cut after 511 bytes; NULL: empty. */
void dictionary_put_string(struct dictionary *dictionary, const char *key, const char *value);
void dictionary_put_u(struct dictionary *dictionary, const char *key, size_t value);
void dictionary_put_bool(struct dictionary *dictionary, const char *key, bool value);
void dictionary_put_t(struct dictionary *dictionary, const char *key, uint64_t value);
void dictionary_put_x(struct dictionary *dictionary, const char *key, int64_t value);
