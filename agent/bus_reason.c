#include "agent/bus_reason.h"

#include <errno.h>
#include <string.h>

#include "policy/printable.h"

int bus_reason_append(sd_bus_message *message, const struct reason *reason)
{
	char text[REASON_TEXT_MAX];

	printable_copy(text, sizeof(text), reason->text);
	return sd_bus_message_append(message, BUS_REASON, reason_code_name(reason->code),
		verdict_name(reason->access), device_class_name(reason->device_class),
		device_class_name(reason->other_class), reason->configuration, reason->interface,
		(uint32_t)reason->line, reason->number, text);
}

int bus_reason_read(sd_bus_message *message, struct reason *ret)
{
	const char *code, *access, *device_class, *other_class, *text;
	struct reason reason = {.code = REASON_NOT_JUDGED};
	uint32_t line;
	int r = sd_bus_message_read(message, BUS_REASON, &code, &access, &device_class,
		&other_class, &reason.configuration, &reason.interface, &line, &reason.number,
		&text);

	if (r <= 0)
		return r;
	if (reason_code_from_name(code, &reason.code) < 0 ||
		verdict_from_name(access, &reason.access) < 0 ||
		device_class_from_name(device_class, &reason.device_class) < 0 ||
		device_class_from_name(other_class, &reason.other_class) < 0 ||
		strlen(text) >= sizeof(reason.text))
		return -EBADMSG;
	reason.line = line;
	printable_copy(reason.text, sizeof(reason.text), text);
	*ret = reason;
	return 1;
}
