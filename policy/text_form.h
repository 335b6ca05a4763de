/*
 * What an editor or a mail program made of a text as a whole: other line ends, another encoding. To
 * be said once, where every line would be wrong in the same way.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct text_form {
	bool is_utf16;
	bool is_binary;            /* no text at all */
	bool is_private_key;       /* nothing of it is to be shown */
	bool has_mark;             /* a byte order mark of UTF-8 stands before it */
	bool has_cr_lf;            /* every line ends in CR LF */
	bool has_cr_lf_signatures; /* not every line, but those of a signature */
	size_t n_foreign_lines;    /* that hold bytes which are not UTF-8 */
};

struct text_form text_form_of(const char *bytes, size_t size);

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
/* The end of a sentence about it; sed is to do more where more is wrong. */
#define UNDO_BYTE_ORDER_MARK(more) \
	": an editor put it there; sed -i '1s/^\\xef\\xbb\\xbf//" more \
	"' FILE undoes it, and signatures fit again"

/* In one sentence what was done to the text, and what undoes it; NULL where it is as it was
 * written. One line alone that is not UTF-8 is a mistake like any other. */
const char *text_form_fault(const struct text_form *form);
