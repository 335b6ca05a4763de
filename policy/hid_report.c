/*
 * Walks a HID report descriptor as the kernel does (drivers/hid/hid-core.c, hid-input.c of Linux
 * 6.1) and asks one question: could this interface press a key? What could, by either of two
 * readings, counts as doing it. Knows nothing of policies.
 */
#include "policy/hid_report.h"

#include <string.h>

#define GLOBAL_STACK_MAX 4 /* HID_GLOBAL_STACK_SIZE of the kernel, which refuses more */
#define COLLECTIONS_MAX  64
#define USAGES_MAX       64 /* ranges before one main item */

#define LONG_ITEM 0xfe

/* The tag and type bits of a short item's prefix (HID 1.11, 6.2.2.4 to 6.2.2.8). */
enum item {
	ITEM_INPUT = 0x80,
	ITEM_OUTPUT = 0x90,
	ITEM_COLLECTION = 0xa0,
	ITEM_FEATURE = 0xb0,
	ITEM_END_COLLECTION = 0xc0,
	ITEM_USAGE_PAGE = 0x04,
	ITEM_PUSH = 0xa4,
	ITEM_POP = 0xb4,
	ITEM_USAGE = 0x08,
	ITEM_USAGE_MINIMUM = 0x18,
	ITEM_USAGE_MAXIMUM = 0x28,
};

#define COLLECTION_APPLICATION 0x01

enum page {
	PAGE_GENERIC_DESKTOP = 0x01,
	PAGE_GENERIC_DEVICE = 0x06,
	PAGE_KEYBOARD = 0x07,
	PAGE_BUTTON = 0x09,
	PAGE_CONSUMER = 0x0c,
	PAGE_DIGITIZER = 0x0d,
};

#define USAGE_POINTER      0x01
#define USAGE_MOUSE        0x02
#define USAGE_KEYBOARD     0x06
#define USAGE_KEYPAD       0x07
#define USAGE_SYSTEM_FIRST 0x80  /* generic desktop: power, sleep and other keys from here on */
#define USAGE_AC_PAN       0x238 /* consumer: the sideways wheel of a mouse */

/* Which application collection a field is in. */
enum application { APPLICATION_OTHER = 0, APPLICATION_POINTER, APPLICATION_KEYBOARD };

struct usage_range {
	uint32_t first, last; /* 16 bits of usage */
	uint16_t page;        /* as it was when the usage was read, or as the usage itself says */
	bool has_own_page;    /* a 32-bit usage, which brings its page along */
};

struct parser {
	struct hid_usages *usages;
	uint16_t page;
	uint16_t stack[GLOBAL_STACK_MAX];
	size_t n_stack;
	enum application collections[COLLECTIONS_MAX];
	size_t n_collections;
	struct usage_range ranges[USAGES_MAX];
	size_t n_ranges;
	bool has_minimum;
	bool has_odd_usages;
};

/*
 * Whether a field with these usages, inside a pointer, can do nothing but point. The kernel makes
 * keys of the other pages: consumer, telephony, even some vendor pages.
 */
static bool only_points(uint16_t page, const struct usage_range *range)
{
	switch (page) {
	case PAGE_GENERIC_DESKTOP: return range->last < USAGE_SYSTEM_FIRST;
	case PAGE_GENERIC_DEVICE: /* battery and the like */
	case PAGE_BUTTON:
	case PAGE_DIGITIZER: return true;
	case PAGE_CONSUMER: return range->first == USAGE_AC_PAN && range->last == USAGE_AC_PAN;
	default: return false;
	}
}

/* A maximum belongs to the minimum right before it. The kernel knows other orders too (a maximum
 * alone counts from 0); whoever writes so may hide a key in the range. */
static void close_range(struct parser *parser, uint32_t value, uint16_t page, bool has_own_page)
{
	struct usage_range *range;

	if (!parser->has_minimum) {
		parser->has_odd_usages = true;
		return;
	}
	range = &parser->ranges[parser->n_ranges - 1];
	range->last = value & 0xffff;
	parser->has_minimum = false;
	if (range->last < range->first || range->page != page ||
		range->has_own_page != has_own_page)
		parser->has_odd_usages = true;
}

static void add_usage(struct parser *parser, uint8_t item, uint32_t value, size_t value_size)
{
	bool has_own_page = value_size == 4;
	uint16_t page = has_own_page ? (uint16_t)(value >> 16) : parser->page;

	if (item == ITEM_USAGE_MAXIMUM) {
		close_range(parser, value, page, has_own_page);
		return;
	}
	parser->has_minimum = item == ITEM_USAGE_MINIMUM;
	if (parser->n_ranges == USAGES_MAX) {
		parser->has_minimum = false;
		parser->has_odd_usages = true;
		return;
	}
	parser->ranges[parser->n_ranges++] = (struct usage_range){
		.first = value & 0xffff,
		.last = value & 0xffff,
		.page = page,
		.has_own_page = has_own_page,
	};
}

/* The kernel takes the page that holds when the main item comes, older ones took the page at the
 * time of the usage (hid_concatenate_last_usage_page). */
static uint16_t late_page(const struct parser *parser, const struct usage_range *range)
{
	return range->has_own_page ? range->page : parser->page;
}

static bool may_be_keyboard(uint16_t page, const struct usage_range *range)
{
	return page == PAGE_GENERIC_DESKTOP && range->first <= USAGE_KEYPAD &&
	       range->last >= USAGE_KEYBOARD;
}

static bool is_pointer(uint16_t page, const struct usage_range *range)
{
	if (page == PAGE_DIGITIZER)
		return true;
	return page == PAGE_GENERIC_DESKTOP && range->first >= USAGE_POINTER &&
	       range->last <= USAGE_MOUSE;
}

/* A collection has one usage. Of several, or of two readings, any may be the keyboard, and all must
 * be pointers to make one. */
static enum application application_of(const struct parser *parser)
{
	enum application application =
		parser->n_ranges > 0 ? APPLICATION_POINTER : APPLICATION_OTHER;

	for (size_t i = 0; i < parser->n_ranges; i++) {
		const struct usage_range *range = &parser->ranges[i];
		uint16_t late = late_page(parser, range);

		if (may_be_keyboard(range->page, range) || may_be_keyboard(late, range))
			return APPLICATION_KEYBOARD;
		if (!is_pointer(range->page, range) || !is_pointer(late, range))
			application = APPLICATION_OTHER;
	}
	return parser->has_odd_usages ? APPLICATION_OTHER : application;
}

static void open_collection(struct parser *parser, uint32_t type)
{
	struct hid_usages *usages = parser->usages;
	enum application application = application_of(parser);

	if (parser->n_collections == COLLECTIONS_MAX) {
		usages->is_malformed = true;
		return;
	}
	if (application == APPLICATION_KEYBOARD)
		usages->has_keyboard = true;
	if (type == COLLECTION_APPLICATION) {
		usages->has_pointer |= application == APPLICATION_POINTER;
		usages->has_other |= application == APPLICATION_OTHER;
	} else if (parser->n_collections > 0) {
		/* Physical and logical ones only group what their application holds. */
		application = parser->collections[parser->n_collections - 1];
	} else {
		application = APPLICATION_OTHER;
	}
	parser->collections[parser->n_collections++] = application;
}

static void add_field(struct parser *parser, bool is_input)
{
	struct hid_usages *usages = parser->usages;
	bool is_in_pointer = parser->n_collections > 0 &&
			     parser->collections[parser->n_collections - 1] == APPLICATION_POINTER;

	/* A field without usages is padding, to the kernel too. */
	for (size_t i = 0; i < parser->n_ranges; i++) {
		const struct usage_range *range = &parser->ranges[i];
		uint16_t late = late_page(parser, range);

		if (range->page == PAGE_KEYBOARD || late == PAGE_KEYBOARD)
			usages->has_keyboard = true;
		if (is_input && !(is_in_pointer && only_points(range->page, range) &&
					only_points(late, range)))
			usages->has_other = true;
	}
	if (is_input && parser->has_odd_usages)
		usages->has_other = true;
}

static void close_collection(struct parser *parser)
{
	if (parser->n_collections == 0)
		parser->usages->is_malformed = true;
	else
		parser->n_collections--;
}

static void forget_locals(struct parser *parser)
{
	parser->n_ranges = 0;
	parser->has_minimum = false;
	parser->has_odd_usages = false;
}

static void push(struct parser *parser)
{
	if (parser->n_stack == GLOBAL_STACK_MAX)
		parser->usages->is_malformed = true;
	else
		parser->stack[parser->n_stack++] = parser->page;
}

static void pop(struct parser *parser)
{
	if (parser->n_stack == 0)
		parser->usages->is_malformed = true;
	else
		parser->page = parser->stack[--parser->n_stack];
}

static void take_item(struct parser *parser, uint8_t item, uint32_t value, size_t value_size)
{
	switch (item) {
	case ITEM_INPUT: add_field(parser, true); break;
	case ITEM_OUTPUT:
	case ITEM_FEATURE: add_field(parser, false); break;
	case ITEM_COLLECTION: open_collection(parser, value & 0xff); break;
	case ITEM_END_COLLECTION: close_collection(parser); break;
	case ITEM_USAGE_PAGE: parser->page = (uint16_t)value; break;
	case ITEM_PUSH: push(parser); break;
	case ITEM_POP: pop(parser); break;
	case ITEM_USAGE:
	case ITEM_USAGE_MINIMUM:
	case ITEM_USAGE_MAXIMUM: add_usage(parser, item, value, value_size); break;
	default: break; /* sizes, counts, limits, strings, delimiters: they name no usage */
	}
	if ((item & 0x0c) == 0)
		forget_locals(parser);
}

static uint32_t read_value(const uint8_t *bytes, size_t size)
{
	uint32_t value = 0;

	for (size_t i = 0; i < size; i++)
		value |= (uint32_t)bytes[i] << (8 * i);
	return value;
}

void hid_report_parse(const uint8_t *bytes, size_t size, struct hid_usages *ret)
{
	struct parser parser = {.usages = ret};
	size_t at = 0;

	memset(ret, 0, sizeof(*ret));
	if (size == 0 || size > HID_REPORT_SIZE_MAX) {
		ret->is_malformed = true;
		return;
	}
	while (at < size && !ret->is_malformed) {
		uint8_t prefix = bytes[at++];
		size_t value_size = (prefix & 3) == 3 ? 4 : prefix & 3;

		/* Long items are reserved; the kernel gives the whole descriptor up. */
		if (prefix == LONG_ITEM || value_size > size - at) {
			ret->is_malformed = true;
			break;
		}
		take_item(&parser, prefix & 0xfc, read_value(bytes + at, value_size), value_size);
		at += value_size;
	}
	if (parser.n_collections != 0)
		ret->is_malformed = true;
}

enum device_class hid_usages_class(const struct hid_usages *usages)
{
	if (usages->is_malformed || usages->has_keyboard || usages->has_other)
		return CLASS_KEYBOARD;
	return usages->has_pointer ? CLASS_POINTER : CLASS_KEYBOARD;
}
