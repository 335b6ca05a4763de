/*
 * HID report descriptors. The usages that the kernel (hid-core.c of Linux 6.1) would give to input
 * fields are worked out here a second time; what is called a pointer must have no key among them.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/hid_report.h"

#define USAGES_MAX 1024 /* the kernel has 12288; more than this is not looked at */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct kernel {
	uint32_t usages[USAGES_MAX];
	bool is_extended[USAGES_MAX];
	size_t n_usages;
	uint32_t page, minimum, stack[4];
	size_t n_stack;
	bool has_keys;
};

static void add(struct kernel *kernel, uint32_t value, size_t value_size)
{
	if (kernel->n_usages == USAGES_MAX)
		return;
	kernel->is_extended[kernel->n_usages] = value_size > 2;
	kernel->usages[kernel->n_usages++] =
		value_size > 2 ? value : (kernel->page << 16) + (value & 0xffff);
}

static void local(struct kernel *kernel, uint8_t tag, uint32_t value, size_t value_size)
{
	uint32_t last = value;

	if (tag == 0)
		add(kernel, value, value_size);
	if (tag == 1)
		kernel->minimum = value;
	if (tag != 2)
		return;
	for (uint32_t usage = kernel->minimum; usage <= last && kernel->n_usages < USAGES_MAX;
		usage++)
		add(kernel, usage, value_size);
}

static void global(struct kernel *kernel, uint8_t tag, uint32_t value)
{
	if (tag == 0)
		kernel->page = value & 0xffff;
	if (tag == 10 && kernel->n_stack < 4)
		kernel->stack[kernel->n_stack++] = kernel->page;
	if (tag == 11 && kernel->n_stack > 0)
		kernel->page = kernel->stack[--kernel->n_stack];
}

static bool is_key(uint32_t usage)
{
	uint32_t page = usage >> 16, id = usage & 0xffff;

	return page == 0x07 || (page == 0x0c && id != 0x238) || (page == 0x01 && id >= 0x80);
}

static void input(struct kernel *kernel)
{
	for (size_t i = kernel->n_usages; i-- > 0;) {
		if (kernel->is_extended[i])
			continue;
		if (kernel->usages[i] >> 16 == kernel->page)
			break;
		kernel->usages[i] = (kernel->page << 16) + (kernel->usages[i] & 0xffff);
	}
	for (size_t i = 0; i < kernel->n_usages; i++)
		kernel->has_keys |= is_key(kernel->usages[i]);
}

static bool kernel_sees_keys(const uint8_t *data, size_t size)
{
	static struct kernel kernel;
	static const size_t sizes[4] = {0, 1, 2, 4};

	memset(&kernel, 0, sizeof(kernel));
	for (size_t at = 0; at < size;) {
		uint8_t prefix = data[at++];
		size_t value_size = sizes[prefix & 3];
		uint32_t value = 0;

		if (value_size > size - at)
			break;
		memcpy(&value, data + at, value_size);
		at += value_size;
		switch (prefix >> 2 & 3) {
		case 0:
			if (prefix >> 4 == 8)
				input(&kernel);
			kernel.n_usages = 0;
			kernel.minimum = 0;
			break;
		case 1: global(&kernel, prefix >> 4, value); break;
		case 2: local(&kernel, prefix >> 4, value, value_size); break;
		default: break;
		}
	}
	return kernel.has_keys;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes = malloc(size ? size : 1);
	struct hid_usages usages;
	enum device_class device_class;

	assert(bytes);
	memcpy(bytes, data, size);
	hid_report_parse(bytes, size, &usages);
	device_class = hid_usages_class(&usages);
	assert(device_class == CLASS_KEYBOARD || device_class == CLASS_POINTER);
	if (device_class == CLASS_POINTER)
		assert(!kernel_sees_keys(bytes, size));
	free(bytes);
	return 0;
}
