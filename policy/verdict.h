/* What to do with a device or one of its interfaces. */
#pragma once

/* BLOCK is zero so that zeroed memory refuses. */
enum verdict {
	VERDICT_BLOCK = 0,
	VERDICT_READ_ONLY,
	VERDICT_ALLOW,
	VERDICT_COUNT,
};

/* The word that documents and records use: "block", "read-only", "allow"; NULL out of range. */
const char *verdict_name(enum verdict verdict);

/* 0 and *ret, or -EINVAL. */
int verdict_from_name(const char *name, enum verdict *ret);
