#include "pam/user_head.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "policy/checksum.h"

/* Little endian; what is not named is zero. */
struct __attribute__((packed)) head {
	uint8_t magic[4];
	uint32_t checksum; /* of all that follows */
	uint8_t kind, hash, digits, n_recovery;
	uint16_t period_s;
	char serial[TOKEN_SERIAL_SIZE];
	uint8_t zero;
	uint32_t reset;
	char recovery[RECOVERY_CODES_MAX][CODE_HASH_TEXT_SIZE];
	int64_t from_s, until_s;          /* format 2; zero in format 1 */
	char ticket[CODE_HASH_TEXT_SIZE]; /* format 3; zero in the others */
	int64_t ticket_until_s;
	char temporary[CODE_HASH_TEXT_SIZE]; /* format 4; zero in the others */
	int64_t temporary_until_s;
	uint8_t zeros[USER_HEAD_SIZE - 84 - (RECOVERY_CODES_MAX + 2) * CODE_HASH_TEXT_SIZE];
};

_Static_assert(sizeof(struct head) == USER_HEAD_SIZE, "the head ends where the slots begin");

/*
 * A head without dates is format 1, as versions before the dates wrote it. One with dates is format
 * 2, one with a ticket format 3, with dates or without, and one with a same-day code format 4,
 * whatever else it has: earlier versions call it damaged, since
 * what they would pass over must not let anybody in.
 */
static const uint8_t magics[][4] = {
	{'S', 'K', 'U', 1}, {'S', 'K', 'U', 2}, {'S', 'K', 'U', 3}, {'S', 'K', 'U', 4}};

static const uint8_t *magic_of(
	const struct token_dates *dates, const char *ticket, const char *temporary)
{
	if (temporary[0] != '\0')
		return magics[3];
	if (ticket[0] != '\0')
		return magics[2];
	return magics[dates->from_s != 0 || dates->until_s != 0];
}

/* Both or neither, and none for ever. */
static bool is_ticket(const struct token_ticket *ticket)
{
	return memchr(ticket->hash, '\0', sizeof(ticket->hash)) &&
	       (ticket->hash[0] != '\0' ? ticket->until_s > 0 : ticket->until_s == 0);
}

static uint32_t checksum_of(const struct head *head)
{
	return checksum((const uint8_t *)head + offsetof(struct head, kind),
		sizeof(*head) - offsetof(struct head, kind));
}

/* Of n places those used hold a text of at least one letter, and the others none. */
static bool are_texts(const char texts[][CODE_HASH_TEXT_SIZE], size_t used, size_t n)
{
	if (used > n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!memchr(texts[i], '\0', CODE_HASH_TEXT_SIZE) ||
			(texts[i][0] != '\0') != (i < used))
			return false;
	return true;
}

int user_head_encode(const struct user_head *head, uint8_t ret[USER_HEAD_SIZE])
{
	struct head bytes = {
		.kind = (uint8_t)head->token.kind,
		.hash = (uint8_t)head->token.hash,
		.digits = head->token.digits,
		.n_recovery = (uint8_t)head->n_recovery,
		.period_s = htole16(head->token.period_s),
		.reset = htole32(head->reset),
		.from_s = (int64_t)htole64((uint64_t)head->dates.from_s),
		.until_s = (int64_t)htole64((uint64_t)head->dates.until_s),
		.ticket_until_s = (int64_t)htole64((uint64_t)head->ticket.until_s),
		.temporary_until_s = (int64_t)htole64((uint64_t)head->temporary.until_s),
	};

	if (head->n_recovery > RECOVERY_CODES_MAX || !token_dates_are_valid(&head->dates) ||
		!is_ticket(&head->ticket) || !is_ticket(&head->temporary) ||
		!memchr(head->serial, '\0', sizeof(head->serial)))
		return -EINVAL;
	memcpy(bytes.magic, magic_of(&head->dates, head->ticket.hash, head->temporary.hash),
		sizeof(bytes.magic));
	memcpy(bytes.temporary, head->temporary.hash, strlen(head->temporary.hash));
	memcpy(bytes.ticket, head->ticket.hash, strlen(head->ticket.hash));
	memcpy(bytes.serial, head->serial, strlen(head->serial));
	for (size_t i = 0; i < head->n_recovery; i++)
		memcpy(bytes.recovery[i], head->recovery[i],
			strnlen(head->recovery[i], CODE_HASH_TEXT_SIZE));
	if (!are_texts(bytes.recovery, head->n_recovery, RECOVERY_CODES_MAX))
		return -EINVAL;
	bytes.checksum = htole32(checksum_of(&bytes));
	memcpy(ret, &bytes, sizeof(bytes));
	return 0;
}

int user_head_decode(const uint8_t bytes[USER_HEAD_SIZE], struct user_head *ret)
{
	static const uint8_t zeros[sizeof(((struct head *)0)->zeros)];
	struct token_dates dates;
	struct token_ticket ticket, temporary;
	struct head head;

	memcpy(&head, bytes, sizeof(head));
	dates.from_s = (int64_t)le64toh((uint64_t)head.from_s);
	dates.until_s = (int64_t)le64toh((uint64_t)head.until_s);
	memcpy(ticket.hash, head.ticket, sizeof(ticket.hash));
	ticket.until_s = (int64_t)le64toh((uint64_t)head.ticket_until_s);
	memcpy(temporary.hash, head.temporary, sizeof(temporary.hash));
	temporary.until_s = (int64_t)le64toh((uint64_t)head.temporary_until_s);
	if (memcmp(head.magic, magic_of(&dates, ticket.hash, temporary.hash), sizeof(head.magic)) !=
			0 ||
		!is_ticket(&temporary) || !is_ticket(&ticket) || !token_dates_are_valid(&dates) ||
		le32toh(head.checksum) != checksum_of(&head) || head.zero != 0 ||
		memcmp(head.zeros, zeros, sizeof(zeros)) != 0 ||
		!memchr(head.serial, '\0', sizeof(head.serial)) ||
		!are_texts(head.recovery, head.n_recovery, RECOVERY_CODES_MAX))
		return -EBADMSG;
	*ret = (struct user_head){
		.token.kind = head.kind,
		.token.hash = head.hash,
		.token.digits = head.digits,
		.token.period_s = le16toh(head.period_s),
		.reset = le32toh(head.reset),
		.dates = dates,
		.ticket = ticket,
		.temporary = temporary,
		.n_recovery = head.n_recovery,
	};
	memcpy(ret->serial, head.serial, sizeof(ret->serial));
	memcpy(ret->recovery, head.recovery, sizeof(ret->recovery));
	return 0;
}

uint16_t user_head_carry_spent(
	uint16_t spent, const struct user_head *old, const struct user_head *new)
{
	uint16_t carried = 0;

	for (size_t i = 0; i < old->n_recovery; i++)
		for (size_t j = 0; (spent & 1u << i) && j < new->n_recovery; j++)
			if (strcmp(old->recovery[i], new->recovery[j]) == 0)
				carried |= (uint16_t)(1u << j);
	return carried;
}
