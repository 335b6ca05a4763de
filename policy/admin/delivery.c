#include "policy/admin/delivery.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int delivery_begin(struct delivery *ret)
{
	*ret = (struct delivery){.items = calloc(DELIVERY_MAX, sizeof(*ret->items))};
	return ret->items ? 0 : -ENOMEM;
}

void delivery_clear(struct delivery *delivery)
{
	if (delivery->items)
		explicit_bzero(delivery->items, DELIVERY_MAX * sizeof(*delivery->items));
	free(delivery->items);
	*delivery = (struct delivery){0};
}

void delivery_hand_out(
	const struct delivered *delivered, const char *user, struct token_handout *ret)
{
	*ret = (struct token_handout){
		.type = delivered->type,
		.hash = delivered->hash,
		.digits = delivered->digits,
		.period_s = delivered->period_s,
		.count = delivered->count,
		.ends_s = delivered->ends_s,
		.secret_size = delivered->secret_size,
	};
	snprintf(ret->user, sizeof(ret->user), "%s", user);
	memcpy(ret->number, delivered->number, sizeof(ret->number));
	memcpy(ret->secret, delivered->secret, delivered->secret_size);
}
