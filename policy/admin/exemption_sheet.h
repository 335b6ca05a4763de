/*
 * A CSV of exemptions that are prepared ahead, for elections and disasters: each row is one
 * application form, and one document for each of its terminals. Knows no files and no signatures.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/exemption.h"
#include "policy/problem.h"

#define EXEMPTION_SHEET_MAX 2000 /* documents */

/* What a row says of one terminal. Its header has not_before and not_after only; it has no id. */
struct exemption_draft {
	struct exemption exemption;
	unsigned row; /* as a spreadsheet counts, from 1 */
};

struct exemption_sheet {
	struct exemption_draft *drafts;
	size_t n, room;
	char *unused; /* headings that say nothing here, "備考, 投票所名"; NULL: none */
};

/* What the rows are judged by. */
struct exemption_sheet_request {
	int64_t now_s;
	int offset_minutes;        /* of the dates that say none */
	bool is_sealed;            /* each gets a code, so that anybody may be named */
	uint32_t longest_s;        /* of the policy */
	const struct media *media; /* the registered ones; NULL: there are none */
};

/*
 * Reads a file with a NUL behind its size bytes. Returns 0; -EBADMSG when problems were added (row
 * and column); -ENOMEM. ret is for exemption_sheet_clear() in every case.
 */
int exemption_sheet_read(const char *bytes, size_t size,
	const struct exemption_sheet_request *request, struct problems *problems,
	struct exemption_sheet *ret);
void exemption_sheet_clear(struct exemption_sheet *sheet);
