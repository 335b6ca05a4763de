/* The interface as sd-bus is told it; what the members mean says bus.h. */
#include "agent/bus_internal.h"
#include "agent/bus_reason.h"

#define PROPERTY(name, type, member, flags) \
	SD_BUS_PROPERTY(name, type, bus_get_property, offsetof(struct bus_status, member), flags)
#define FIXED(name, type, member) PROPERTY(name, type, member, SD_BUS_VTABLE_PROPERTY_CONST)
#define TOLD(name, type, member)  PROPERTY(name, type, member, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)
/* Changes with every record or second. */
#define UNTOLD(name, type, member) PROPERTY(name, type, member, 0)

const sd_bus_vtable bus_vtable[] = {
	SD_BUS_VTABLE_START(0),
	FIXED("Version", "s", version),
	FIXED("Enforces", "as", version),
	TOLD("Site", "s", site),
	TOLD("Tier", "s", tier),
	TOLD("Terminal", "s", terminal),
	TOLD("PolicySerial", "t", policy_serial),
	TOLD("PolicySha256", "s", policy_sha256),
	TOLD("PolicyNotAfter", "x", policy_not_after),
	TOLD("PolicyIsBuiltin", "b", is_builtin),
	TOLD("PolicyIsOnTrial", "b", is_on_trial),
	TOLD("PolicyIsRehearsed", "b", is_rehearsed),
	TOLD("PolicyRehearsedUntil", "x", rehearsed_until),
	TOLD("NextSerial", "t", next_serial),
	TOLD("NextSha256", "s", next_sha256),
	TOLD("NextNotBefore", "x", next_not_before),
	TOLD("RootNumber", "t", root_number),
	TOLD("RootEpoch", "u", root_epoch),
	TOLD("RootNotAfter", "x", root_not_after),
	TOLD("MediaSerial", "t", media_serial),
	TOLD("MediaNotAfter", "x", media_not_after),
	TOLD("Media", "u", media),
	UNTOLD("FreshAge", "t", fresh_age),
	TOLD("FreshMaxAge", "u", fresh_max_age),
	TOLD("NewestRoot", "t", newest_root),
	TOLD("NewestPolicy", "t", newest_policy),
	TOLD("NewestMedia", "t", newest_media),
	TOLD("LoginMode", "s", login_mode),
	TOLD("LoginRules", "t", login_rules),
	TOLD("LoginFrom", "x", login_from),
	TOLD("Tokens", "u", tokens),
	TOLD("TokensSerial", "t", tokens_serial),
	TOLD("TokensNotAfter", "x", tokens_not_after),
	TOLD("TerminalKey", "s", terminal_key),
	TOLD("Devices", "u", devices),
	TOLD("DevicesRefused", "u", devices_refused),
	TOLD("OtherKeyboards", "u", other_keyboards),
	UNTOLD("RecordSequence", "t", record_sequence),
	UNTOLD("RecordSha256", "s", record_sha256),
	TOLD("RecordsMissing", "t", records_missing),
	TOLD("Contact", "s", contact),
	TOLD("Problems", "a(ss)", problems),
	/* Who may call is asked by the methods themselves: sd-bus would wait for the answer. */
	SD_BUS_METHOD_WITH_ARGS("ListDevices", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", devices),
		bus_list_devices, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ExplainDevice", SD_BUS_ARGS("s", name),
		SD_BUS_RESULT("a{sv}", device), bus_explain_device, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("OpenRecords", SD_BUS_ARGS("t", after),
		SD_BUS_RESULT("a(sh)", files, "h", receipt), bus_open_records,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetPolicy", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", text),
		bus_get_policy, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("UpdateFrom",
		SD_BUS_ARGS("s", origin, "a(say)", documents, "a(ss)", unreadable),
		SD_BUS_RESULT("a(sss)", outcomes), bus_update_from, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL_WITH_ARGS("DeviceRefused",
		SD_BUS_ARGS("s", name, "s", class, "s", verdict, BUS_REASON, reason, "t", record),
		0),
	SD_BUS_SIGNAL_WITH_ARGS("DeviceLetIn",
		SD_BUS_ARGS("s", name, "s", class, "s", verdict, BUS_REASON, reason, "t", record),
		0),
	SD_BUS_SIGNAL_WITH_ARGS("DeviceRemoved", SD_BUS_ARGS("s", name, "t", record), 0),
	SD_BUS_SIGNAL_WITH_ARGS(
		"PolicyApplied", SD_BUS_ARGS("t", serial, "s", sha256, "t", record), 0),
	SD_BUS_SIGNAL_WITH_ARGS(
		"Warning", SD_BUS_ARGS("s", word, "s", object, "s", text, "t", record), 0),
	SD_BUS_VTABLE_END,
};
