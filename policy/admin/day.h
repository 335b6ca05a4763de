/*
 * Days as people write them in Japan: 2027-04-01, 2027/4/1, 20270401, 令和9年4月1日, R9.4.1 and
 * the seven digits of era tables, 5090401. Days are counted from 1970-01-01; knows no clock.
 */
#pragma once

#include <stdint.h>

#define DAY_NONE      0 /* no date: nobody is appointed on 1970-01-01 */
#define DAY_TEXT_SIZE 11

/*
 * Reads a day after 1970-01-01, also in Japanese width, with spaces around it, or with the 0:00
 * that spreadsheets put behind. Of an era only days within it. 0 and *ret, or -EINVAL.
 */
int day_parse(const char *text, int32_t *ret);

/* "2027-04-01"; of DAY_NONE nothing. Returns ret. */
const char *day_format(int32_t day, char ret[DAY_TEXT_SIZE]);

/* The 31 March that ends the fiscal year (年度) of the day. */
int32_t day_fiscal_end(int32_t day);
/* From 1 to 31. */
int day_of_month(int32_t day);

/* The day that a clock with that offset shows at a time, and the first and last second of one. */
int32_t day_of(int64_t time_s, int offset_minutes);
int64_t day_start(int32_t day, int offset_minutes);
int64_t day_end(int32_t day, int offset_minutes);
