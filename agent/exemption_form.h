/*
 * The form of a request as it comes over the bus, typed: what a person fills in, key by key. Pure.
 * Refuses to know who asks, and whether the device is there.
 */
#pragma once

#include <stdint.h>

#include "agent/bus_exemptions.h"
#include "agent/record.h"
#include "policy/exemption.h"
#include "policy/policy.h"

#define EXEMPTION_MINUTES_MAX (EXEMPTION_DURATION_MAX_S / 60)
#define EXEMPTION_DESKS_MAX   2
#define EXEMPTION_DESK_SIZE   (DESK_NAME_MAX + 1)

enum exemption_form_kind {
	FORM_OF_REQUEST, /* RequestExemption: device or medium, direction, minutes, purpose */
	FORM_OF_PHONE,   /* BeginPhone: the same with medium, and one or two desks */
};

struct exemption_wish {
	char device[DEVICE_NAME_MAX + 1];   /* of sysfs; empty: a registered medium is named */
	char medium[MEDIUM_NUMBER_MAX + 1]; /* empty: a device is named */
	char desks[EXEMPTION_DESKS_MAX][EXEMPTION_DESK_SIZE];
	size_t n_desks;
	int64_t from; /* seconds since 1970; 0: at once */
	struct exemption_use use;
	struct exemption_form form;
};

/*
 * 0 and *ret; or -EINVAL and *ret_refusal: BUS_ERROR_INVALID, the key that is wrong, a colon, and
 * what would be right and what was read. An empty value is as none.
 */
int exemption_form_read(const struct agent_form *form, enum exemption_form_kind kind,
	struct exemption_wish *ret, struct agent_refusal *ret_refusal);

/* The report after an exemption by phone. */
struct exemption_report {
	char done[FORM_TEXT_MAX + 1]; /* what was done */
	bool has_items;
	uint32_t items;
	char destination[FORM_TEXT_MAX + 1];
};

/* As above: done, and items and destination where they differ from what was asked for. */
int exemption_report_read(const struct agent_form *form, struct exemption_report *ret,
	struct agent_refusal *ret_refusal);

/* One text of a call, such as the place of ReturnMedium, under that key; must not be empty. As
 * above. */
int exemption_text_read(const char *key, const char *value, char ret[FORM_TEXT_MAX + 1],
	struct agent_refusal *ret_refusal);
