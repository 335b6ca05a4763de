#include "policy/admin/descriptors.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/policy.h"

#define DEVICE_SIZE        18
#define CONFIGURATION_SIZE 9
#define INTERFACE_SIZE     9
#define ID_LENGTH          9 /* "054c:06c3" */
#define CLASS_LENGTH_MAX   6 /* "080650" */

static bool read_id(const char *text, uint8_t bytes[4])
{
	static const int at[] = {2, 0, 7, 5}; /* little-endian: low byte first */

	if (strnlen(text, ID_LENGTH) < ID_LENGTH || text[4] != ':')
		return false;
	for (int i = 0; i < 4; i++) {
		int high = hex_digit_value(text[at[i]]), low = hex_digit_value(text[at[i] + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return text[ID_LENGTH] == '\0' || text[ID_LENGTH] == ':';
}

/* Documents have lower case; Windows' Device Manager shows capitals. */
static int parse_class(const char *text, size_t size, struct interface_pattern *ret)
{
	char lower[CLASS_LENGTH_MAX];

	if (size > sizeof(lower))
		return -EINVAL;
	for (size_t i = 0; i < size; i++)
		lower[i] = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] - 'A' + 'a') : text[i];
	return interface_pattern_parse(lower, size, ret);
}

/* Appends an interface descriptor for each class of the list, words divided by "," or ":". */
static int add_interfaces(const char *list, uint8_t *bytes, size_t *n_interfaces)
{
	while (*list != '\0') {
		size_t size = strcspn(list, ",:");
		struct interface_pattern pattern;
		uint8_t *interface =
			bytes + DEVICE_SIZE + CONFIGURATION_SIZE + *n_interfaces * INTERFACE_SIZE;

		if (*n_interfaces == DESCRIPTORS_INTERFACES_MAX ||
			parse_class(list, size, &pattern) < 0)
			return -EINVAL;
		memset(interface, 0, INTERFACE_SIZE);
		interface[0] = INTERFACE_SIZE;
		interface[1] = 0x04;
		interface[2] = (uint8_t)*n_interfaces;
		memcpy(interface + 5, pattern.bytes, sizeof(pattern.bytes));
		*n_interfaces += 1;
		list += size + (list[size] != '\0');
	}
	return 0;
}

bool descriptors_is_device(const char *text)
{
	uint8_t id[4];

	return read_id(text, id);
}

int descriptors_make(const char *device, const char *interfaces,
	uint8_t bytes[DESCRIPTORS_MADE_MAX], size_t *ret_size)
{
	uint8_t *configuration = bytes + DEVICE_SIZE;
	size_t n_interfaces = 0, total;
	uint8_t id[4];
	int r;

	if (!read_id(device, id))
		return -ENOENT;
	r = add_interfaces(device + ID_LENGTH + (device[ID_LENGTH] == ':'), bytes, &n_interfaces);
	if (r == 0 && interfaces)
		r = add_interfaces(interfaces, bytes, &n_interfaces);
	if (r < 0)
		return r;
	if (n_interfaces == 0)
		return -ENODATA;
	memset(bytes, 0, DEVICE_SIZE + CONFIGURATION_SIZE);
	bytes[0] = DEVICE_SIZE;
	bytes[1] = 0x01;
	bytes[3] = 0x02; /* USB 2.0 */
	bytes[7] = 64;
	memcpy(bytes + 8, id, sizeof(id));
	bytes[17] = 1;
	total = CONFIGURATION_SIZE + n_interfaces * INTERFACE_SIZE;
	configuration[0] = CONFIGURATION_SIZE;
	configuration[1] = 0x02;
	configuration[2] = (uint8_t)total;
	configuration[3] = (uint8_t)(total >> 8);
	configuration[4] = (uint8_t)n_interfaces;
	configuration[5] = 1;
	configuration[7] = 0x80;
	*ret_size = DEVICE_SIZE + total;
	return 0;
}
