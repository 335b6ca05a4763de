#include "policy/admin/fleet_page_words.h"

#include <string.h>

static const struct {
	const char *english, *japanese;
} words[WORD_COUNT] = {
	[WORD_TITLE] = {"State of the terminals", "端末の状況報告"},
	[WORD_AS_OF] = {"as of", "作成日時"},
	[WORD_CONFIDENTIAL] = {"handle with care", "取扱注意"},
	[WORD_APPROVED] = {"approved", "決裁"},
	[WORD_CHECKED] = {"checked", "確認"},
	[WORD_MADE] = {"made by", "作成"},
	[WORD_TERMINALS] = {"terminals", "端末"},
	[WORD_CALM] = {"without remarks", "異状なし"},
	[WORD_CURRENT] = {"on policy", "適用中の方針"},
	[WORD_SILENT] = {"silent or never reported", "報告の途絶・未報告"},
	[WORD_FACTOR_OFF] = {"without a second factor", "多要素認証なし"},
	[WORD_BLOCKED] = {"devices refused today", "本日の遮断件数"},
	[WORD_OPEN] = {"exemptions open", "有効な例外措置"},
	[WORD_BLOCKED_SHORT] = {"refused", "遮断"},
	[WORD_OPEN_SHORT] = {"open", "例外"},
	[WORD_ALARMS] = {"To be looked into", "要調査"},
	[WORD_NO_ALARMS] = {"There is nothing to look into.", "調査を要する端末はありません。"},
	[WORD_NOTES] = {"Silent, behind, or with exceptions", "報告の途絶、適用の遅れ、例外"},
	[WORD_NO_NOTES] = {"All others report and apply what is published.",
		"そのほかの端末は、すべて報告があり、公開中の方針を適用しています。"},
	[WORD_EXEMPTIONS] = {"Exemptions that are open", "有効な例外措置"},
	[WORD_NO_EXEMPTIONS] = {"No exemption is open.", "有効な例外措置はありません。"},
	[WORD_ALL] = {"All terminals", "全端末"},
	[WORD_TERMINAL] = {"terminal", "端末名"},
	[WORD_POLICY] = {"policy", "方針"},
	[WORD_LAST_REPORT] = {"last report", "最終報告"},
	[WORD_FACTOR] = {"second factor", "多要素認証"},
	[WORD_REMARKS] = {"remarks", "備考"},
	[WORD_NUMBER] = {"number", "受付番号"},
	[WORD_USER] = {"user", "利用者"},
	[WORD_PHASE] = {"state", "状態"},
	[WORD_UNTIL] = {"until", "期限"},
	[WORD_WHOEVER] = {"whoever has the code", "番号の所持者"},
	[WORD_FIGURES] = {"Figures", "集計"},
};

const char *fleet_word(enum fleet_word word, bool is_japanese)
{
	return is_japanese ? words[word].japanese : words[word].english;
}

const char *fleet_factor_text(enum report_factor factor, bool is_japanese)
{
	if (!is_japanese)
		return report_factor_name(factor);
	switch (factor) {
	case REPORT_FACTOR_OFF: break;
	case REPORT_FACTOR_REHEARSE: return "試行中";
	case REPORT_FACTOR_PARTIAL: return "例外あり";
	case REPORT_FACTOR_ON: return "あり";
	}
	return "なし";
}

const char *fleet_phase_text(const char *phase, bool is_japanese)
{
	static const struct {
		const char *word, *japanese;
	} phases[] = {{"approved", "許可済"}, {"sealed", "封緘"}, {"active", "使用中"},
		{"warned", "期限間近"}, {"ending", "終了中"}};

	for (size_t i = 0; is_japanese && i < sizeof(phases) / sizeof(phases[0]); i++)
		if (strcmp(phases[i].word, phase) == 0)
			return phases[i].japanese;
	return phase;
}

const char fleet_page_style[] =
	"body{font-family:sans-serif;font-size:14px;line-height:1.5;color:#111;max-width:64rem;"
	"margin:2rem auto;padding:0 1rem}"
	"header{display:flex;justify-content:space-between;align-items:flex-start;gap:2rem}"
	"h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem;"
	"border-bottom:2px solid #333}"
	".care{border:1px solid #111;padding:0 .6em;white-space:nowrap}"
	".seals{border-collapse:collapse}.seals th,.seals td{border:1px solid #111;width:5rem;"
	"text-align:center;font-weight:normal}.seals td{height:4rem}"
	".figures{display:flex;flex-wrap:wrap;gap:.75rem;padding:0;list-style:none}"
	".figures li{border:1px solid #999;border-radius:4px;padding:.4rem .8rem;min-width:6rem}"
	".figures b{display:block;font-size:1.5rem}.figures .bad{border:2px solid #a00}"
	".figures .bad b{color:#a00}"
	"table.list{border-collapse:collapse;width:100%}"
	".list th,.list td{border:1px solid #bbb;padding:.15rem .5rem;text-align:left;"
	"vertical-align:top}.list th{background:#eee;white-space:nowrap}"
	".list td:not(:last-child){white-space:nowrap}.list td.n{text-align:right}"
	".list tr{break-inside:avoid}.list thead{display:table-header-group}"
	".bad td:first-child::before{content:\"\\25b2\\a0\"}"
	"summary{cursor:pointer;padding:.2rem 0}"
	"@media print{@page{size:A4;margin:15mm}body{font-size:10pt;margin:0;max-width:none;"
	"padding:0 1px}.list th{background:none}h2{break-after:avoid}}";
