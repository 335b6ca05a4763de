/* A bulk-only mass storage device with a small disk of memory: enough of SCSI
 * that a kernel without a guard makes a disk of it, reads it and writes to it.
 */
#pragma once

#include "liar_wire.h"

#include <stddef.h>
#include <stdint.h>

#define DISK_SECTOR_BYTES 512
#define DISK_BYTES        (4 * 1024 * 1024)
#define DISK_REPLY_BYTES  64

/* What the PC is to do next on the two bulk endpoints. */
enum disk_stage {
	DISK_COMMAND = 0, /* send a command */
	DISK_DATA_IN,
	DISK_DATA_OUT,
	DISK_REFUSAL, /* find the data endpoint stalled */
	DISK_STATUS,  /* fetch the status */
};

struct disk {
	uint8_t *medium;
	uint32_t bytes; /* of the medium, a multiple of sectors */
	enum disk_stage stage;
	uint32_t tag;    /* of the command, given back with its status */
	uint32_t wanted; /* data that the PC still expects to move */
	uint32_t left;   /* data that we still have, or take */
	uint8_t *at;     /* where: in the medium or in reply */
	uint8_t is_failed;
	uint8_t sense_key; /* why the last command failed */
	uint8_t sense_code;
	uint8_t reply[DISK_REPLY_BYTES];
	uint8_t status[13];
};

/* A disk whose first sector says what it is; its contents are an image file
 * where one is given (the disk has its size then, at most DISK_BYTES).
 * Returns 0 or a negative errno; disk_free() releases the memory. */
int disk_create(struct disk *ret, const char *image);
void disk_free(struct disk *disk);

/* Forgets a command that is under way (reset, new connection). */
void disk_reset(struct disk *disk);

/* Serves one URB of either bulk endpoint. The answer's data live until the
 * next call. */
struct answer disk_take(struct disk *disk, const struct wire_request *request);
