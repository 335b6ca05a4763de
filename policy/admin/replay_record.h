/*
 * One line of a terminal's records, as far as another policy can be asked about it: what was
 * plugged in, what it was judged by, and what became of it. agent/record.h describes the line.
 * Whoever wrote it is not believed: what is not as it should be is no record.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/decide.h"
#include "policy/json/json_line.h"

#define REPLAY_WORD_SIZE       40
#define REPLAY_NAME_SIZE       64  /* of a port */
#define REPLAY_CLAIM_SIZE      400 /* of a string descriptor as UTF-8 */
#define REPLAY_INTERFACES_MAX  64
#define REPLAY_FINDINGS_MAX    32
#define REPLAY_DESCRIPTORS_MAX 6144 /* of a line of 8 KiB, in base64 */

enum replay_kind {
	REPLAY_FOREIGN = 0, /* not a record of sekisho */
	REPLAY_DAMAGED,     /* it says it is one, and is not whole or not right */
	REPLAY_OTHER,       /* of another event; only event is set */
	REPLAY_REMOVED,     /* a device was unplugged: no verdict and what follows it */
	REPLAY_JUDGED,
};

struct replay_interface {
	uint8_t configuration, interface;
	enum verdict verdict;
};

struct replay_record {
	char event[REPLAY_WORD_SIZE]; /* "device-blocked" */
	uint64_t sequence;
	char boot_id[REPLAY_WORD_SIZE];
	int64_t time_ms; /* since 1970-01-01 UTC, by the clock of the terminal */
	char port[REPLAY_NAME_SIZE];
	uint32_t number; /* on its bus: another one is another insertion */
	uint16_t vendor, product;
	char manufacturer[REPLAY_CLAIM_SIZE], model[REPLAY_CLAIM_SIZE], serial[REPLAY_CLAIM_SIZE];
	char medium[MEDIUM_NUMBER_MAX + 1]; /* registered as; or empty */
	enum verdict verdict;
	enum device_class device_class;
	char exemption[REPLAY_WORD_SIZE]; /* that had opened it; empty: none */
	bool is_last_input;
	struct replay_interface interfaces[REPLAY_INTERFACES_MAX];
	size_t n_interfaces;
	/* What the verdict rests on; no descriptors: the record had no room for them. */
	uint8_t active_configuration;
	struct finding findings[REPLAY_FINDINGS_MAX];
	size_t n_findings;
	uint8_t descriptors[REPLAY_DESCRIPTORS_MAX];
	size_t descriptors_size;
};

/* Reads a line, with or without its LF. What it is, with *ret as far as that kind has it. */
enum replay_kind replay_record_read(
	struct json_line_reader *reader, const char *line, size_t size, struct replay_record *ret);
