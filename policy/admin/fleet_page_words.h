/* The words of the page, and its style. */
#pragma once

#include <stdbool.h>

#include "policy/report.h"

enum fleet_word {
	WORD_TITLE,
	WORD_AS_OF,
	WORD_CONFIDENTIAL,
	WORD_APPROVED,
	WORD_CHECKED,
	WORD_MADE,
	WORD_TERMINALS,
	WORD_CALM,
	WORD_CURRENT,
	WORD_SILENT,
	WORD_FACTOR_OFF,
	WORD_BLOCKED,
	WORD_OPEN,
	WORD_BLOCKED_SHORT,
	WORD_OPEN_SHORT,
	WORD_ALARMS,
	WORD_NO_ALARMS,
	WORD_NOTES,
	WORD_NO_NOTES,
	WORD_EXEMPTIONS,
	WORD_NO_EXEMPTIONS,
	WORD_ALL,
	WORD_TERMINAL,
	WORD_POLICY,
	WORD_LAST_REPORT,
	WORD_FACTOR,
	WORD_REMARKS,
	WORD_NUMBER,
	WORD_USER,
	WORD_PHASE,
	WORD_UNTIL,
	WORD_WHOEVER,
	WORD_FIGURES,
	WORD_COUNT
};

const char *fleet_word(enum fleet_word word, bool is_japanese);

/* "on", "off" …; "あり", "なし". */
const char *fleet_factor_text(enum report_factor factor, bool is_japanese);
/* How far an exemption has come; a word that is not known stays as it is. */
const char *fleet_phase_text(const char *phase, bool is_japanese);

extern const char fleet_page_style[];
