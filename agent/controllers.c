#include "agent/controllers.h"

#include <fcntl.h>
#include <unistd.h>

#include "agent/sysfs.h"

static int close_attribute(int directory_fd, const char *name, bool *was_open)
{
	long value;
	int r = sysfs_read_number(directory_fd, name, &value);

	if (r < 0 || value == 0)
		return r;
	*was_open = true;
	return sysfs_write(directory_fd, name, "0");
}

int usbcore_close(bool *ret_was_open)
{
	bool was_open = false;
	int r = close_attribute(AT_FDCWD, USBCORE_PARAMETER, &was_open);

	if (r == 0)
		*ret_was_open = was_open;
	return r;
}

static bool root_hub_works(int controller_fd, unsigned bus)
{
	char path[48];

	snprintf(path, sizeof(path), "%u-0:1.0/driver", bus);
	return faccessat(controller_fd, path, F_OK, 0) == 0;
}

int controller_close(int controller_fd, unsigned bus, bool *ret_was_open)
{
	bool was_open = false;
	int r = close_attribute(controller_fd, "authorized_default", &was_open);

	if (r == 0 && root_hub_works(controller_fd, bus))
		r = close_attribute(controller_fd, "interface_authorized_default", &was_open);
	if (r == 0)
		*ret_was_open = was_open;
	return r;
}
