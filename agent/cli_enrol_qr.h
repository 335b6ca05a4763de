/* A QR code of a secret, as a terminal shows it. Touches the process: a child makes it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define ENROL_QR_SIDE_MAX 97   /* modules of version 20, more than an otpauth URI needs */
#define ENROL_QR_ROW_SIZE 8192 /* bytes of one row of the screen, with its NUL */
#define ENROL_QR_QUIET    4    /* light modules all round, as ISO/IEC 18004 asks */

/* A secret: to be wiped by its owner. side 0: none. */
struct enrol_qr {
	unsigned side; /* modules */
	uint8_t is_dark[ENROL_QR_SIDE_MAX * ENROL_QR_SIDE_MAX];
};

enum enrol_qr_form {
	ENROL_QR_CELLS = 0, /* two blanks a module, by colours alone: any terminal */
	ENROL_QR_HALVES,    /* half blocks of Unicode: two modules in one cell */
};

/*
 * Makes it, by libqrencode in a child whose memory is locked and gone with it: that library leaves
 * pieces of the text in what it gives back to malloc(). 0 and *ret; -EFBIG: too long; or another
 * negative errno.
 */
int enrol_qr_make(const char *text, struct enrol_qr *ret);

/* How many rows and columns of the screen it takes with so many light modules all round. */
unsigned enrol_qr_rows(const struct enrol_qr *qr, enum enrol_qr_form form, unsigned quiet);
unsigned enrol_qr_columns(const struct enrol_qr *qr, enum enrol_qr_form form, unsigned quiet);

/* Row number row of it, from 0, with the escape sequences of its colours; a secret. */
void enrol_qr_row(const struct enrol_qr *qr, enum enrol_qr_form form, unsigned quiet, unsigned row,
	char ret[ENROL_QR_ROW_SIZE]);
