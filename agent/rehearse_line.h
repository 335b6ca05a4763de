/*
 * What a rehearsal says of a device: one line, and not before it has calmed down, because a device
 * that was just plugged in is judged anew with each driver that finds it. Pure; the clock comes in.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/record.h"

#define REHEARSE_LINE_SIZE   1024
#define REHEARSE_CALM_MS     500
#define REHEARSE_WAITING_MAX 64
#define REHEARSE_NEVER       UINT64_MAX

/*
 * The line of a record, printable, without LF:
 * 1-2  0951:1666  "Kingston DataTraveler"  would be refused: the policy blocks usb-storage (line 9)
 * Returns its length; 0 for what nobody who rehearses asks for.
 */
size_t rehearse_describe(const struct record *record, char buffer[REHEARSE_LINE_SIZE]);

/* Lines that wait. Zeroed: none. */
struct rehearse_lines {
	struct {
		char name[DEVICE_NAME_MAX + 1];
		char text[REHEARSE_LINE_SIZE];
		uint64_t due_ms;
	} waiting[REHEARSE_WAITING_MAX]; /* in the order in which they came */
	size_t count;
};

/* Takes the place of an older line of the same device. False: there is no room, say it now. */
bool rehearse_lines_add(
	struct rehearse_lines *lines, const char *name, const char *text, uint64_t due_ms);
/* The next line that is due; false: none is. */
bool rehearse_lines_take(
	struct rehearse_lines *lines, uint64_t now_ms, char buffer[REHEARSE_LINE_SIZE]);
/* When the next one is due, or REHEARSE_NEVER. */
uint64_t rehearse_lines_due_ms(const struct rehearse_lines *lines);
