#include "liar_port.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/usbdevice_fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONTROLLER     "/sys/devices/platform/vhci_hcd.0"
#define SPEED_HIGH     3          /* enum usb_device_speed of linux/usb/ch9.h */
#define DEVICE_ID      0x00010002 /* any: it names a device at the far end */
#define RETRY_PAUSE_MS 10
#define RETRY_LIMIT    500

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		r = -errno;
	close(fd);
	return r;
}

static int attach_once(int port, int socket_fd)
{
	char text[64];

	snprintf(text, sizeof(text), "%d %d %d %d", port, socket_fd, DEVICE_ID, SPEED_HIGH);
	return write_file(CONTROLLER "/attach", text);
}

static int attach_with_patience(int port, int socket_fd, int *ret_port)
{
	int first = port == PORT_ANY ? 0 : port;
	int last = port == PORT_ANY ? PORT_COUNT - 1 : port;

	for (int i = 0; i < RETRY_LIMIT; i++) {
		for (int p = first; p <= last; p++) {
			int r = attach_once(p, socket_fd);

			if (r == 0)
				*ret_port = p;
			if (r != -EBUSY)
				return r;
		}
		usleep(RETRY_PAUSE_MS * 1000);
	}
	return -EBUSY;
}

int port_attach(int port, int *ret_port)
{
	int ends[2];
	int r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	r = attach_with_patience(port, ends[1], ret_port);
	close(ends[1]); /* the kernel has its own hold on it */
	if (r < 0) {
		close(ends[0]);
		return r;
	}
	return ends[0];
}

int port_detach(int port)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", port);
	return write_file(CONTROLLER "/detach", text);
}

static int read_number(const char *folder, const char *name, int *ret)
{
	char path[256];
	char text[16] = "";
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (got <= 0)
		return -EIO;
	*ret = (int)strtol(text, NULL, 10);
	return 0;
}

/* The controller has a slow and a fast bus; a folder BUS-PORT is a device. */
static int find_node(int port, char *ret, size_t size)
{
	char pattern[128];
	glob_t found;
	int r = -ENOENT;

	snprintf(pattern, sizeof(pattern), CONTROLLER "/usb*/*-%d", port + 1);
	if (glob(pattern, 0, NULL, &found) != 0)
		return r;
	for (size_t i = 0; i < found.gl_pathc && r < 0; i++) {
		const char *folder = found.gl_pathv[i];
		int bus, device, speed;

		if (read_number(folder, "speed", &speed) < 0 || speed != 480 ||
			read_number(folder, "busnum", &bus) < 0 ||
			read_number(folder, "devnum", &device) < 0)
			continue;
		snprintf(ret, size, "/dev/bus/usb/%03d/%03d", bus, device);
		r = 0;
	}
	globfree(&found);
	return r;
}

int port_reset(int port)
{
	char node[64];
	int fd;
	int r;

	r = find_node(port, node, sizeof(node));
	if (r < 0)
		return r;
	fd = open(node, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, USBDEVFS_RESET, 0) < 0)
		r = -errno;
	close(fd);
	return r;
}
