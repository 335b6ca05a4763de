/* CRC-32 of IEEE 802.3: tells a record that was damaged, not one that was forged. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint32_t checksum(const uint8_t *bytes, size_t size);
