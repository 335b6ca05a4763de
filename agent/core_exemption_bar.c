/* Who opened a device since it was plugged in, and does not open it again. */
#include <stdio.h>
#include <string.h>

#include "agent/core_exemption.h"

/* Returns n_bars where there is none. */
static size_t find_bar(const struct device *device, const char *id)
{
	size_t i = 0;

	while (i < device->n_bars && strcmp(device->bars[i].id, id) != 0)
		i++;
	return i;
}

void device_bar(struct device *device, const char *id, enum reason_code why)
{
	size_t i = find_bar(device, id);

	if (i == BARS_MAX)
		return;
	if (i == device->n_bars)
		device->n_bars++;
	snprintf(device->bars[i].id, sizeof(device->bars[i].id), "%s", id);
	device->bars[i].why = why;
}

enum reason_code device_bar_of(const struct device *device, const char *id)
{
	size_t i = find_bar(device, id);

	if (i < device->n_bars)
		return device->bars[i].why;
	return device->n_bars == BARS_MAX ? REASON_EXEMPTION_DETACHED : REASON_NOT_JUDGED;
}

void device_unbar(struct device *device, const char *id)
{
	size_t i = find_bar(device, id);

	if (i < device->n_bars)
		device->bars[i] = device->bars[--device->n_bars];
}
