#include "agent/operators.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/value.h"

static struct operator* find(struct operators *operators, const char *session)
{
	for (size_t i = 0; i < operators->n; i++)
		if (strcmp(operators->items[i].session, session) == 0)
			return &operators->items[i];
	return NULL;
}

const struct operator*
	operators_find(const struct operators *operators, const char *session, uint32_t uid)
{
	for (size_t i = 0; i < operators->n; i++)
		if (operators->items[i].uid == uid &&
			strcmp(operators->items[i].session, session) == 0)
			return &operators->items[i];
	return NULL;
}

/* logind's are letters and digits. */
static bool is_session(const char *name)
{
	size_t i = 0;

	while (is_word_character(name[i]) || (name[i] >= 'A' && name[i] <= 'Z'))
		i++;
	return i > 0 && i < OPERATOR_SESSION_SIZE && !name[i];
}

int operators_set(struct operators *operators, const struct operator* operator)
{
	struct operator* place = find(operators, operator->session);

	if (!is_session(operator->session) || !account_name_is_valid(operator->user))
		return -EINVAL;
	if (!place && operators->n == OPERATORS_MAX)
		return -ENOSPC;
	if (!place)
		place = &operators->items[operators->n++];
	*place = *operator;
	return 0;
}

void operators_end(struct operators *operators, const char *session)
{
	struct operator* place = find(operators, session);

	if (place)
		*place = operators->items[--operators->n];
}

size_t operators_encode(
	const struct operators *operators, const char *boot_id, char ret[OPERATORS_FILE_SIZE])
{
	size_t used = (size_t)snprintf(ret, OPERATORS_FILE_SIZE, "%.40s\n", boot_id);

	for (size_t i = 0; i < operators->n; i++) {
		const struct operator* operator= & operators->items[i];

		used += (size_t)snprintf(ret + used, OPERATORS_FILE_SIZE - used,
			"%s %" PRIu32 " %s %" PRId64 "\n",
			operator->session, operator->uid, operator->user, operator->since_ms);
	}
	return used;
}

/* Cuts the word that ends with that character off. NULL: there is none. */
static char *cut(char **rest, char last)
{
	char *word = *rest, *end = strchr(word, last);

	if (!end)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return word;
}

static int decode_line(char *line, struct operators *operators)
{
	struct operator operator= {.uid = 0};
	const char *session = cut(&line, ' '), *uid = session ? cut(&line, ' ') : NULL;
	const char *user = uid ? cut(&line, ' ') : NULL;
	uint64_t number, since_ms;

	if (!user || strlen(session) >= sizeof(operator.session) ||
		strlen(user) >= sizeof(operator.user) ||
		number_parse(uid, 0, UINT32_MAX, &number) < 0 ||
		number_parse(line, 0, INT64_MAX, &since_ms) < 0 || find(operators, session))
		return -EBADMSG;
	memcpy(operator.session, session, strlen(session));
	memcpy(operator.user, user, strlen(user));
	operator.uid =(uint32_t) number;
	operator.since_ms =(int64_t) since_ms;
	return operators_set(operators, &operator) < 0 ? -EBADMSG : 0;
}

int operators_decode(const char *text, size_t size, const char *boot_id, struct operators *ret)
{
	struct operators operators = {.n = 0};
	char copy[OPERATORS_FILE_SIZE + 1], *rest = copy, *line;

	if (size > OPERATORS_FILE_SIZE || memchr(text, '\0', size))
		return -EBADMSG;
	memcpy(copy, text, size);
	copy[size] = '\0';
	line = cut(&rest, '\n');
	if (!line)
		return -EBADMSG;
	if (strcmp(line, boot_id) != 0)
		return -ESTALE;
	while ((line = cut(&rest, '\n')))
		if (decode_line(line, &operators) < 0)
			return -EBADMSG;
	if (*rest)
		return -EBADMSG;
	*ret = operators;
	return 0;
}
