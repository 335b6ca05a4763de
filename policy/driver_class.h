/*
 * What a kernel driver makes of a USB interface. Drivers never let a device in: they only take
 * back what the descriptors hid (a vendor-class interface that usb-storage knows by its VID:PID).
 */
#pragma once

#include <stdbool.h>

#include "policy/device_class.h"

/*
 * The class of what driver, the name of a USB interface driver, makes: "uas" → usb-storage. False
 * and *ret left alone when the name says nothing (an unknown or harmless driver).
 */
bool driver_class(const char *driver, enum device_class *ret);

/*
 * The same by the kernel subsystem of a child that appeared below the interface: "net" →
 * usb-network, "scsi_host" and "block" → usb-storage, "tty" → serial, "input" → keyboard … It
 * catches the drivers that the list of names does not know.
 */
bool child_subsystem_class(const char *subsystem, enum device_class *ret);
