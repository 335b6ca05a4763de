/*
 * Which machine this is: a hash of what the firmware, else the disk, else the installation says of
 * itself. A copied disk in another machine is so told from the machine it was copied from. None of
 * it is a secret, and whoever has the machine's root can say anything: it finds mistakes. Pure.
 */
#pragma once

#define MACHINE_SIZE      17 /* 16 lower-case hexadecimal digits, and NUL */
#define MACHINE_FACT_SIZE 128

/* Empty: there is none. Without white space around them. */
struct machine_facts {
	char product_uuid[MACHINE_FACT_SIZE], board_serial[MACHINE_FACT_SIZE]; /* of DMI */
	char disk_serial[MACHINE_FACT_SIZE]; /* of the disk that holds the state */
	char machine_id[MACHINE_FACT_SIZE];
};

/* NONE is zero: nothing tells it from others. */
enum machine_source { MACHINE_NONE = 0, MACHINE_FIRMWARE, MACHINE_DISK, MACHINE_INSTALLATION };

/*
 * The first of these that can tell machines apart: UUID and serial number of the firmware (without
 * those that makers leave as they were), the disk's serial number, the machine-id, which a copied
 * disk has too. MACHINE_NONE: ret is empty. The same where memory is short.
 */
enum machine_source machine_hash(const struct machine_facts *facts, char ret[MACHINE_SIZE]);
