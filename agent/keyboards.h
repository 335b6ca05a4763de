/*
 * Keyboards that are no USB devices: PS/2, I2C, SPI, Bluetooth. Somebody who has one can type,
 * whatever the USB ports do. Reads sysfs; nothing here can block.
 */
#pragma once

#include <stddef.h>

/* Counts them below /sys/class/input. 0 and *ret, or a negative errno. */
int keyboards_count_others(size_t *ret);
