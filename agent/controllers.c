#include "agent/controllers.h"

#include <fcntl.h>

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

int controller_close(int controller_fd, bool *ret_was_open)
{
	bool was_open = false;
	int r = close_attribute(controller_fd, "interface_authorized_default", &was_open);

	if (r == 0)
		r = close_attribute(controller_fd, "authorized_default", &was_open);
	if (r == 0)
		*ret_was_open = was_open;
	return r;
}
