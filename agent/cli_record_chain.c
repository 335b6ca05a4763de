#include "agent/cli_record_chain.h"

#include <string.h>

#include "policy/names.h"

static const char *const finding_names[CHAIN_FINDING_COUNT] = {
	[CHAIN_LINE_DAMAGED] = "line-damaged",
	[CHAIN_LINE_CUT] = "line-cut",
	[CHAIN_NOT_FROM_FIRST] = "not-from-first",
	[CHAIN_START_HASH] = "start-hash",
	[CHAIN_RECORDS_MISSING] = "records-missing",
	[CHAIN_NOT_IN_ORDER] = "not-in-order",
	[CHAIN_BROKEN] = "broken",
	[CHAIN_BOOT_AGAIN] = "boot-again",
	[CHAIN_FILE_MISSING] = "file-missing",
	[CHAIN_FILE_EMPTY] = "file-empty",
	[CHAIN_NO_RECORD] = "no-record",
	[CHAIN_END_MISSING] = "end-missing",
	[CHAIN_OTHER_END] = "other-end",
	[CHAIN_TORN] = "torn",
	[CHAIN_NOT_WRITTEN] = "not-written",
	[CHAIN_NEWEST_EMPTY] = "newest-empty",
};

const char *chain_finding_name(enum chain_finding finding)
{
	return names_get(finding_names, CHAIN_FINDING_COUNT, finding);
}

bool chain_is_fault(enum chain_finding finding)
{
	return finding != CHAIN_TORN && finding != CHAIN_NOT_WRITTEN &&
	       finding != CHAIN_NEWEST_EMPTY;
}

void chain_begin(
	struct chain *chain, struct cli_record_reader *reader, chain_tell tell, void *context)
{
	memset(chain, 0, sizeof(*chain));
	chain->reader = reader;
	chain->tell = tell;
	chain->context = context;
}

void chain_expect(struct chain *chain, uint64_t sequence, const uint8_t sha256[SHA256_SIZE])
{
	chain->head = sequence;
	memcpy(chain->head_sha256, sha256, SHA256_SIZE);
}

static void find_at(struct chain *chain, enum chain_finding finding,
	const struct chain_place *place, uint64_t number, enum cli_line_form form)
{
	chain->n_faults += chain_is_fault(finding);
	chain->tell(chain->context, finding, place, number, form);
}

static void find(struct chain *chain, enum chain_finding finding, uint64_t number)
{
	const struct chain_place place = {chain->file, chain->file_lines};

	find_at(chain, finding, &place, number, LINE_IS_RECORD);
}

/* The last line that is no record, told now that nothing can prove any more what it was. */
static void tell_damaged(struct chain *chain)
{
	if (chain->n_damaged > 0 && !chain->is_damage_told)
		find_at(chain, CHAIN_LINE_DAMAGED, &chain->damaged, 0, chain->damaged_form);
	chain->is_damage_told = true;
}

void chain_begin_file(struct chain *chain, const char *name, uint64_t number)
{
	if (chain->file && chain->file_lines == 0)
		find(chain, CHAIN_FILE_EMPTY, 0);
	chain->file = name;
	chain->file_lines = 0;
	if (chain->file_number > 0 && number > chain->file_number + 1)
		find(chain, CHAIN_FILE_MISSING, chain->file_number + 1);
	chain->file_number = number;
}

static void take_damaged(struct chain *chain, enum cli_line_form form, bool has_lf)
{
	tell_damaged(chain);
	chain->n_damaged++;
	chain->damaged = (struct chain_place){chain->file, chain->file_lines};
	chain->damaged_form = form;
	chain->is_damage_told = !has_lf; /* it is told as a cut one */
}

/* The hash of the line before, which proves what the agent saw there. */
static void check_previous(
	struct chain *chain, const struct cli_record *record, bool is_next_in_order)
{
	bool is_right = memcmp(record->previous_sha256, chain->sha256, SHA256_SIZE) == 0;

	if (chain->n_damaged > 0 && is_right && is_next_in_order)
		find_at(chain, CHAIN_TORN, &chain->damaged, 0, chain->damaged_form);
	else
		tell_damaged(chain);
	/* Where lines are missing or moved, it cannot be right. */
	if (!is_right && is_next_in_order && chain->n_damaged == 0)
		find(chain, chain->last == 0 ? CHAIN_START_HASH : CHAIN_BROKEN, 0);
}

static void check_order(struct chain *chain, const struct cli_record *record)
{
	uint64_t expected = chain->last + chain->n_damaged + 1;

	check_previous(chain, record, record->sequence == expected);
	if (record->sequence == expected)
		return;
	if (chain->last == 0)
		find(chain, CHAIN_NOT_FROM_FIRST, record->sequence);
	else if (record->sequence > expected)
		find(chain, CHAIN_RECORDS_MISSING, record->sequence - expected);
	else
		find(chain, CHAIN_NOT_IN_ORDER, record->sequence);
}

static void check_boot(struct chain *chain, const char *boot_id)
{
	uint64_t kept = chain->n_boots < CHAIN_BOOTS_MAX ? chain->n_boots : CHAIN_BOOTS_MAX;

	if (chain->n_boots > 0 &&
		strcmp(chain->boots[(chain->n_boots - 1) % CHAIN_BOOTS_MAX], boot_id) == 0)
		return;
	for (uint64_t i = 0; i < kept; i++)
		if (strcmp(chain->boots[i], boot_id) == 0) {
			find(chain, CHAIN_BOOT_AGAIN, 0);
			break;
		}
	memcpy(chain->boots[chain->n_boots++ % CHAIN_BOOTS_MAX], boot_id, strlen(boot_id) + 1);
}

static void check_head(
	struct chain *chain, const struct cli_record *record, const struct cli_line *line)
{
	if (record->sequence != chain->head)
		return;
	chain->has_head = true;
	if (memcmp(chain->head_sha256, line->sha256, SHA256_SIZE) != 0)
		find(chain, CHAIN_OTHER_END, record->sequence);
}

static void take_record(
	struct chain *chain, const struct cli_record *record, const struct cli_line *line)
{
	check_order(chain, record);
	if (record->missing > 0)
		find(chain, CHAIN_NOT_WRITTEN, record->missing);
	check_boot(chain, record->boot_id);
	check_head(chain, record, line);
	if (chain->first == 0)
		chain->first = record->sequence;
	chain->last = record->sequence;
	chain->n_records++;
	chain->n_damaged = 0;
}

void chain_take(struct chain *chain, const struct cli_line *line)
{
	struct cli_record record;
	enum cli_line_form form = cli_record_read(chain->reader, line->bytes, line->size, &record);

	chain->n_lines++;
	chain->file_lines++;
	if (form == LINE_IS_RECORD) {
		take_record(chain, &record, line);
		cli_record_clear(&record);
	} else {
		take_damaged(chain, form, line->has_lf);
	}
	if (!line->has_lf)
		find(chain, CHAIN_LINE_CUT, 0);
	memcpy(chain->sha256, line->sha256, SHA256_SIZE);
}

void chain_end(struct chain *chain)
{
	const struct chain_place nowhere = {NULL, 0};

	tell_damaged(chain);
	if (chain->n_records == 0)
		find_at(chain, CHAIN_NO_RECORD, &nowhere, 0, LINE_IS_RECORD);
	else if (chain->file_lines == 0)
		find(chain, CHAIN_NEWEST_EMPTY, 0);
	if (chain->head > 0 && !chain->has_head)
		find_at(chain, CHAIN_END_MISSING, &nowhere, chain->head, LINE_IS_RECORD);
}
