#include "policy/up_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "policy/report.h"

#define NUMBER_DIGITS 12
#define HASH_DIGITS   16

static const struct {
	const char *prefix, *end;
} forms[] = {
	[UP_STATUS] = {"status-", ".ini"},
	[UP_RECORDS] = {"records-", ".jsonl"},
};

static int hash_of(const char *bytes, size_t size, uint64_t *ret)
{
	uint8_t sha256[SHA256_SIZE];
	uint64_t hash = 0;

	if (EVP_Digest(bytes, size, sha256, NULL, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(hash); i++)
		hash = hash << 8 | sha256[i];
	*ret = hash;
	return 0;
}

int up_name_make(
	enum up_kind kind, uint64_t number, const char *bytes, size_t size, char ret[UP_NAME_SIZE])
{
	uint64_t hash;
	int r;

	if (kind == UP_NONE || number == 0 || number > UP_NUMBER_MAX)
		return -ERANGE;
	r = hash_of(bytes, size, &hash);
	if (r == 0)
		snprintf(ret, UP_NAME_SIZE, "%s%012" PRIu64 "-%016" PRIx64 "%s", forms[kind].prefix,
			number, hash, forms[kind].end);
	return r;
}

/* Lower-case ones: a name has one form. */
static const char digits[] = "0123456789abcdef";

/* The digits at *cursor, which is moved behind them; false where there are others. */
static bool take_digits(const char **cursor, unsigned base, size_t n, uint64_t *ret)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++) {
		const char *found = (*cursor)[i] ? strchr(digits, (*cursor)[i]) : NULL;

		if (!found || found >= digits + base)
			return false;
		value = value * base + (size_t)(found - digits);
	}
	*cursor += n;
	*ret = value;
	return true;
}

static bool parse_as(const char *name, enum up_kind kind, struct up_name *ret)
{
	size_t prefix = strlen(forms[kind].prefix);
	const char *cursor = name + prefix;

	*ret = (struct up_name){.kind = kind};
	return strncmp(name, forms[kind].prefix, prefix) == 0 &&
	       take_digits(&cursor, 10, NUMBER_DIGITS, &ret->number) && ret->number > 0 &&
	       *cursor++ == '-' && take_digits(&cursor, 16, HASH_DIGITS, &ret->hash) &&
	       strcmp(cursor, forms[kind].end) == 0;
}

struct up_name up_name_parse(const char *name)
{
	struct up_name found;

	if (parse_as(name, UP_STATUS, &found) || parse_as(name, UP_RECORDS, &found))
		return found;
	return (struct up_name){0};
}

bool up_name_fits(const struct up_name *name, const char *bytes, size_t size)
{
	uint64_t hash;

	return name->kind != UP_NONE && hash_of(bytes, size, &hash) == 0 && hash == name->hash;
}

int up_file_open(const char *bytes, size_t size, struct up_file *ret)
{
	struct problems problems = {0};
	struct signed_document document;
	struct sshsig signature;
	int r = document_split(bytes, size, &problems, &document);

	problems_clear(&problems);
	if (r < 0)
		return r;
	if (document.n_signatures != 1)
		return -EBADMSG;
	sshsig_verify(document.signatures[0].bytes, document.signatures[0].size, REPORT_NAMESPACE,
		document.text.bytes, document.text.size, &signature);
	if (signature.fault == SSHSIG_NO_MEMORY)
		return -ENOMEM;
	if (signature.fault != SSHSIG_GOOD || signature.is_hardware_key)
		return -EBADMSG;
	ret->text = document.text;
	memcpy(ret->fingerprint, signature.fingerprint, sizeof(ret->fingerprint));
	return 0;
}
