/* Requests on endpoint 0: what the device says about itself, and what the PC
 * sets. Pure: persona and configuration come in, an answer goes out.
 */
#pragma once

#include "liar_persona.h"
#include "liar_wire.h"

/* A request in words, and what matters about it. */
enum control_kind {
	CONTROL_OTHER = 0,
	CONTROL_DEVICE_DESCRIPTOR,
	CONTROL_STRING,
	CONTROL_REPORT_DESCRIPTOR,
	CONTROL_SET_CONFIGURATION,
	CONTROL_DISK_RESET,
};

enum control_kind control_kind(const struct wire_request *request);

/* Prints one line about the request. */
void control_say(const struct wire_request *request);

/* The answer of a device with this face; its data live until the next call. */
struct answer control_answer(
	const struct persona *persona, uint8_t configuration, const struct wire_request *request);
