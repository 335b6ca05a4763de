/* Why a decision came out as it did: an enum with arguments. Programs turn it into words. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/device_class.h"
#include "policy/verdict.h"

enum reason_code {
	REASON_NOT_JUDGED = 0,
	REASON_CLASS_RULE,          /* the policy's line for device_class says access */
	REASON_CLASS_NOT_NAMED,     /* the policy names no rule for device_class: refused */
	REASON_BUILTIN,             /* the built-in policy's word for device_class is access */
	REASON_DEVICE_RULE,         /* [device text] says access */
	REASON_NOT_LISTED,          /* [device text] does not list this one, a device_class */
	REASON_NOT_ALONE,           /* device_class counts only without the other_class beside it */
	REASON_OTHER_CONFIGURATION, /* allowed, but configuration was chosen and it is in another */
	REASON_MALFORMED,           /* the descriptors cannot be trusted: text, at offset number */
	REASON_NO_INTERFACE,        /* the device has nothing that could be let in */
	REASON_READ_ONLY_UNSUPPORTED, /* read-only is asked for a device_class that cannot keep it
				       */
	REASON_LAST_INPUT,            /* kept because nobody could type without it */
	REASON_REPORT_DESCRIPTOR,     /* its HID report descriptor proves device_class: refused */
	REASON_DRIVER,                /* the driver named in text made it a device_class: refused */
	REASON_REGISTERED_MEDIUM,     /* the medium with the number in text is registered */
	REASON_EXEMPTION,             /* the exemption with the id in text opens it: access */
	/* The exemption in text is for such a device, and does not open it: */
	REASON_EXEMPTION_ENDED,          /* it has ended while the device was plugged in */
	REASON_EXEMPTION_NOT_YET,        /* its time has not come */
	REASON_EXEMPTION_OFFLINE,        /* it counts only while something is heard of the site */
	REASON_EXEMPTION_ANOTHER_MEDIUM, /* another medium than the one that is meant */
	REASON_EXEMPTION_FAILED,         /* its medium could not be shown */
	REASON_EXEMPTION_DETACHED,       /* it was taken away, and has to be plugged in again */
	REASON_EXEMPTION_AMBIGUOUS,      /* another device that is plugged in is the same to it */
	REASON_EXEMPTION_OTHER_USER,     /* nobody who may use it is at the screen */
	REASON_EXEMPTION_NOT_REDEEMED,   /* its code was not typed yet */
	REASON_COUNT,
};

#define REASON_TEXT_MAX 64

struct reason {
	enum reason_code code;
	enum verdict access; /* what the rule says, where the code names one */
	enum device_class device_class, other_class;
	/* What the reason speaks of: the interface itself; for NOT_ALONE the one beside it, with
	 * configuration 0 where that is in the same one; for OTHER_CONFIGURATION the chosen one. */
	uint8_t configuration, interface;
	unsigned line;   /* of the policy document; 0: none */
	uint32_t number; /* an offset */
	/* Name of a device rule or driver, number of a medium, id of an exemption. */
	char text[REASON_TEXT_MAX];
};

/* "class-rule", …: the stable word for records; NULL out of range. */
const char *reason_code_name(enum reason_code code);
int reason_code_from_name(const char *name, enum reason_code *ret);

/* One English sentence without a full stop; returns what snprintf returns. */
int reason_describe(const struct reason *reason, char *buffer, size_t size);

/* gettext(), or what does the same: the message in another language, with the same arguments. */
typedef char *reason_translate(const char *message);

/* The same in another language. */
int reason_describe_in(
	const struct reason *reason, reason_translate *translate, char *buffer, size_t size);
