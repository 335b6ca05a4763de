#include "tests/dbus/more_devices.h"

#define REFUSED(n, class_) \
	{ \
		1, n, class_, VERDICT_BLOCK, \
		{ \
			.code = REASON_CLASS_NOT_NAMED, .device_class = class_ \
		} \
	}
#define LET_IN(n, class_) \
	{ \
		1, n, class_, VERDICT_ALLOW, \
		{ \
			.code = REASON_CLASS_RULE, .device_class = class_, .line = 14 \
		} \
	}

static const struct device_decision hub = {.verdict = VERDICT_ALLOW,
	.configuration = 1,
	.device_class = CLASS_HUB,
	.interfaces = {LET_IN(0, CLASS_HUB)},
	.n_interfaces = 1};
static const struct device_decision keyboard = {.verdict = VERDICT_ALLOW,
	.configuration = 1,
	.device_class = CLASS_KEYBOARD,
	.interfaces = {LET_IN(0, CLASS_KEYBOARD), LET_IN(1, CLASS_POINTER)},
	.n_interfaces = 2};
static const struct device_decision stick = {.device_class = CLASS_USB_STORAGE,
	.interfaces = {REFUSED(0, CLASS_USB_STORAGE)},
	.n_interfaces = 1};
static const struct device_decision drive = {.device_class = CLASS_OPTICAL,
	.interfaces = {REFUSED(0, CLASS_OPTICAL)},
	.n_interfaces = 1};
static const struct device_decision printer = {.device_class = CLASS_VENDOR,
	.interfaces = {REFUSED(0, CLASS_PRINTER), REFUSED(1, CLASS_VENDOR)},
	.n_interfaces = 2};
static const struct device_decision webcam = {.device_class = CLASS_CAMERA,
	.interfaces = {REFUSED(0, CLASS_CAMERA), REFUSED(1, CLASS_AUDIO)},
	.n_interfaces = 2};
static const struct device_decision phone = {
	.device_class = CLASS_PHONE, .interfaces = {REFUSED(0, CLASS_PHONE)}, .n_interfaces = 1};
static const struct device_decision network = {.device_class = CLASS_USB_NETWORK,
	.interfaces = {REFUSED(0, CLASS_USB_NETWORK), REFUSED(1, CLASS_VENDOR)},
	.n_interfaces = 2};
static const struct device_decision reader = {
	.device_class = CLASS_VENDOR, .interfaces = {REFUSED(0, CLASS_VENDOR)}, .n_interfaces = 1};
static const struct device_decision serial = {.device_class = CLASS_SERIAL,
	.interfaces = {REFUSED(0, CLASS_SERIAL), LET_IN(1, CLASS_KEYBOARD)},
	.n_interfaces = 2};
static const struct device_decision malformed = {.device_class = CLASS_UNKNOWN,
	.reason = {.code = REASON_MALFORMED, .text = "it is cut"},
	.interfaces = {REFUSED(0, CLASS_PRINTER)},
	.n_interfaces = 1};

static const struct agent_device devices[] = {
	{"1-1", 0x05e3, 0x0608, 1, 2, "Genesys", "USB2.0 Hub", NULL, NULL, &hub, "settled", false,
		0},
	{"1-2", 0x046d, 0xc31c, 1, 3, "Logitech", "USB Keyboard", NULL, NULL, &keyboard, "settled",
		false, 0},
	{"1-3", 0x0951, 0x1666, 1, 4, "Kingston", "DataTraveler 3.0", "001A92053B6A", NULL, &stick,
		"settled", false, 0},
	{"1-4", 0x0951, 0x1666, 1, 5, "Kingston", "DataTraveler 3.0", "A,\"B", NULL, &stick,
		"settled", false, 0},
	{"1-5", 0x0951, 0x1667, 1, 6, NULL, NULL, NULL, NULL, &stick, "settled", false, 0},
	{"1-6", 0x0411, 0x0299, 1, 7, "BUFFALO", "ＤＶＤドライブ", NULL, NULL, &drive, "settled",
		false, 0},
	{"1-7", 0x04a9, 0x1912, 1, 8, "Canon", "LBP6030/6040", NULL, NULL, &printer, "settled",
		false, 0},
	{"1-8", 0x046d, 0x0825, 1, 9, "Logitech",
		"株式会社の非常に長い名前を持つウェブカメラとその説明がここに続いていきますので折り"
		"返し",
		NULL, NULL, &webcam, "settled", false, 0},
	{"2-1", 0x04e8, 0x6860, 2, 2, "Samsung", "Galaxy", "R58M", NULL, &phone, "settled", false,
		0},
	{"2-2", 0x0b95, 0x1790, 2, 3, "ASIX", "AX88179", NULL, NULL, &network, "settled", false, 0},
	{"2-3", 0x054c, 0x06c3, 2, 4, "Sony", "--PaSoRi RC-S380/P--", NULL, NULL, &reader,
		"settled", false, 0},
	{"2-4", 0x054c, 0x06c3, 2, 5, "Sony", "--PaSoRi RC-S380/P--", NULL, NULL, &reader,
		"settled", false, 0},
	{"2-5", 0x0403, 0x6001, 2, 6, "FTDI", "計測器", NULL, NULL, &serial, "settled", false, 0},
	{"2-6", 0xdead, 0xbeef, 2, 7, "x", "y", NULL, NULL, &malformed, "settled", false, 0},
};

bool more_devices_at(size_t index, struct agent_device *ret)
{
	if (index >= sizeof(devices) / sizeof(devices[0]))
		return false;
	*ret = devices[index];
	return true;
}
