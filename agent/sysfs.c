#include "agent/sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "agent/descriptor.h"
#include "policy/cleanup.h"

/* The planned interface is let in; the ones the plan does not name are not. */
static bool is_planned(const struct core_plan *plan, uint8_t interface)
{
	for (size_t i = 0; i < plan->n_interfaces; i++)
		if (plan->interfaces[i] == interface)
			return true;
	return plan->takes_all;
}

static bool reads_back(const struct core_plan *plan, const struct observation *seen)
{
	if (!plan->authorize || !seen->is_authorized)
		return plan->authorize == seen->is_authorized;
	if (!plan->takes_all && seen->active_configuration != plan->configuration)
		return false;
	for (size_t i = 0; i < seen->n_interfaces; i++)
		if (seen->interfaces[i].is_authorized !=
			is_planned(plan, seen->interfaces[i].interface))
			return false;
	return true;
}

static int check_same(const struct core_plan *plan, const struct observation *seen)
{
	uint8_t sha256[SHA256_SIZE];

	if (seen->bus != plan->bus || seen->number != plan->number)
		return -ESTALE;
	if (EVP_Digest(seen->descriptors, seen->descriptors_size, sha256, NULL, EVP_sha256(),
		    NULL) != 1)
		return -ENOMEM;
	return memcmp(sha256, plan->descriptors_sha256, SHA256_SIZE) == 0 ? 0 : -ESTALE;
}

static int write_interface(int device_fd, const struct core_plan *plan,
	const struct observed_interface *interface, const char *value)
{
	char path[DEVICE_NAME_MAX + 32];

	snprintf(path, sizeof(path), "%s:%u.%u/authorized", plan->name, interface->configuration,
		interface->interface);
	return sysfs_write(device_fd, path, value);
}

/*
 * Where the kernel is asked for a driver. HID and hub interfaces get the one driver that they are
 * let in for: usb-storage also takes an interface of class 03 when it knows the VID:PID (4971:1012
 * with 03/06/50 was seen to become a disk by drivers_probe).
 */
static const char *probe_file(int device_fd, const char *interface_name)
{
	char path[DEVICE_NAME_MAX + 48], class[8];

	snprintf(path, sizeof(path), "%s/bInterfaceClass", interface_name);
	if (sysfs_read(device_fd, path, class, sizeof(class)) < 0)
		return SYSFS_HID_BIND;
	return strcmp(class, "03") == 0   ? SYSFS_HID_BIND
	       : strcmp(class, "09") == 0 ? SYSFS_HUB_BIND
					  : SYSFS_DRIVERS_PROBE;
}

static int probe_interface(
	int device_fd, const struct core_plan *plan, const struct observed_interface *interface)
{
	char name[DEVICE_NAME_MAX + 16];
	int r;

	snprintf(name, sizeof(name), "%s:%u.%u", plan->name, interface->configuration,
		interface->interface);
	/* A rehearsal takes whatever driver the kernel would have taken. */
	r = sysfs_write(AT_FDCWD,
		plan->takes_all ? SYSFS_DRIVERS_PROBE : probe_file(device_fd, name), name);
	/*
	 * No driver for it, or not yet: udev loads modules by itself, the kernel binds then, and
	 * the driver is looked at like any other.
	 */
	return r == -ENODEV || r == -EINVAL || r == -ENOENT ? 0 : r;
}

/* First everything that is not planned goes off, then all planned ones on, then their drivers. */
static int set_interfaces(
	int device_fd, const struct core_plan *plan, const struct observation *seen)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < seen->n_interfaces; i++) {
		const struct observed_interface *interface = &seen->interfaces[i];

		if (interface->is_authorized && !is_planned(plan, interface->interface))
			r = write_interface(device_fd, plan, interface, "0");
	}
	for (size_t i = 0; r == 0 && i < seen->n_interfaces; i++) {
		const struct observed_interface *interface = &seen->interfaces[i];

		if (!interface->is_authorized && is_planned(plan, interface->interface))
			r = write_interface(device_fd, plan, interface, "1");
	}
	for (size_t i = 0; r == 0 && i < seen->n_interfaces; i++) {
		const struct observed_interface *interface = &seen->interfaces[i];

		if (!interface->driver[0] && is_planned(plan, interface->interface))
			r = probe_interface(device_fd, plan, interface);
	}
	return r;
}

/* No parameter of the kernel covers the interfaces of a controller that has just come. */
static int close_interfaces_of(int controller_fd)
{
	long value;
	int r = sysfs_read_number(controller_fd, "interface_authorized_default", &value);

	if (r == 0 && value != 0)
		r = sysfs_write(controller_fd, "interface_authorized_default", "0");
	return r;
}

/* Looks anew into *seen. */
static int look_again(int device_fd, const struct core_plan *plan, struct observation **seen)
{
	observation_free(TAKE(*seen));
	return sysfs_observe_state(device_fd, plan->name, seen);
}

/*
 * A disk is set read-only when it comes, and a file system that is mounted writes on whatever is
 * set later: so it goes and comes anew. Keyboards, pointers and hubs, which have none, do not
 * blink.
 */
static int shut_disks(int device_fd, const struct core_plan *plan, struct observation **seen)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < (*seen)->n_interfaces; i++) {
		const struct observed_interface *interface = &(*seen)->interfaces[i];
		char name[DEVICE_NAME_MAX + 16];

		snprintf(name, sizeof(name), "%s:%u.%u", plan->name, interface->configuration,
			interface->interface);
		if (interface->is_authorized &&
			strcmp(probe_file(device_fd, name), SYSFS_DRIVERS_PROBE) == 0)
			r = write_interface(device_fd, plan, interface, "0");
	}
	return r < 0 ? r : look_again(device_fd, plan, seen);
}

/* Before anything of it is opened. */
static int say_access(int device_fd, const struct sysfs_disks *disks, const struct core_plan *plan,
	struct observation **seen)
{
	enum disk_access said;
	int r = 0;

	if (!disks->name[0])
		return -ENODEV;
	said = disk_access_get(disks->folder_fd, disks->name);
	if (said == plan->access)
		return 0;
	/* A rehearsal shuts nothing that came before it; what is known to be read-only comes anew.
	 */
	if ((*seen)->is_authorized && plan->access != DISK_ACCESS_NONE &&
		!(plan->takes_all && said == DISK_ACCESS_NONE))
		r = shut_disks(device_fd, plan, seen);
	return r < 0 ? r : disk_access_set(disks->folder_fd, disks->name, plan->access);
}

static void take_access_back(const struct sysfs_disks *disks)
{
	/* Of one that was going already nothing was said. */
	if (disks->name[0])
		(void)disk_access_set(disks->folder_fd, disks->name, DISK_ACCESS_NONE);
}

static int let_in(int device_fd, int controller_fd, const struct sysfs_disks *disks,
	const struct core_plan *plan, struct observation **seen)
{
	char value[8];
	int r = close_interfaces_of(controller_fd);

	if (r == 0)
		r = look_again(device_fd, plan, seen);
	if (r == 0)
		r = check_same(plan, *seen);
	if (r == 0)
		r = say_access(device_fd, disks, plan, seen);
	if (r != 0)
		return r;
	if (!(*seen)->is_authorized) {
		r = sysfs_write(device_fd, "authorized", "1");
		if (r == 0)
			r = look_again(device_fd, plan, seen);
		if (r == 0)
			r = check_same(plan, *seen);
	}
	if (r == 0 && !plan->takes_all && (*seen)->active_configuration != plan->configuration) {
		snprintf(value, sizeof(value), "%u", plan->configuration);
		r = sysfs_write(device_fd, "bConfigurationValue", value);
		if (r == 0)
			r = look_again(device_fd, plan, seen);
	}
	return r < 0 ? r : set_interfaces(device_fd, plan, *seen);
}

int sysfs_carry_out(int device_fd, int controller_fd, const struct sysfs_disks *disks,
	const struct core_plan *plan, struct observation **ret)
{
	struct observation *seen = NULL;
	int r, looked;

	if (!plan->authorize)
		take_access_back(disks);
	r = plan->authorize ? let_in(device_fd, controller_fd, disks, plan, &seen)
			    : sysfs_write(device_fd, "authorized", "0");
	observation_free(TAKE(seen));
	looked = sysfs_observe(device_fd, plan->name, &seen);
	if (r == 0)
		r = looked;
	if (r == 0 && !reads_back(plan, seen))
		r = -EIO;
	/*
	 * After an error the kernel may still say "authorized": seen with a device that stalls. One
	 * that cannot be looked at may stand open as well, unless it is gone.
	 */
	if (r < 0)
		take_access_back(disks);
	if (r < 0 && looked != -ENODEV && (!seen || seen->is_authorized)) {
		sysfs_write(device_fd, "authorized", "0");
		observation_free(TAKE(seen));
		(void)sysfs_observe(device_fd, plan->name, &seen);
	}
	*ret = TAKE(seen);
	return r;
}
