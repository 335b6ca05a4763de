#include "liar_hid.h"

#include <string.h>

/* HID 1.11, appendix E.6: 8 modifiers, a reserved byte, 5 lights, 6 keys. */
static const uint8_t keyboard[] = {0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, /* a desktop keyboard */
	0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7,                            /* keys e0 to e7, */
	0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02,    /* 8 bits of input */
	0x95, 0x01, 0x75, 0x08, 0x81, 0x01,                            /* 1 constant byte */
	0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02, /* 5 lights */
	0x95, 0x01, 0x75, 0x03, 0x91, 0x01,                    /* 3 constant bits */
	0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65,        /* 6 values of 0 to 65, */
	0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xc0}; /* which are keys */

/* HID 1.11, appendix E.10: 3 buttons, X and Y. */
static const uint8_t mouse[] = {0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x01, 0xa1, 0x00, 0x05,
	0x09, 0x19, 0x01, 0x29, 0x03, 0x15, 0x00, 0x25, 0x01,                   /* buttons 1 to 3 */
	0x95, 0x03, 0x75, 0x01, 0x81, 0x02, 0x95, 0x01, 0x75, 0x05, 0x81, 0x01, /* 3 bits of 8 */
	0x05, 0x01, 0x09, 0x30, 0x09, 0x31, 0x15, 0x81, 0x25, 0x7f, /* X and Y, -127 to 127 */
	0x75, 0x08, 0x95, 0x02, 0x81, 0x06, 0xc0, 0xc0};

/* One byte of usage 1 of a vendor's own page. */
static const uint8_t nothing[] = {0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x02, 0x15, 0x00,
	0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x01, 0x81, 0x02, 0xc0};

const uint8_t *hid_report(enum hid_report kind, size_t *ret_size)
{
	switch (kind) {
	case HID_KEYBOARD: *ret_size = sizeof(keyboard); return keyboard;
	case HID_MOUSE: *ret_size = sizeof(mouse); return mouse;
	case HID_NOTHING: break;
	}
	*ret_size = sizeof(nothing);
	return nothing;
}

/* HID Usage Tables, keyboard page: the usage of each key is its place here,
 * from 0x04 on; upper is what it writes together with shift. */
#define FIRST_USAGE 0x04
#define USAGE_ENTER 0x28
#define LEFT_SHIFT  0x02

static const char lower[] = "abcdefghijklmnopqrstuvwxyz1234567890\n\033\b\t -=[]\\\1;'`,./";
static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\1\1\1\1\1_+{}|\1:\"~<>?";
_Static_assert(sizeof(lower) == sizeof(upper), "every key writes two characters");

static uint8_t key_of(char character, uint8_t *ret_modifiers)
{
	const char *at = strchr(lower, character);

	*ret_modifiers = 0;
	if (at)
		return (uint8_t)(FIRST_USAGE + (at - lower));
	at = strchr(upper, character);
	if (!at)
		return 0;
	*ret_modifiers = LEFT_SHIFT;
	return (uint8_t)(FIRST_USAGE + (at - upper));
}

void typist_start(struct typist *typist, const char *text)
{
	*typist = (struct typist){.next = text};
}

bool typist_is_busy(const struct typist *typist)
{
	return typist->is_down || (typist->next && *typist->next);
}

void typist_step(struct typist *typist, uint8_t ret_report[HID_KEY_REPORT_BYTES])
{
	memset(ret_report, 0, HID_KEY_REPORT_BYTES);
	typist->is_down = !typist->is_down;
	if (!typist->is_down)
		return;
	if (strncmp(typist->next, "\\n", 2) == 0) {
		ret_report[2] = USAGE_ENTER;
		typist->next += 2;
		return;
	}
	ret_report[2] = key_of(*typist->next++, &ret_report[0]);
}
