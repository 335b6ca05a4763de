/* Headings that are almost those of the ledger: of other width or case, with other signs in them,
 * or shortened. */
#pragma once

#include "policy/admin/ledger.h"

/* The column that somebody meant by the heading, where it is a column that must be there; or
 * LEDGER_COLUMNS. */
enum ledger_column ledger_column_meant(const char *heading);
