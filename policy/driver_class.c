/* Names of Linux drivers and subsystems, and what they make. Knows nothing of devices. */
#include "policy/driver_class.h"

#include <stddef.h>
#include <string.h>

struct word {
	const char *name; /* a trailing '*' stands for any rest */
	enum device_class device_class;
};

/* drivers/usb/storage, net/usb, net/wireless, bluetooth, class, serial, misc of Linux 6.1. Drivers
 * of input interfaces are left out where a child of subsystem input says the same. */
static const struct word drivers[] = {
	{"usb-storage", CLASS_USB_STORAGE},
	{"uas", CLASS_USB_STORAGE},
	{"ums-*", CLASS_USB_STORAGE},
	{"microtek*", CLASS_USB_STORAGE},
	{"rtsx_usb*", CLASS_SD_CARD},
	{"vub300", CLASS_SD_CARD},
	{"ushc", CLASS_SD_CARD},
	{"ipheth", CLASS_PHONE},
	{"aqc111", CLASS_USB_NETWORK},
	{"asix", CLASS_USB_NETWORK},
	{"ax88179_178a", CLASS_USB_NETWORK},
	{"catc", CLASS_USB_NETWORK},
	{"cdc_eem", CLASS_USB_NETWORK},
	{"cdc_ether", CLASS_USB_NETWORK},
	{"cdc_ncm", CLASS_USB_NETWORK},
	{"cdc_phonet", CLASS_USB_NETWORK},
	{"cdc_subset", CLASS_USB_NETWORK},
	{"ch9200", CLASS_USB_NETWORK},
	{"cx82310_eth", CLASS_USB_NETWORK},
	{"dm9601", CLASS_USB_NETWORK},
	{"gl620a", CLASS_USB_NETWORK},
	{"int51x1", CLASS_USB_NETWORK},
	{"kalmia", CLASS_USB_NETWORK},
	{"kaweth", CLASS_USB_NETWORK},
	{"lan78xx", CLASS_USB_NETWORK},
	{"lg-vl600", CLASS_USB_NETWORK},
	{"MOSCHIP usb-ethernet driver", CLASS_USB_NETWORK},
	{"net1080", CLASS_USB_NETWORK},
	{"pegasus", CLASS_USB_NETWORK},
	{"plusb", CLASS_USB_NETWORK},
	{"r8152", CLASS_USB_NETWORK},
	{"r8153_ecm", CLASS_USB_NETWORK},
	{"rndis_host", CLASS_USB_NETWORK},
	{"rtl8150", CLASS_USB_NETWORK},
	{"smsc75xx", CLASS_USB_NETWORK},
	{"smsc95xx", CLASS_USB_NETWORK},
	{"sr9700", CLASS_USB_NETWORK},
	{"sr9800", CLASS_USB_NETWORK},
	{"zaurus", CLASS_USB_NETWORK},
	{"cdc_mbim", CLASS_MODEM},
	{"cdc_wdm", CLASS_MODEM},
	{"hso", CLASS_MODEM},
	{"huawei_cdc_ncm", CLASS_MODEM},
	{"option", CLASS_MODEM},
	{"qcserial", CLASS_MODEM},
	{"qmi_wwan", CLASS_MODEM},
	{"sierra", CLASS_MODEM},
	{"sierra_net", CLASS_MODEM},
	{"ar5523", CLASS_WIRELESS},
	{"at76c50x-usb", CLASS_WIRELESS},
	{"ath9k_htc", CLASS_WIRELESS},
	{"ath10k_usb", CLASS_WIRELESS},
	{"ath6kl_usb", CLASS_WIRELESS},
	{"brcmfmac", CLASS_WIRELESS},
	{"carl9170", CLASS_WIRELESS},
	{"mt76*", CLASS_WIRELESS},
	{"mt79*", CLASS_WIRELESS},
	{"mwifiex_usb", CLASS_WIRELESS},
	{"orinoco_usb", CLASS_WIRELESS},
	{"p54usb", CLASS_WIRELESS},
	{"prism2_usb", CLASS_WIRELESS},
	{"r8188eu", CLASS_WIRELESS},
	{"r8712u", CLASS_WIRELESS},
	{"rndis_wlan", CLASS_WIRELESS},
	{"rsi_91x", CLASS_WIRELESS},
	{"rt2500usb", CLASS_WIRELESS},
	{"rt2800usb", CLASS_WIRELESS},
	{"rt73usb", CLASS_WIRELESS},
	{"rtl8187", CLASS_WIRELESS},
	{"rtl8192cu", CLASS_WIRELESS},
	{"rtl8xxxu", CLASS_WIRELESS},
	{"rtw_*", CLASS_WIRELESS},
	{"usb8xxx", CLASS_WIRELESS},
	{"zd1201", CLASS_WIRELESS},
	{"zd1211rw", CLASS_WIRELESS},
	{"ath3k", CLASS_BLUETOOTH},
	{"bcm203x", CLASS_BLUETOOTH},
	{"bfusb", CLASS_BLUETOOTH},
	{"bpa10x", CLASS_BLUETOOTH},
	{"btusb", CLASS_BLUETOOTH},
	{"ark3116", CLASS_SERIAL},
	{"cdc_acm", CLASS_SERIAL},
	{"ch341*", CLASS_SERIAL},
	{"cp210x", CLASS_SERIAL},
	{"ftdi_sio", CLASS_SERIAL},
	{"keyspan*", CLASS_SERIAL},
	{"mos7720", CLASS_SERIAL},
	{"mos7840", CLASS_SERIAL},
	{"pl2303", CLASS_SERIAL},
	{"ti_usb_3410_5052*", CLASS_SERIAL},
	{"usb_serial_simple", CLASS_SERIAL},
	{"usbserial*", CLASS_SERIAL},
	{"usbhid", CLASS_KEYBOARD},
	{"usbkbd", CLASS_KEYBOARD},
	{"usbmouse", CLASS_POINTER},
	{"gspca_*", CLASS_CAMERA},
	{"uvcvideo", CLASS_CAMERA},
	{"snd-*", CLASS_AUDIO},
	{"usblp", CLASS_PRINTER},
	{"hub", CLASS_HUB},
};

static const struct word subsystems[] = {
	{"block", CLASS_USB_STORAGE},
	{"bsg", CLASS_USB_STORAGE},
	{"mtd", CLASS_USB_STORAGE},
	{"scsi", CLASS_USB_STORAGE},
	{"scsi_device", CLASS_USB_STORAGE},
	{"scsi_disk", CLASS_USB_STORAGE},
	{"scsi_generic", CLASS_USB_STORAGE},
	{"scsi_host", CLASS_USB_STORAGE},
	{"memstick_host", CLASS_SD_CARD},
	{"mmc", CLASS_SD_CARD},
	{"mmc_host", CLASS_SD_CARD},
	{"net", CLASS_USB_NETWORK},
	{"wwan", CLASS_MODEM},
	{"ieee80211", CLASS_WIRELESS},
	{"bluetooth", CLASS_BLUETOOTH},
	{"tty", CLASS_SERIAL},
	{"usb-serial", CLASS_SERIAL},
	{"hid", CLASS_KEYBOARD},
	{"hidraw", CLASS_KEYBOARD},
	{"input", CLASS_KEYBOARD},
	{"video4linux", CLASS_CAMERA},
	{"sound", CLASS_AUDIO},
};

static bool word_fits(const char *word, const char *name)
{
	size_t length = strlen(word);

	if (word[length - 1] == '*')
		return strncmp(word, name, length - 1) == 0;
	return strcmp(word, name) == 0;
}

static bool find(const struct word *words, size_t count, const char *name, enum device_class *ret)
{
	for (size_t i = 0; i < count; i++)
		if (word_fits(words[i].name, name)) {
			*ret = words[i].device_class;
			return true;
		}
	return false;
}

bool driver_class(const char *driver, enum device_class *ret)
{
	return find(drivers, sizeof(drivers) / sizeof(drivers[0]), driver, ret);
}

bool child_subsystem_class(const char *subsystem, enum device_class *ret)
{
	return find(subsystems, sizeof(subsystems) / sizeof(subsystems[0]), subsystem, ret);
}
