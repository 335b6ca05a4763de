#include "policy/text_form.h"

#include <stdint.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/ssh_armour.h"

#define UNDO_CR_LF \
	": an editor or mail program changed the line ends; sed -i 's/\\r$//' FILE puts them " \
	"back, and signatures fit again"

/* By its mark, or by the zeros of ASCII. */
static bool is_utf16(const char *bytes, size_t size)
{
	if (size < 4 || size % 2 != 0)
		return false;
	if (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0)
		return true;
	return (bytes[0] == '\0') != (bytes[1] == '\0') &&
	       (bytes[0] == '\0') == (bytes[2] == '\0') && (bytes[1] == '\0') == (bytes[3] == '\0');
}

static bool is_utf8(const char *bytes, size_t size)
{
	uint32_t ignored;
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		length = (unsigned char)bytes[at] < 0x80
				 ? 1
				 : utf8_decode(bytes + at, size - at, &ignored);
		if (length == 0)
			return false;
	}
	return true;
}

static bool has_mark(const char *bytes, size_t size)
{
	size_t mark = strlen(BYTE_ORDER_MARK);

	return size >= mark && memcmp(bytes, BYTE_ORDER_MARK, mark) == 0;
}

/* The wrong file was named, and what is wrong in a file is shown. */
static bool is_private_key(const char *bytes, size_t size)
{
	static const char begin[] = "-----BEGIN ", end[] = "PRIVATE KEY-----";
	size_t end_size = strlen(end);

	if (size < strlen(begin) || memcmp(bytes, begin, strlen(begin)) != 0)
		return false;
	for (size_t at = strlen(begin); at + end_size <= size && bytes[at] != '\n'; at++)
		if (memcmp(bytes + at, end, end_size) == 0)
			return true;
	return false;
}

struct text_form text_form_of(const char *bytes, size_t size)
{
	struct text_form form = {
		.is_utf16 = is_utf16(bytes, size),
		.is_private_key = is_private_key(bytes, size),
		.has_mark = has_mark(bytes, size),
	};
	size_t n_lf = 0, n_cr_lf = 0, line_size;
	bool has_begin = false;

	for (size_t at = 0; at < size && !form.is_utf16; at += line_size + 1) {
		const char *end = memchr(bytes + at, '\n', size - at);

		line_size = end ? (size_t)(end - bytes) - at : size - at;
		n_lf += end != NULL;
		form.n_foreign_lines += !is_utf8(bytes + at, line_size);
		if (!end || line_size == 0 || end[-1] != '\r')
			continue;
		n_cr_lf++;
		has_begin = has_begin ||
			    (line_size == strlen(SSH_ARMOUR_BEGIN) &&
				    memcmp(bytes + at, SSH_ARMOUR_BEGIN, line_size - 1) == 0);
	}
	form.has_cr_lf = n_cr_lf > 0 && n_cr_lf == n_lf;
	form.has_cr_lf_signatures = has_begin && !form.has_cr_lf;
	form.is_binary = form.n_foreign_lines > 0 && memchr(bytes, '\0', size);
	return form;
}

const char *text_form_fault(const struct text_form *form)
{
	if (form->is_utf16)
		return "the file is in UTF-16: an editor changed its encoding; save it as UTF-8 "
		       "without a byte order mark";
	if (form->is_private_key)
		return "the file is a private key, which no other program needs to see";
	if (form->is_binary)
		return "the file is no text";
	if (form->has_cr_lf && form->has_mark)
		return "every line ends in CR LF, and a byte order mark stands before the "
		       "first" UNDO_BYTE_ORDER_MARK("; s/\\r$//");
	if (form->has_cr_lf)
		return "every line ends in CR LF" UNDO_CR_LF;
	if (form->has_cr_lf_signatures)
		return "the lines of the signatures end in CR LF" UNDO_CR_LF;
	if (form->n_foreign_lines > 1)
		return "the file is not in UTF-8: it was saved in another encoding, most likely "
		       "Shift_JIS; save it as UTF-8 without a byte order mark, or: iconv -f CP932 "
		       "-t UTF-8 FILE";
	if (form->has_mark)
		return "a byte order mark stands before the first line" UNDO_BYTE_ORDER_MARK("");
	return NULL;
}
