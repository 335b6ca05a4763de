#include "policy/admin/phone_book.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/cleanup.h"
#include "policy/exemption.h"
#include "policy/timestamp.h"

/* The words of the ledger of exemptions, where it has them. */
#define HEADINGS \
	"\xef\xbb\xbf許可日時,窓口,許可者職氏名,種別,端末名,利用者,媒体管理番号,区分(読取/書込)," \
	"分,当日限りの日,確認番号\r\n"

/* What a spreadsheet would take for a formula is text. */
static void write_cell(FILE *to, const char *text, const char *end)
{
	fputc('"', to);
	if (text[0] != '\0' && strchr("=+-@\t\r", text[0]))
		fputc('\'', to);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', to);
		fputc(*text, to);
	}
	fprintf(to, "\"%s", end);
}

static void write_row(FILE *to, const struct phone_grant *grant, const char *by, const char *time)
{
	bool is_exemption = grant->kind == PHONE_EXEMPTION;
	char minutes[16] = "";

	if (is_exemption)
		snprintf(minutes, sizeof(minutes), "%u", grant->minutes);
	write_cell(to, time, ",");
	write_cell(to, grant->desk, ",");
	write_cell(to, by, ",");
	write_cell(to, is_exemption ? "一時使用許可" : "当日限りのコード", ",");
	write_cell(to, grant->terminal, ",");
	write_cell(to, grant->user, ",");
	write_cell(to, grant->medium, ",");
	write_cell(to,
		!is_exemption                        ? ""
		: grant->access == VERDICT_READ_ONLY ? "読取"
						     : "書込",
		",");
	write_cell(to, minutes, ",");
	write_cell(to, grant->day, ",");
	write_cell(to, grant->challenge, "\r\n");
}

static char *make_row(bool is_new, const struct phone_grant *grant, const char *by, int64_t now_s,
	int offset_minutes)
{
	char stamp[TIMESTAMP_SIZE], *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	timestamp_format(now_s, offset_minutes, stamp);
	stamp[10] = ' ';
	stamp[19] = '\0';
	if (is_new)
		fputs(HEADINGS, to);
	write_row(to, grant, by, stamp);
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

int phone_book_add(const char *key_path, const struct phone_grant *grant, const char *by,
	int64_t now_s, int offset_minutes)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s.csv", key_path);
	CLEANUP(cleanup_free) char *row = NULL;
	CLEANUP(admin_close) int fd = -1;
	struct stat facts;
	int r;

	if (!path)
		return admin_no_memory();
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || flock(fd, LOCK_EX) < 0 || fstat(fd, &facts) < 0) {
		admin_complain(
			"%s cannot be written, so nothing is granted: %s", path, strerror(errno));
		return EXIT_UNKNOWN;
	}
	row = make_row(facts.st_size == 0, grant, by, now_s, offset_minutes);
	if (!row)
		return admin_no_memory();
	r = admin_write_whole(fd, row, strlen(row));
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0)
		return EXIT_DONE;
	admin_complain("%s cannot be written, so nothing is granted: %s", path, strerror(-r));
	return EXIT_UNKNOWN;
}
