#include "policy/ssh_armour.h"

#include <errno.h>
#include <string.h>

#include "policy/base64.h"

#define COLUMNS    SSH_ARMOUR_COLUMNS
#define BASE64_MAX BASE64_SIZE(SSH_BLOB_MAX)
#define MARKERS    SSH_ARMOUR_MARKERS
#define ARMOUR_MAX SSH_ARMOUR_SIZE(SSH_BLOB_MAX)

size_t ssh_armour_wrap(const char *base64, size_t size, char *buffer)
{
	char *to = buffer;

	memcpy(to, SSH_ARMOUR_BEGIN, strlen(SSH_ARMOUR_BEGIN));
	to += strlen(SSH_ARMOUR_BEGIN);
	for (size_t at = 0; at < size; at += COLUMNS) {
		size_t n = size - at < COLUMNS ? size - at : COLUMNS;

		memcpy(to, base64 + at, n);
		to += n;
		*to++ = '\n';
	}
	memcpy(to, SSH_ARMOUR_END, strlen(SSH_ARMOUR_END));
	to += strlen(SSH_ARMOUR_END);
	return (size_t)(to - buffer);
}

/* Copies the characters between the markers without the line feeds. Returns their number. */
static size_t collect(const char *text, size_t size, char base64[BASE64_MAX + 1])
{
	size_t used = 0;

	for (size_t i = strlen(SSH_ARMOUR_BEGIN); i < size - strlen(SSH_ARMOUR_END); i++)
		if (text[i] != '\n' && used < BASE64_MAX)
			base64[used++] = text[i];
	return used;
}

int ssh_armour_decode(const char *text, size_t size, uint8_t blob[SSH_BLOB_MAX], size_t *ret_size)
{
	char base64[BASE64_MAX + 1], again[ARMOUR_MAX];
	size_t blob_size, used;

	if (size < MARKERS || size > ARMOUR_MAX)
		return -EBADMSG;
	used = collect(text, size, base64);
	if (base64_decode(base64, used, blob, SSH_BLOB_MAX, &blob_size) < 0)
		return -EBADMSG;
	base64_encode(blob, blob_size, base64);
	used = ssh_armour_wrap(base64, BASE64_SIZE(blob_size), again);
	if (used != size || memcmp(text, again, size) != 0)
		return -EBADMSG;
	*ret_size = blob_size;
	return 0;
}
