/* The fiscal year of Japanese local bodies (nendo): from 1 April to 31 March, by Japan's clock.
 * Pure. */
#pragma once

#include <stdint.h>

/* The last second of the fiscal year that the time lies in: 31 March, 23:59:59 +09:00. Times
 * outside the years 1970 to 9999 count as the nearest one inside. */
int64_t fiscal_year_end(int64_t time_s);

/* The year in which it began: 2026 for 31 March 2027. */
int fiscal_year_of(int64_t time_s);
