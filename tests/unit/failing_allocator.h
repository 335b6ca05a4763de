/*
 * Memory that runs out at the n-th allocation. Works in programs that are linked with --wrap for
 * the calls of failing_allocator.c; other programs go on as they are. Of libcrypto, which brings
 * its own calls, once allocations_take_libcrypto() was called. libinih fails as a whole.
 */
#pragma once

#include <stdbool.h>

enum allocation_fault {
	ALLOCATIONS_ARE_GOOD = 0,
	ALLOCATION_FAILS,         /* that one; later ones succeed */
	ALLOCATIONS_FAIL_FROM_IT, /* that one and all later ones */
	ALLOCATIONS_FAIL_OF_SIZE, /* of libcrypto, those of that many bytes and more */
};

/* Before anything of libcrypto was used. Whether it could be done. */
bool allocations_take_libcrypto(void);

/* number from 1; counting begins now. */
void allocations_set_fault(enum allocation_fault fault, unsigned number);

/* What failed stays counted. */
void allocations_stop_failing(void);

/* How many failed since the fault was set: of this program, and of libcrypto. */
unsigned allocations_failed(void);
unsigned allocations_of_libcrypto_failed(void);

/* How many of this program are not free again; only a difference of two means something. */
long allocations_live(void);
