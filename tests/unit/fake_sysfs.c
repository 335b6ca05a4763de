#include "tests/unit/fake_sysfs.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "agent/sysfs.h"
#include "tests/unit/usb_builder.h"

#define PRELOADED "libumockdev-preload.so.0"

static char root[64];

void fake_sysfs_start(char **argv)
{
	const char *loaded = getenv("LD_PRELOAD");
	const char *options = getenv("ASAN_OPTIONS");
	char text[512];

	if (loaded && strstr(loaded, PRELOADED))
		return;
	if (!dlopen(PRELOADED, RTLD_LAZY)) {
		puts("1..1\nok 1 - everything # SKIP umockdev is not installed");
		exit(0);
	}
	snprintf(text, sizeof(text), PRELOADED "%s%s", loaded ? ":" : "", loaded ? loaded : "");
	setenv("LD_PRELOAD", text, 1);
	/* A sanitizer that came first would have complained that it does not come first now. */
	snprintf(text, sizeof(text), "%s%sverify_asan_link_order=0", options ? options : "",
		options ? ":" : "");
	setenv("ASAN_OPTIONS", text, 1);
	execv("/proc/self/exe", argv);
	exit(1);
}

const char *fake_path(const char *path)
{
	static char full[512];

	snprintf(full, sizeof(full), "%s/sys/%s", root, path);
	return full;
}

static void make_folders(char *path)
{
	for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(path, 0755) < 0)
			assert_int_equal(errno, EEXIST);
		*slash = '/';
	}
}

void fake_folder(const char *format, ...)
{
	char path[600], name[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(name, sizeof(name), format, arguments);
	va_end(arguments);
	snprintf(path, sizeof(path), "%s/", fake_path(name));
	make_folders(path);
}

static void make_parents(const char *path)
{
	char full[512];

	snprintf(full, sizeof(full), "%s", fake_path(path));
	make_folders(full);
}

void fake_file(const char *path, const void *bytes, size_t size)
{
	FILE *file;

	make_parents(path);
	file = fopen(fake_path(path), "we");
	assert_non_null(file);
	if (size > 0) /* an empty file has no bytes to point to */
		assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

void fake_text(const char *path, const char *text)
{
	fake_file(path, text, strlen(text));
}

const char *fake_read(const char *path)
{
	static char text[256];
	FILE *file = fopen(fake_path(path), "re");
	size_t size;

	assert_non_null(file);
	size = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[size] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return text;
}

void fake_link(const char *path, const char *target)
{
	make_parents(path);
	assert_int_equal(symlink(target, fake_path(path)), 0);
}

static int remove_one(const char *path, const struct stat *facts, int type, struct FTW *place)
{
	return remove(path);
}

void fake_remove(const char *path)
{
	char full[512];

	snprintf(full, sizeof(full), "%s", fake_path(path));
	assert_int_equal(nftw(full, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

int fake_sysfs_setup(void **state)
{
	snprintf(root, sizeof(root), "/tmp/sekisho-sysfs-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	setenv("UMOCKDEV_DIR", root, 1);
	fake_folder("bus/usb/devices");
	fake_folder("devices/pci");
	*state = root;
	return 0;
}

int fake_sysfs_teardown(void **state)
{
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static unsigned bus_of(const char *device)
{
	return (unsigned)strtoul(strncmp(device, "usb", 3) == 0 ? device + 3 : device, NULL, 10);
}

const char *fake_attribute(const char *device, const char *attribute)
{
	static char path[256];

	if (strncmp(device, "usb", 3) == 0)
		snprintf(path, sizeof(path), "devices/pci/%s/%s", device, attribute);
	else
		snprintf(path, sizeof(path), "devices/pci/usb%u/%s/%s", bus_of(device), device,
			attribute);
	return path;
}

static void write_number(const char *device, const char *attribute, unsigned number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u\n", number);
	fake_text(fake_attribute(device, attribute), text);
}

static void join_subsystem(const char *folder, const char *subsystem)
{
	char path[300], target[300];

	snprintf(path, sizeof(path), "%s/subsystem", folder);
	snprintf(target, sizeof(target), "/sys/%s", subsystem);
	fake_link(path, target);
}

static void list_on_bus(const char *name, const char *path)
{
	char link[256], target[512];

	snprintf(link, sizeof(link), "bus/usb/devices/%s", name);
	snprintf(target, sizeof(target), "../../../%s", path);
	fake_link(link, target);
}

void fake_usb_device(const char *name, unsigned number, const char *descriptors)
{
	static struct usb_builder builder;
	char folder[256];

	usb_builder_text(&builder, descriptors);
	snprintf(folder, sizeof(folder), "%s", fake_attribute(name, ""));
	folder[strlen(folder) - 1] = '\0';
	fake_folder("%s", folder);
	fake_file(fake_attribute(name, "descriptors"), builder.bytes, builder.size);
	fake_text(fake_attribute(name, "uevent"), "DEVTYPE=usb_device\n");
	write_number(name, "busnum", bus_of(name));
	write_number(name, "devnum", number);
	write_number(name, "authorized", 0);
	fake_text(fake_attribute(name, "bConfigurationValue"), "\n");
	join_subsystem(folder, "bus/usb");
	list_on_bus(name, folder);
	if (strncmp(name, "usb", 3) != 0)
		return;
	write_number(name, "authorized_default", 1);
	write_number(name, "interface_authorized_default", 1);
}

void fake_usb_probed(const char *name)
{
	fake_link(fake_attribute(name, "driver"), "/sys/bus/usb/drivers/usb");
}

void fake_usb_interface(const char *device, unsigned configuration, unsigned interface,
	const char *class, bool is_authorized, const char *driver)
{
	char name[80], folder[256], path[320];

	snprintf(name, sizeof(name), "%s:%u.%u", device, configuration, interface);
	snprintf(folder, sizeof(folder), "%s", fake_attribute(device, name));
	fake_folder("%s", folder);
	snprintf(path, sizeof(path), "%s/authorized", folder);
	fake_text(path, is_authorized ? "1\n" : "0\n");
	snprintf(path, sizeof(path), "%s/bInterfaceClass", folder);
	fake_text(path, class);
	fake_folder("%s/power", folder);
	fake_folder("%s/ep_81", folder);
	join_subsystem(folder, "bus/usb");
	list_on_bus(name, folder);
	if (!driver)
		return;
	snprintf(path, sizeof(path), "%s/driver", folder);
	snprintf(name, sizeof(name), "/sys/bus/usb/drivers/%s", driver);
	fake_link(path, name);
}

void fake_hid(const char *device, unsigned configuration, unsigned interface, const uint8_t *report,
	size_t size)
{
	char name[96], folder[256], path[320];

	snprintf(name, sizeof(name), "%s:%u.%u/0003:046D:C31C.0001", device, configuration,
		interface);
	snprintf(folder, sizeof(folder), "%s", fake_attribute(device, name));
	fake_folder("%s", folder);
	join_subsystem(folder, "bus/hid");
	snprintf(path, sizeof(path), "%s/report_descriptor", folder);
	fake_file(path, report, size);
}

static int open_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

int fake_open_device(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), SYSFS_USB_DEVICES "/%s", name);
	return open_folder(path);
}

int fake_open_disks(void)
{
	fake_folder("disks");
	return open_folder(fake_path("disks"));
}

struct core_plan fake_plan(const char *name, bool authorize)
{
	struct core_plan plan = {.authorize = authorize, .configuration = 1, .n_interfaces = 1};
	struct observation *seen;
	int fd = fake_open_device(name);

	assert_int_equal(sysfs_observe(fd, name, &seen), 0);
	close(fd);
	snprintf(plan.name, sizeof(plan.name), "%s", name);
	plan.bus = seen->bus;
	plan.number = seen->number;
	assert_int_equal(EVP_Digest(seen->descriptors, seen->descriptors_size,
				 plan.descriptors_sha256, NULL, EVP_sha256(), NULL),
		1);
	observation_free(seen);
	return plan;
}

/* Device Class Definition for HID 1.11, appendix B.1 and B.2. */
const uint8_t fake_report_keyboard[] = {0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0,
	0x29, 0xe7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75,
	0x08, 0x81, 0x01, 0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02,
	0x95, 0x01, 0x75, 0x03, 0x91, 0x01, 0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05,
	0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xc0};
const size_t fake_report_keyboard_size = sizeof(fake_report_keyboard);
const uint8_t fake_report_mouse[] = {0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x01, 0xa1, 0x00,
	0x05, 0x09, 0x19, 0x01, 0x29, 0x03, 0x15, 0x00, 0x25, 0x01, 0x95, 0x03, 0x75, 0x01, 0x81,
	0x02, 0x95, 0x01, 0x75, 0x05, 0x81, 0x01, 0x05, 0x01, 0x09, 0x30, 0x09, 0x31, 0x15, 0x81,
	0x25, 0x7f, 0x75, 0x08, 0x95, 0x02, 0x81, 0x06, 0xc0, 0xc0};
const size_t fake_report_mouse_size = sizeof(fake_report_mouse);
/* Volume up and down. */
const uint8_t fake_report_buttons[] = {0x05, 0x0c, 0x09, 0x01, 0xa1, 0x01, 0x09, 0xe9, 0x09, 0xea,
	0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x02, 0x81, 0x02, 0x95, 0x06, 0x81, 0x01, 0xc0};
const size_t fake_report_buttons_size = sizeof(fake_report_buttons);
