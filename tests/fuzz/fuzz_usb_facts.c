/*
 * Raw USB descriptors, twice: as bytes of sysfs, and as a device that answers the kernel. For the
 * second the kernel's reading (usb_get_configuration() and usb_parse_configuration() of Linux 6.1)
 * is modelled here, what it then shows in sysfs is parsed, and every interface that the kernel
 * would make must be among the facts, in its configuration.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/usb_facts.h"

#define DEVICE_SIZE       18
#define SYSFS_SIZE_MAX    (18 + 65535)
#define CONFIGURATIONS    8
#define KERNEL_INTERFACES 32
#define SEEN_MAX          4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	uint8_t configuration, interface, alternate, class, subclass, protocol;
};

struct kernel {
	uint8_t sysfs[DEVICE_SIZE + 8 * 65535];
	size_t sysfs_size;
	struct seen seen[SEEN_MAX];
	size_t n_seen;
	bool has_ambiguous_value; /* two configurations of one value, or of value 0 */
};

static struct kernel kernel;

static void see(uint8_t configuration, const uint8_t *interface)
{
	if (kernel.n_seen < SEEN_MAX)
		kernel.seen[kernel.n_seen++] = (struct seen){configuration, interface[2],
			interface[3], interface[5], interface[6], interface[7]};
}

/* Returns how many bytes the kernel keeps of a configuration, 0 when it gives the device up. */
static size_t kernel_configuration(const uint8_t *bytes, size_t size)
{
	bool is_known[256] = {false};
	size_t at = bytes[0], n_interfaces = 0;

	if (size < 9 || bytes[1] != 2 || bytes[0] < 9 || bytes[0] > size)
		return 0;
	while (at + 2 <= size && bytes[at] >= 2 && bytes[at] <= size - at) {
		if (bytes[at + 1] == 4 && bytes[at] >= 9) {
			uint8_t number = bytes[at + 2];

			if (!is_known[number] && n_interfaces < KERNEL_INTERFACES) {
				is_known[number] = true;
				n_interfaces++;
			}
			if (is_known[number])
				see(bytes[5], bytes + at);
		}
		at += bytes[at];
	}
	return at;
}

/* data: the device descriptor's 18 bytes, then for each configuration a first answer of 9 bytes
 * (its total length says how much the kernel asks for) and two bytes of how much comes, and that.
 */
static bool kernel_enumerate(const uint8_t *data, size_t size)
{
	uint8_t count;
	bool has_value[256] = {true}; /* 0 is no value */

	if (size < DEVICE_SIZE)
		return false;
	memset(&kernel.n_seen, 0, sizeof(kernel.n_seen));
	kernel.has_ambiguous_value = false;
	memcpy(kernel.sysfs, data, DEVICE_SIZE);
	kernel.sysfs[0] = DEVICE_SIZE;
	kernel.sysfs[1] = 1;
	count = data[17] > CONFIGURATIONS ? CONFIGURATIONS : data[17];
	kernel.sysfs_size = DEVICE_SIZE;
	data += DEVICE_SIZE;
	size -= DEVICE_SIZE;
	for (uint8_t i = 0; i < count; i++) {
		size_t asked, sent, kept;

		if (size < 11) {
			count = i; /* a stall: the kernel goes on with fewer */
			break;
		}
		asked = (size_t)(data[2] | data[3] << 8);
		sent = (size_t)(data[9] | data[10] << 8);
		asked = asked < 9 ? 9 : asked;
		sent = sent > asked ? asked : sent;
		data += 11;
		size -= 11;
		sent = sent > size ? size : sent;
		kept = sent < 9 ? 0 : kernel_configuration(data, sent);
		if (kept == 0)
			return false;
		kernel.has_ambiguous_value |= has_value[data[5]];
		has_value[data[5]] = true;
		memcpy(kernel.sysfs + kernel.sysfs_size, data, kept);
		kernel.sysfs_size += kept;
		data += sent;
		size -= sent;
	}
	kernel.sysfs[17] = count;
	if (kernel.sysfs_size > SYSFS_SIZE_MAX)
		kernel.sysfs_size = SYSFS_SIZE_MAX;
	return count > 0;
}

/* A copy of exactly that size, so that reading beyond it is noticed. */
static struct usb_facts *parse(const uint8_t *data, size_t size)
{
	uint8_t *bytes = malloc(size ? size : 1);
	struct usb_facts *facts = NULL;

	assert(bytes);
	memcpy(bytes, data, size);
	assert(usb_facts_parse(bytes, size, &facts) == 0);
	free(bytes);
	return facts;
}

static void check_bounds(const struct usb_facts *facts, size_t size)
{
	assert(facts->n_configurations <= USB_FACTS_CONFIGURATIONS_MAX);
	assert(facts->n_alternates <= USB_FACTS_ALTERNATES_MAX);
	assert(facts->is_malformed == (facts->malformed_why != NULL));
	assert(!facts->is_malformed || facts->malformed_at <= size);
	assert(!facts->is_malformed || strlen(facts->malformed_why) < 64);
	for (size_t i = 0; i < facts->n_alternates; i++)
		assert(facts->alternates[i].device_class < CLASS_COUNT);
}

static bool has(const struct usb_facts *facts, const struct seen *seen)
{
	for (size_t i = 0; i < facts->n_alternates; i++) {
		const struct usb_alternate *one = &facts->alternates[i];

		if (one->configuration == seen->configuration &&
			one->interface == seen->interface && one->alternate == seen->alternate &&
			one->class == seen->class && one->subclass == seen->subclass &&
			one->protocol == seen->protocol)
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct usb_facts *facts = parse(data, size);

	check_bounds(facts, size);
	usb_facts_free(facts);
	if (!kernel_enumerate(data, size))
		return 0;
	facts = parse(kernel.sysfs, kernel.sysfs_size);
	check_bounds(facts, kernel.sysfs_size);
	assert(facts->is_malformed || !kernel.has_ambiguous_value);
	assert(facts->is_malformed || kernel.n_seen <= USB_FACTS_ALTERNATES_MAX);
	for (size_t i = 0; i < kernel.n_seen && !facts->is_malformed; i++)
		assert(has(facts, &kernel.seen[i]));
	usb_facts_free(facts);
	return 0;
}
