#include "policy/admin/phone_grant.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/desk_file.h"
#include "policy/admin/phone_book.h"
#include "policy/cleanup.h"
#include "policy/exemption.h"
#include "policy/phone_key.h"
#include "policy/timestamp.h"

static void print_line(const struct phone_grant *grant)
{
	printf("\n  %s at %s: ", grant->user, grant->terminal);
	if (grant->kind == PHONE_EXEMPTION)
		printf("%s, %s, %u minute%s from first use", grant->medium,
			exemption_direction_name(grant->access), grant->minutes,
			grant->minutes == 1 ? "" : "s");
	else
		printf("logs in by this code on %s, until midnight", grant->day);
	printf("; by %s\n\n", grant->desk);
}

static int answer(const struct desk_file *desk, const struct phone_grant *grant,
	char ret[PHONE_CODE_DIGITS + 1])
{
	uint8_t shared[PHONE_KEY_SIZE], key[PHONE_KEY_SIZE];
	int r = phone_key_of_terminal(desk->key, desk->site, desk->desk, grant->terminal, shared);

	if (r == 0)
		r = phone_key_of_kind(shared, grant->kind, key);
	if (r == 0)
		r = phone_code(grant, ocra_hmac_openssl, key, ret);
	explicit_bzero(shared, sizeof(shared));
	explicit_bzero(key, sizeof(key));
	return r;
}

static const char *who_answers(const struct phone_call *call)
{
	const struct passwd *account = call->by ? NULL : getpwuid(getuid());

	return call->by ? call->by : account ? account->pw_name : "";
}

static int show(const struct desk_file *desk, const struct phone_grant *grant)
{
	char digits[PHONE_CODE_DIGITS + 1], grouped[PHONE_CODE_TEXT_SIZE];
	int r = answer(desk, grant, digits);

	if (r < 0) {
		admin_complain("the digits could not be made: %s", strerror(-r));
		return EXIT_UNKNOWN;
	}
	phone_code_group(digits, grouped);
	printf("\n  %s\n\nRead it out, and have it read back.\n", grouped);
	explicit_bzero(digits, sizeof(digits));
	explicit_bzero(grouped, sizeof(grouped));
	return EXIT_DONE;
}

/* Terminals go by Japan's day, wherever the desk is. */
static void set_day(int64_t now_s, struct phone_grant *grant)
{
	char stamp[TIMESTAMP_SIZE];

	timestamp_format(now_s, JAPAN_MINUTES, stamp);
	snprintf(grant->day, sizeof(grant->day), "%.10s", stamp);
}

int phone_call_answer(const struct phone_call *call, enum phone_kind kind)
{
	CLEANUP(desk_file_clear) struct desk_file desk = {0};
	struct phone_grant grant = {.kind = kind};
	int offset_minutes, code = desk_file_read(call->key_path, &desk);
	int64_t now_s = admin_now(&offset_minutes);

	if (code != EXIT_DONE)
		return code;
	memcpy(grant.site, desk.site, sizeof(grant.site));
	memcpy(grant.desk, desk.desk, sizeof(grant.desk));
	if (kind == PHONE_LOGIN)
		set_day(now_s, &grant);
	code = phone_ask(&call->said, &grant);
	if (code != EXIT_DONE)
		return code;
	print_line(&grant);
	if (!admin_confirm("Grant this?")) {
		printf("Nothing is granted.\n");
		return EXIT_NO;
	}
	code = phone_book_add(call->key_path, &grant, who_answers(call), now_s, offset_minutes);
	return code == EXIT_DONE ? show(&desk, &grant) : code;
}
