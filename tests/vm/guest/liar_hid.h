/* Keyboards and mice: their report descriptors, and typing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HID_KEY_REPORT_BYTES 8

enum hid_report {
	HID_NOTHING = 0, /* one byte of a vendor's own usage: nobody listens */
	HID_KEYBOARD,
	HID_MOUSE,
};

/* The report descriptor of this kind, and its size; static. */
const uint8_t *hid_report(enum hid_report kind, size_t *ret_size);

/* Types a text, one report at a time: key down, keys up, next key. */
struct typist {
	const char *next; /* NULL or at its end: nothing to type */
	bool is_down;
};

/* Starts over with a text, which must stay alive; "\n" in it is Enter. */
void typist_start(struct typist *typist, const char *text);

bool typist_is_busy(const struct typist *typist);

/* The next report of a boot keyboard on a US layout; only while busy.
 * A character that it does not know is left out. */
void typist_step(struct typist *typist, uint8_t ret_report[HID_KEY_REPORT_BYTES]);
