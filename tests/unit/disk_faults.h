/*
 * A power cut or a disk error at the n-th step that changes the disk. Works in programs that are
 * linked with --wrap for the calls of disk_faults.c; all others of them go on as they are.
 */
#pragma once

enum disk_fault {
	DISK_IS_GOOD = 0,
	DISK_CUT,   /* the process ends at that step, before it */
	DISK_ERROR, /* that step fails with EIO; the later ones succeed */
};

/* What a process that was cut exits with. */
#define DISK_CUT_STATUS 77

/* step from 1; counting begins now. */
void disk_set_fault(enum disk_fault fault, unsigned step);
/* Whether that step was reached. */
int disk_fault_came(void);
