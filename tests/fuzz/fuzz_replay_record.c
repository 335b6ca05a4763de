/*
 * Lines of terminals' records. Whatever a line is, it is read without harm; what is read of a
 * record is within its bounds, ends in a NUL, and can be judged by any policy.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/replay_judge.h"
#include "policy/admin/replay_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct replay_record *record)
{
	assert(memchr(record->event, '\0', sizeof(record->event)));
	assert(memchr(record->boot_id, '\0', sizeof(record->boot_id)));
	assert(memchr(record->port, '\0', sizeof(record->port)));
	assert(memchr(record->manufacturer, '\0', sizeof(record->manufacturer)));
	assert(memchr(record->model, '\0', sizeof(record->model)));
	assert(memchr(record->serial, '\0', sizeof(record->serial)));
	assert(memchr(record->medium, '\0', sizeof(record->medium)));
	assert((unsigned)record->verdict < VERDICT_COUNT);
	assert((unsigned)record->device_class < CLASS_COUNT);
	assert(record->n_interfaces <= REPLAY_INTERFACES_MAX);
	assert(record->n_findings <= REPLAY_FINDINGS_MAX);
	assert(record->descriptors_size <= REPLAY_DESCRIPTORS_MAX);
	for (size_t i = 0; i < record->n_findings; i++)
		assert(memchr(
			record->findings[i].driver, '\0', sizeof(record->findings[i].driver)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct json_line_reader reader;
	static struct policy *policy;
	static struct replay_record record;
	struct replay_insertion insertion = {0};

	if (!reader.tokener &&
		(json_line_reader_init(&reader) < 0 || policy_new_builtin(&policy) < 0))
		abort();
	if (size > 65536 ||
		replay_record_read(&reader, (const char *)data, size, &record) != REPLAY_JUDGED)
		return 0;
	check(&record);
	if (replay_judge(&record, policy, NULL, &insertion) < 0)
		abort();
	assert((unsigned)insertion.change < REPLAY_CHANGE_COUNT);
	assert((unsigned)insertion.device_class < CLASS_COUNT);
	return 0;
}
