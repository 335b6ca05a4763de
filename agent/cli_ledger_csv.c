#include "agent/cli_ledger_csv.h"

#include <inttypes.h>
#include <string.h>

#include "agent/cli_time.h"
#include "agent/exemption_state.h"
#include "policy/characters.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define REMARK_SIZE     4096

static const char *const headings[] = {
	"受付番号",
	"申請日時",
	"所属",
	"職員番号",
	"申請者氏名",
	"使用目的",
	"端末名",
	"媒体管理番号",
	"区分(読取/書込/持出)",
	"情報の名称",
	"機密性区分",
	"個人情報(有無)",
	"特定個人情報(有無)",
	"件数",
	"暗号化",
	"持出先",
	"許可開始",
	"許可終了",
	"許可者職氏名",
	"許可日時",
	"許可方法(画面/電話/事後)",
	"立会者",
	"ウイルス検査結果",
	"パターン日付",
	"書込ファイル数",
	"書込容量",
	"返却日時",
	"消去確認日時",
	"消去確認者",
	"備考",
};

#define N_HEADINGS (sizeof(headings) / sizeof(headings[0]))

/* --- a cell --- */

/* A program would show a date, or 123 for 00123. */
static bool looks_like_a_number(const char *text)
{
	return is_digit(text[0]) && text[strspn(text, "0123456789eE:./,+- ")] == '\0';
}

static bool looks_like_a_formula(const char *text)
{
	return text[0] && strchr("=+-@'", text[0]);
}

static void put_quoted(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
}

/* Quoted, with a guard where a spreadsheet would take it for a formula or a number; what would tear
 * a line becomes a space. */
static void put_cell(FILE *out, const char *text)
{
	bool is_number = looks_like_a_number(text);

	fputc('"', out);
	if (looks_like_a_formula(text))
		fputc('\'', out);
	if (is_number)
		fputs("=\"\"", out);
	put_quoted(out, text);
	if (is_number)
		fputs("\"\"", out);
	fputc('"', out);
}

/* A time is to be a time there. */
static void put_time(FILE *out, int64_t time_s)
{
	char text[CLI_TIME_SIZE];

	fprintf(out, "\"%s\"", time_s ? cli_time_digits(time_s, text) : "");
}

/* So is a count; what is none, in a record that somebody wrote otherwise, is guarded. */
static void put_count(FILE *out, const char *text)
{
	if (text[strspn(text, "0123456789")] == '\0')
		fprintf(out, "\"%s\"", text);
	else
		put_cell(out, text);
}

/* --- words --- */

static const char *yes_words(const char *word)
{
	return strcmp(word, "yes") == 0 ? "有" : strcmp(word, "no") == 0 ? "無" : word;
}

/* What stays in the house is no 持出. */
static bool is_taken_away(const char *destination)
{
	static const char *const nowhere[] = {
		"", "なし", "無し", "無", "none", "None", "no", "庁内", "-"};

	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++)
		if (strcmp(destination, nowhere[i]) == 0)
			return false;
	return true;
}

static const char *kind_of(const struct ledger_row *row)
{
	const char *direction = ledger_text(row, LEDGER_DIRECTION);

	if (is_taken_away(ledger_text(row, LEDGER_DESTINATION)))
		return "持出";
	if (strcmp(direction, "read-write") == 0)
		return "書込";
	return strcmp(direction, "read-only") == 0 ? "読取" : direction;
}

static const char *method_words(const char *method)
{
	static const char *const words[][2] = {
		{"screen", "画面"}, {"phone", "電話"}, {"sealed", "封緘"}, {"prepared", "事前"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], method) == 0)
			return words[i][1];
	return method;
}

static const char *end_words(const char *reason)
{
	static const char *const words[EXEMPTION_END_COUNT] = {
		[EXEMPTION_END_TIME] = "許可時間の満了",
		[EXEMPTION_END_NOT_AFTER] = "許可期間の満了",
		[EXEMPTION_END_EJECT] = "利用者による取外し",
		[EXEMPTION_END_RETURNED] = "返却",
		[EXEMPTION_END_LOGOUT] = "ログアウト",
		[EXEMPTION_END_UNPLUG] = "抜取り",
		[EXEMPTION_END_INSERTIONS] = "接続回数の満了",
		[EXEMPTION_END_REBOOT] = "再起動",
		[EXEMPTION_END_REVOKED] = "許可の取消し",
		[EXEMPTION_END_POLICY] = "設定の変更",
		[EXEMPTION_END_WITHDRAWN] = "許可の文書の削除",
		[EXEMPTION_END_LEASE] = "通信の途絶",
		[EXEMPTION_END_LOST] = "端末の記憶の喪失",
	};
	enum exemption_end end;

	return exemption_end_from_name(reason, &end) == 0 && words[end] ? words[end] : reason;
}

/* --- remarks --- */

struct remarks {
	char text[REMARK_SIZE];
	size_t used;
};

/* Behind 、 where something is there already. text may be empty, then nothing is added. */
static void add(struct remarks *remarks, const char *label, const char *text)
{
	int n;

	if (!text[0])
		return;
	n = snprintf(remarks->text + remarks->used, REMARK_SIZE - remarks->used, "%s%s%s",
		remarks->used > 0 ? "、" : "", label, text);
	if (n > 0)
		remarks->used += (size_t)n < REMARK_SIZE - remarks->used
					 ? (size_t)n
					 : REMARK_SIZE - remarks->used - 1;
}

static void add_time(struct remarks *remarks, const char *label, int64_t time_s)
{
	char text[CLI_TIME_SIZE];

	if (time_s)
		add(remarks, label, cli_time_digits(time_s, text));
}

static void remark(const struct ledger_row *row, struct remarks *remarks)
{
	bool has_name = ledger_text(row, LEDGER_NAME)[0];

	if (!ledger_text(row, LEDGER_MEDIUM)[0])
		add(remarks, "媒体 ", ledger_text(row, LEDGER_DEVICE));
	if (has_name)
		add(remarks, "利用者 ", ledger_text(row, LEDGER_USER));
	/* Who answers at a desk, no terminal knows: the desk's book has the name. */
	if (strcmp(ledger_text(row, LEDGER_METHOD), "phone") == 0) {
		add(remarks, "電話の申請者 ", ledger_text(row, LEDGER_REQUESTER));
		add(remarks, "電話の窓口 ", ledger_text(row, LEDGER_APPROVERS));
		add(remarks, "", "担当者は窓口の帳簿で要確認");
	}
	add(remarks, "延長元 ", ledger_text(row, LEDGER_EXTENDS));
	add_time(remarks, "不許可・無効 ", row->times_s[LEDGER_REFUSED_AT]);
	add(remarks, "理由 ", ledger_text(row, LEDGER_REFUSED));
	if (row->is_revoked)
		add(remarks, "許可の取消し", "あり");
	add_time(remarks, "使用開始 ", row->times_s[LEDGER_USED_AT]);
	add_time(remarks, "使用終了 ", row->times_s[LEDGER_ENDED_AT]);
	add(remarks, "終了理由 ", end_words(ledger_text(row, LEDGER_ENDED)));
	if (row->is_unclean)
		add(remarks, "使用中のまま取外し", "、要確認");
	add(remarks, "使用していたプログラム ", ledger_text(row, LEDGER_HOLDERS));
	add(remarks, "保管場所 ", ledger_text(row, LEDGER_PLACE));
	add_time(remarks, "事後報告 ", row->times_s[LEDGER_REPORTED_AT]);
	add(remarks, "報告内容 ", ledger_text(row, LEDGER_REPORT));
}

/* --- */

void ledger_csv_begin(FILE *out)
{
	fputs(BYTE_ORDER_MARK, out);
	for (size_t i = 0; i < N_HEADINGS; i++)
		fprintf(out, "%s\"%s\"", i > 0 ? "," : "", headings[i]);
	fputs("\r\n", out);
}

static void put_text(FILE *out, const struct ledger_row *row, enum ledger_text text)
{
	put_cell(out, ledger_text(row, text));
	fputc(',', out);
}

static void put_yes(FILE *out, const struct ledger_row *row, enum ledger_text text)
{
	put_cell(out, yes_words(ledger_text(row, text)));
	fputc(',', out);
}

static void put_time_of(FILE *out, const struct ledger_row *row, enum ledger_time time)
{
	put_time(out, row->times_s[time]);
	fputc(',', out);
}

/* Who asked: the name of the form, else the account. */
static const char *name_of(const struct ledger_row *row)
{
	const char *name = ledger_text(row, LEDGER_NAME);

	if (!name[0])
		name = ledger_text(row, LEDGER_REQUESTER);
	return name[0] ? name : ledger_text(row, LEDGER_USER);
}

static void put_application(FILE *out, const struct ledger_row *row)
{
	put_text(out, row, LEDGER_ID);
	put_time_of(out, row, LEDGER_REQUESTED_AT);
	put_text(out, row, LEDGER_SECTION);
	put_text(out, row, LEDGER_NUMBER);
	put_cell(out, name_of(row));
	fputc(',', out);
	put_text(out, row, LEDGER_PURPOSE);
	put_text(out, row, LEDGER_TERMINAL);
	put_text(out, row, LEDGER_MEDIUM);
	put_cell(out, kind_of(row));
	fputc(',', out);
	put_text(out, row, LEDGER_INFORMATION);
	put_text(out, row, LEDGER_CLASSIFICATION);
	put_yes(out, row, LEDGER_PERSONAL_DATA);
	put_yes(out, row, LEDGER_SPECIFIC_PERSONAL_DATA);
	put_count(out, ledger_text(row, LEDGER_ITEMS));
	fputc(',', out);
	put_yes(out, row, LEDGER_ENCRYPTED);
	put_text(out, row, LEDGER_DESTINATION);
}

void ledger_csv_row(FILE *out, const struct ledger_row *row)
{
	struct remarks remarks = {.used = 0};

	put_application(out, row);
	put_time_of(out, row, LEDGER_FROM);
	put_time_of(out, row, LEDGER_UNTIL);
	put_text(out, row,
		ledger_text(row, LEDGER_APPROVER_NAMES)[0] ? LEDGER_APPROVER_NAMES
							   : LEDGER_APPROVERS);
	put_time_of(out, row, LEDGER_APPROVED_AT);
	put_cell(out, method_words(ledger_text(row, LEDGER_METHOD)));
	fputc(',', out);
	put_text(out, row, LEDGER_WITNESS);
	/* No scanner and no list of files in this version. */
	fputs("\"\",\"\",\"\",\"\",", out);
	put_time_of(out, row, LEDGER_RETURNED_AT);
	/* Nor does it erase. */
	fputs("\"\",\"\",", out);
	remark(row, &remarks);
	put_cell(out, remarks.text);
	fputs("\r\n", out);
}
