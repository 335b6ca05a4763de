#include "policy/admin/fleet_flaw.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *name, *english, *japanese;
	bool is_alarm, is_kept;
} flaws[FLEET_FLAW_COUNT] = {
	[FLEET_TWO_SPEAK] = {"two-speak", "two machines speak with its key",
		"2台の端末が同じ鍵で報告", true, true},
	[FLEET_NUMBER_FELL] = {"number-fell", "the number of its reports fell", "報告番号が後退",
		true, true},
	[FLEET_RECORDS_FELL] = {"records-fell", "it had more records before", "記録が減少", true,
		true},
	[FLEET_RECORDS_CHANGED] = {"records-changed", "its last record was another one before",
		"最後の記録が差し替わっている", true, true},
	[FLEET_FACTOR_OFF] = {"second-factor-off", "no second factor at login", "多要素認証なし",
		true, false},
	[FLEET_POLICY_LOST] = {"policy-lost", "its policy was lost: the strict one holds",
		"方針が失われ、厳格な内蔵方針で動作", true, false},
	[FLEET_POLICY_FOREIGN] = {"policy-foreign", "it applies a policy that is not published",
		"公開していない方針を適用", true, false},
	[FLEET_RECORDS_LOST] = {"records-lost", "records could not be written",
		"書き込めなかった記録がある", true, false},
	[FLEET_ALERTED] = {"alerts", "alerts", "警報", true, false},
	[FLEET_TROUBLED] = {"problems", "problems", "異常", true, false},
	[FLEET_NEVER] = {"never-reported", "never reported", "報告なし", false, false},
	[FLEET_SILENT] = {"silent", "silent", "報告が途絶", false, false},
	[FLEET_NO_POLICY] = {"no-policy", "no policy yet: the built-in one holds",
		"方針未適用(内蔵方針)", false, false},
	[FLEET_BEHIND] = {"policy-behind", "older policy", "旧い方針", false, false},
	[FLEET_ROOT_BEHIND] = {"root-behind", "older root", "旧いルート", false, false},
	[FLEET_MEDIA_BEHIND] = {"media-behind", "older list of media", "旧い媒体台帳", false,
		false},
	[FLEET_FACTOR_REHEARSED] = {"second-factor-rehearsed", "second factor only rehearsed",
		"多要素認証は試行中", false, false},
	[FLEET_FACTOR_PARTIAL] = {"second-factor-partial", "second factor with exceptions",
		"多要素認証に例外あり", false, false},
	[FLEET_REHEARSED] = {"rehearsed", "policy only rehearsed: nothing is refused",
		"方針は試行中(遮断なし)", false, false},
	[FLEET_CLOCK_AHEAD] = {"clock-ahead", "its clock is ahead", "時計が進んでいる", false,
		false},
};

static bool is_known(enum fleet_flaw flaw)
{
	return (unsigned)flaw < FLEET_FLAW_COUNT;
}

const char *fleet_flaw_name(enum fleet_flaw flaw)
{
	return is_known(flaw) ? flaws[flaw].name : NULL;
}

int fleet_flaw_from_name(const char *name, enum fleet_flaw *ret)
{
	for (unsigned i = 0; i < FLEET_FLAW_COUNT; i++)
		if (strcmp(flaws[i].name, name) == 0) {
			*ret = (enum fleet_flaw)i;
			return 0;
		}
	return -EINVAL;
}

bool fleet_flaw_is_alarm(enum fleet_flaw flaw)
{
	return is_known(flaw) && flaws[flaw].is_alarm;
}

bool fleet_flaw_is_kept(enum fleet_flaw flaw)
{
	return is_known(flaw) && flaws[flaw].is_kept;
}

const char *fleet_flaw_text(enum fleet_flaw flaw, bool is_japanese)
{
	return !is_known(flaw) ? "" : is_japanese ? flaws[flaw].japanese : flaws[flaw].english;
}

unsigned fleet_flaws_alarms(unsigned set)
{
	unsigned alarms = 0;

	for (unsigned i = 0; i < FLEET_FLAW_COUNT; i++)
		alarms |= flaws[i].is_alarm ? set & FLEET_FLAW(i) : 0;
	return alarms;
}

unsigned fleet_flaws_kept(unsigned set)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < FLEET_FLAW_COUNT; i++)
		kept |= flaws[i].is_kept ? set & FLEET_FLAW(i) : 0;
	return kept;
}
