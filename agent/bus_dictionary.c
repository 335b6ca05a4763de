#include "agent/bus_dictionary.h"

#include "policy/printable.h"

#define TEXT_SIZE 512

void dictionary_put(struct dictionary *dictionary, int result)
{
	if (dictionary->result >= 0 && result < 0)
		dictionary->result = result;
}

void dictionary_put_string(struct dictionary *dictionary, const char *key, const char *value)
{
	char text[TEXT_SIZE];

	printable_copy(text, sizeof(text), value ? value : "");
	dictionary_put(
		dictionary, sd_bus_message_append(dictionary->message, "{sv}", key, "s", text));
}

void dictionary_put_u(struct dictionary *dictionary, const char *key, size_t value)
{
	dictionary_put(dictionary,
		sd_bus_message_append(dictionary->message, "{sv}", key, "u", (uint32_t)value));
}

void dictionary_put_bool(struct dictionary *dictionary, const char *key, bool value)
{
	dictionary_put(dictionary,
		sd_bus_message_append(dictionary->message, "{sv}", key, "b", (int)value));
}

void dictionary_put_t(struct dictionary *dictionary, const char *key, uint64_t value)
{
	dictionary_put(
		dictionary, sd_bus_message_append(dictionary->message, "{sv}", key, "t", value));
}

void dictionary_put_x(struct dictionary *dictionary, const char *key, int64_t value)
{
	dictionary_put(
		dictionary, sd_bus_message_append(dictionary->message, "{sv}", key, "x", value));
}
