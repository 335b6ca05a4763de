#include "policy/pskc/keys.h"

#include <errno.h>
#include <inttypes.h>
#include <pskc/pskc.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "policy/cleanup.h"
#include "policy/code_kind.h"
#include "policy/pskc/node.h"
#include "policy/pskc/rows.h"

#define PSKC_HOTP PSKC_SPACE ":hotp"
#define PSKC_TOTP PSKC_SPACE ":totp"
#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))

struct row {
	const char *number, *hash;
	bool is_hotp;
	uint32_t digits, period_s;
	uint64_t count;
	int64_t begin_s, end_s; /* 0: none */
	const char *secret;
	size_t secret_size;
};

static void free_container(pskc_t **container)
{
	pskc_done(*container);
}

/* "" of what is not there. */
static const char *text_of(const char *text)
{
	return text ? text : "";
}

/* RFC 6030 and the profiles of TOTP write it in one of these ways; without a Suite it is SHA-1. */
static const char *hash_of(const char *suite)
{
	static const char *const names[][2] = {{"", "sha1"}, {"HMAC-SHA1", "sha1"},
		{"HMAC-SHA-1", "sha1"}, {"SHA1", "sha1"}, {"SHA-1", "sha1"},
		{"HMAC-SHA256", "sha256"}, {"HMAC-SHA-256", "sha256"}, {"SHA256", "sha256"},
		{"SHA-256", "sha256"}, {"HMAC-SHA512", "sha512"}, {"HMAC-SHA-512", "sha512"},
		{"SHA512", "sha512"}, {"SHA-512", "sha512"}};

	for (size_t i = 0; i < COUNT(names); i++)
		if (strcasecmp(names[i][0], suite) == 0)
			return names[i][1];
	return NULL;
}

static int64_t seconds_of(const struct tm *time)
{
	struct tm copy;

	if (!time)
		return 0;
	copy = *time;
	return timegm(&copy);
}

/* What the device's dates and the key's dates allow together. */
static void take_dates(pskc_key_t *key, struct row *row)
{
	int64_t begin = seconds_of(pskc_get_key_policy_startdate(key));
	int64_t end = seconds_of(pskc_get_key_policy_expirydate(key));

	row->begin_s = seconds_of(pskc_get_device_startdate(key));
	row->end_s = seconds_of(pskc_get_device_expirydate(key));
	if (begin > row->begin_s)
		row->begin_s = begin;
	if (end > 0 && (row->end_s == 0 || end < row->end_s))
		row->end_s = end;
}

static const char *check_policy(pskc_key_t *key)
{
	int is_there = 0;
	int usages = pskc_get_key_policy_keyusages(key, &is_there);
	pskc_pinusagemode mode;

	if (is_there && !(usages & PSKC_KEYUSAGE_OTP))
		return "its KeyUsage is not OTP";
	(void)pskc_get_key_policy_numberoftransactions(key, &is_there);
	if (is_there)
		return "it may be used so many times only, and nobody counts that here";
	mode = pskc_get_key_policy_pinusagemode(key, &is_there);
	if (is_there && mode != PSKC_PINUSAGEMODE_LOCAL)
		return "a PIN goes into its codes";
	return NULL;
}

static const char *check_response(pskc_key_t *key, struct row *row)
{
	int is_there = 0;
	pskc_valueformat form = pskc_get_key_algparm_resp_encoding(key, &is_there);

	if (!is_there)
		return "its ResponseFormat does not say how its codes look";
	if (form != PSKC_VALUEFORMAT_DECIMAL)
		return "its codes are no decimal digits";
	row->digits = pskc_get_key_algparm_resp_length(key, &is_there);
	if (!is_there || row->digits < CODE_DIGITS_MIN || row->digits > CODE_DIGITS_MAX)
		return "its codes have not 6, 7 or 8 digits";
	if (pskc_get_key_algparm_resp_checkdigits(key, &is_there) && is_there)
		return "its codes have a check digit";
	return NULL;
}

static const char *check_algorithm(pskc_key_t *key, struct row *row)
{
	const char *algorithm = text_of(pskc_get_key_algorithm(key));
	int is_there = 0;

	row->is_hotp = strcmp(algorithm, PSKC_HOTP) == 0;
	if (!row->is_hotp && strcmp(algorithm, PSKC_TOTP) != 0)
		return "its Algorithm is neither hotp nor totp of RFC 6030";
	row->hash = hash_of(text_of(pskc_get_key_algparm_suite(key)));
	if (!row->hash || (row->is_hotp && strcmp(row->hash, "sha1") != 0))
		return "its Suite is no HMAC that its Algorithm has here";
	if (row->is_hotp) {
		row->count = pskc_get_key_data_counter(key, &is_there);
		return NULL;
	}
	if (pskc_get_key_data_time(key, &is_there) != 0)
		return "its clock begins at another time than 1970";
	row->period_s = pskc_get_key_data_timeinterval(key, &is_there);
	if (!is_there)
		row->period_s = 30; /* RFC 6238, 4.1 */
	return NULL;
}

/* Why it cannot be used here, or NULL. */
static const char *read_key(pskc_key_t *key, struct row *row)
{
	const char *why;

	row->number = text_of(pskc_get_device_serialno(key));
	if (row->number[0] == '\0')
		row->number = text_of(pskc_get_key_id(key));
	take_dates(key, row);
	why = check_algorithm(key, row);
	if (!why)
		why = check_policy(key);
	row->secret = pskc_get_key_data_secret(key, &row->secret_size);
	if (!why && (!row->secret || row->secret_size == 0))
		why = "its secret is not in the file, only what it is made of";
	if (!why && (row->secret_size < CODE_SECRET_MIN || row->secret_size > CODE_SECRET_MAX))
		why = "its secret has not 16 to 64 bytes (RFC 4226, R6)";
	return why ? why : check_response(key, row);
}

static void write_row(
	const struct row *row, const struct pskc_package *package, const char *why, FILE *to)
{
	if (why) {
		fprintf(to, PSKC_ROWS_UNFIT "\t%u\t%s\t%s\n", package->line, row->number, why);
		return;
	}
	fprintf(to,
		PSKC_ROWS_TOKEN "\t%u\t%s\t%s\t%s\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu64 "\t%" PRId64
				"\t%" PRId64 "\t",
		package->line, row->number, row->is_hotp ? "hotp" : "totp", row->hash, row->digits,
		row->period_s, row->count, row->begin_s, row->end_s);
	for (size_t i = 0; i < row->secret_size; i++)
		fprintf(to, "%02x", (unsigned)(unsigned char)row->secret[i]);
	fputc('\n', to);
}

static int parse(const struct pskc_reduced *reduced, pskc_t *container)
{
	xmlChar *text = NULL;
	int size = 0, r;

	xmlDocDumpMemory(reduced->document, &text, &size);
	if (!text)
		return -ENOMEM;
	r = pskc_parse_from_memory(container, (size_t)size, (const char *)text);
	explicit_bzero(text, (size_t)size);
	xmlFree(text);
	/* The XML is ours, so libxml2 had nothing against it but its size. */
	if (r == PSKC_MALLOC_ERROR || r == PSKC_XML_ERROR)
		return -ENOMEM;
	return r == PSKC_OK ? 0 : -EBADMSG;
}

int pskc_keys_write(const struct pskc_reduced *reduced, FILE *to)
{
	CLEANUP(free_container) pskc_t *container = NULL;
	int r = pskc_init(&container) == PSKC_OK ? parse(reduced, container) : -ENOMEM;

	if (r < 0)
		return r;
	if (pskc_get_keypackage(container, reduced->n_packages))
		return -EBADMSG;
	for (size_t i = 0; i < reduced->n_packages; i++) {
		pskc_key_t *key = pskc_get_keypackage(container, i);
		struct row row = {0};
		const char *why = key ? read_key(key, &row) : NULL;

		if (!key)
			return -EBADMSG;
		write_row(&row, &reduced->packages[i],
			reduced->packages[i].unfit ? reduced->packages[i].unfit : why, to);
	}
	return 0;
}
