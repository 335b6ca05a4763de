#include "liar_disk.h"

#include "liar_say.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* SCSI Primary Commands and Block Commands */
enum {
	TEST_UNIT_READY = 0x00,
	REQUEST_SENSE = 0x03,
	INQUIRY = 0x12,
	MODE_SENSE_6 = 0x1a,
	START_STOP = 0x1b,
	PREVENT_REMOVAL = 0x1e,
	READ_CAPACITY_10 = 0x25,
	READ_10 = 0x28,
	WRITE_10 = 0x2a,
	SYNCHRONIZE_CACHE = 0x35,
	ILLEGAL_REQUEST = 0x05,
	INVALID_COMMAND = 0x20,
	OUT_OF_RANGE = 0x21,
	INVALID_FIELD = 0x24,
};

/* USB Mass Storage Class, Bulk-Only Transport 1.0, section 5; little endian. */
struct command_block {
	uint32_t signature;
	uint32_t tag;
	uint32_t data_bytes;
	uint8_t flags;
	uint8_t lun;
	uint8_t size;
	uint8_t command[16];
} __attribute__((packed));

#define COMMAND_SIGNATURE 0x43425355
#define STATUS_SIGNATURE  0x53425355
#define FLAG_IN           0x80

int disk_create(struct disk *ret, const char *image)
{
	static const char label[] = "sekisho: this stick was let in\n";
	struct disk disk = {.bytes = DISK_BYTES};
	ssize_t got = 0;
	int fd;

	disk.medium = calloc(1, DISK_BYTES);
	if (!disk.medium)
		return -ENOMEM;
	memcpy(disk.medium, label, sizeof(label));
	if (image) {
		fd = open(image, O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			got = read(fd, disk.medium, DISK_BYTES);
			close(fd);
		}
		if (fd < 0 || got < DISK_SECTOR_BYTES) {
			free(disk.medium);
			return -EINVAL;
		}
		disk.bytes = (uint32_t)got / DISK_SECTOR_BYTES * DISK_SECTOR_BYTES;
	}
	*ret = disk;
	return 0;
}

void disk_free(struct disk *disk)
{
	free(disk->medium);
	disk->medium = NULL;
}

void disk_reset(struct disk *disk)
{
	disk->stage = DISK_COMMAND;
}

static void fail(struct disk *disk, uint8_t code)
{
	disk->is_failed = 1;
	disk->sense_key = ILLEGAL_REQUEST;
	disk->sense_code = code;
}

static void reply(struct disk *disk, const void *data, size_t size)
{
	memcpy(disk->reply, data, size);
	disk->at = disk->reply;
	disk->left = (uint32_t)size;
}

static void reply_sense(struct disk *disk)
{
	uint8_t sense[18] = {0x70, 0, disk->sense_key, 0, 0, 0, 0, 10};

	sense[12] = disk->sense_code;
	disk->sense_key = disk->sense_code = 0;
	reply(disk, sense, sizeof(sense));
}

static void reply_inquiry(struct disk *disk, const uint8_t *command)
{
	/* a removable disk of SCSI-3, and 31 bytes more */
	static const char inquiry[36] = "\0\x80\4\2\x1f\0\0\0"
					"Liar    Plain Stick     1.00";

	if (command[1] & 1)
		fail(disk, INVALID_FIELD); /* no pages of vital product data */
	else
		reply(disk, inquiry, sizeof(inquiry));
}

static void move_sectors(struct disk *disk, const uint8_t *command)
{
	uint32_t first, count;

	memcpy(&first, command + 2, 4);
	first = be32toh(first);
	count = (uint32_t)command[7] << 8 | command[8];
	say("%s sector %u count %u", command[0] == READ_10 ? "READ(10)" : "WRITE(10)", first,
		count);
	if ((uint64_t)first + count > disk->bytes / DISK_SECTOR_BYTES) {
		fail(disk, OUT_OF_RANGE);
		return;
	}
	disk->at = disk->medium + (size_t)first * DISK_SECTOR_BYTES;
	disk->left = count * DISK_SECTOR_BYTES;
}

static void execute(struct disk *disk, const uint8_t *command)
{
	uint32_t capacity[2] = {
		htobe32(disk->bytes / DISK_SECTOR_BYTES - 1), htobe32(DISK_SECTOR_BYTES)};

	switch (command[0]) {
	case TEST_UNIT_READY: say("TEST UNIT READY"); break;
	case REQUEST_SENSE: reply_sense(disk); break;
	case INQUIRY:
		say("INQUIRY");
		reply_inquiry(disk, command);
		break;
	case MODE_SENSE_6: reply(disk, "\3\0\0", 4); break; /* writable, no pages */
	case READ_CAPACITY_10:
		say("READ CAPACITY(10)");
		reply(disk, capacity, sizeof(capacity));
		break;
	case READ_10:
	case WRITE_10: move_sectors(disk, command); break;
	case START_STOP:
	case PREVENT_REMOVAL:
	case SYNCHRONIZE_CACHE: break;
	default: say("SCSI command %02x refused", command[0]); fail(disk, INVALID_COMMAND);
	}
}

static struct answer take_command(struct disk *disk, const struct wire_request *request)
{
	struct command_block block;

	if (request->length != sizeof(block))
		return (struct answer){.status = WIRE_STALL};
	memcpy(&block, request->data, sizeof(block));
	if (le32toh(block.signature) != COMMAND_SIGNATURE)
		return (struct answer){.status = WIRE_STALL};
	disk->tag = block.tag;
	disk->wanted = le32toh(block.data_bytes);
	disk->left = 0;
	disk->is_failed = 0;
	execute(disk, block.command);
	if (disk->left > disk->wanted)
		disk->left = disk->wanted;
	if (disk->wanted == 0)
		disk->stage = DISK_STATUS;
	else if (disk->is_failed)
		disk->stage = DISK_REFUSAL;
	else
		disk->stage = block.flags & FLAG_IN ? DISK_DATA_IN : DISK_DATA_OUT;
	return (struct answer){.size = request->length};
}

static struct answer move_data(struct disk *disk, const struct wire_request *request)
{
	uint32_t size = disk->left < request->length ? disk->left : request->length;
	struct answer answer = {.data = disk->at, .size = size};

	if (disk->stage == DISK_DATA_OUT) {
		memcpy(disk->at, request->data, size);
		answer.size = request->length; /* what is too much is swallowed */
	}
	disk->at += size;
	disk->left -= size;
	disk->wanted -= size;
	if (disk->wanted == 0 || size < request->length)
		disk->stage = DISK_STATUS;
	return answer;
}

static struct answer give_status(struct disk *disk)
{
	struct {
		uint32_t signature;
		uint32_t tag;
		uint32_t residue;
		uint8_t status;
	} __attribute__((packed))
	block = {htole32(STATUS_SIGNATURE), disk->tag, htole32(disk->wanted), disk->is_failed};

	_Static_assert(sizeof(block) == sizeof(disk->status), "a status has 13 bytes");
	memcpy(disk->status, &block, sizeof(block));
	disk->stage = DISK_COMMAND;
	return (struct answer){.data = disk->status, .size = sizeof(disk->status)};
}

struct answer disk_take(struct disk *disk, const struct wire_request *request)
{
	bool is_in = request->endpoint & 0x80;

	switch (disk->stage) {
	case DISK_COMMAND:
		if (!is_in)
			return take_command(disk, request);
		break;
	case DISK_DATA_IN:
		if (is_in)
			return move_data(disk, request);
		break;
	case DISK_DATA_OUT:
		if (!is_in)
			return move_data(disk, request);
		break;
	case DISK_REFUSAL: disk->stage = DISK_STATUS; break;
	case DISK_STATUS:
		if (is_in)
			return give_status(disk);
		break;
	}
	return (struct answer){.status = WIRE_STALL};
}
