#include "agent/record.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policy/printable.h"
#include "agent/record_document.h"
#include "agent/record_exemption.h"
#include "agent/record_login.h"
#include "policy/names.h"

#define LABEL_SIZE    512
#define SENTENCE_SIZE 1024

static const char *const event_names[RECORD_EVENT_COUNT] = {
	[RECORD_NONE] = "none",
	[RECORD_STARTED] = "started",
	[RECORD_STOPPED] = "stopped",
	[RECORD_CONTROLLER_CLOSED] = "controller-closed",
	[RECORD_DEVICE_BLOCKED] = "device-blocked",
	[RECORD_DEVICE_ALLOWED] = "device-allowed",
	[RECORD_DEVICE_REMOVED] = "device-removed",
	[RECORD_DEVICE_FAILED] = "device-failed",
	[RECORD_DEVICE_SLOW] = "device-slow",
	[RECORD_DEVICE_FLAPPING] = "device-flapping",
	[RECORD_DEVICE_CHANGED] = "device-changed",
	[RECORD_DEVICE_DISGUISED] = "device-disguised",
	[RECORD_TAMPERED] = "tampered",
	[RECORD_ALERT_LAST_INPUT] = "alert-last-input",
	[RECORD_EVENTS_LOST] = "events-lost",
	[RECORD_POLICY_APPLIED] = "policy-applied",
	[RECORD_POLICY_NEXT] = "policy-next",
	[RECORD_POLICY_REFUSED] = "policy-refused",
	[RECORD_POLICY_REVERTED] = "policy-reverted",
	[RECORD_POLICY_LOST] = "policy-lost",
	[RECORD_POLICY_NOT_HERE] = "policy-not-here",
	[RECORD_ROOT_APPLIED] = "root-applied",
	[RECORD_ROOT_REFUSED] = "root-refused",
	[RECORD_ROOT_LOST] = "root-lost",
	[RECORD_MEDIA_APPLIED] = "media-applied",
	[RECORD_MEDIA_REFUSED] = "media-refused",
	[RECORD_MEDIA_LOST] = "media-lost",
	[RECORD_MEDIA_ENDED] = "media-ended",
	[RECORD_FRESH_TAKEN] = "fresh-taken",
	[RECORD_FRESH_REFUSED] = "fresh-refused",
	[RECORD_FRESH_ENDED] = "fresh-ended",
	[RECORD_DOCUMENT_WAITS] = "document-waits",
	[RECORD_TORN] = "torn",
	[RECORD_REHEARSAL_BEGAN] = "rehearsal-began",
	[RECORD_REHEARSAL_ENDED] = "rehearsal-ended",
	[RECORD_TOKENS_APPLIED] = "tokens-applied",
	[RECORD_TOKENS_REFUSED] = "tokens-refused",
	[RECORD_REVOCATION_REFUSED] = "revocation-refused",
	[RECORD_DESKS_APPLIED] = "desks-applied",
	[RECORD_DESKS_REFUSED] = "desks-refused",
	[RECORD_TOKENS_LOST] = "tokens-lost",
	[RECORD_REVOCATIONS_LOST] = "revocations-lost",
	[RECORD_TERMINAL_KEY_MADE] = "terminal-key-made",
	[RECORD_TERMINAL_COPIED] = "terminal-copied",
	[RECORD_TERMINAL_ASKED] = "terminal-asked",
	[RECORD_TERMINAL_ENDED] = "terminal-ended",
	[RECORD_LOGIN_RULES_NOT_STORED] = "login-rules-not-stored",
	[RECORD_LOGIN_LINE_DAMAGED] = "login-line-damaged",
	[RECORD_LOGIN_ALLOWED] = "login-allowed",
	[RECORD_LOGIN_REFUSED] = "login-refused",
	[RECORD_LOGIN_LOCKED] = "login-locked",
	[RECORD_LOGIN_FAILED] = "login-failed",
	[RECORD_LOGIN_BY_ENVELOPE] = "login-by-envelope",
	[RECORD_LOGIN_REHEARSED] = "login-rehearsed",
	[RECORD_TOKEN_INSTALLED] = "token-installed",
	[RECORD_TOKEN_RESET] = "token-reset",
	[RECORD_TOKEN_RETIRED] = "token-retired",
	[RECORD_TOKEN_SHOWN] = "token-shown",
	[RECORD_TOKEN_ENROLLED] = "token-enrolled",
	[RECORD_SECRET_UNREADABLE] = "secret-unreadable",
	[RECORD_LOGIN_KEY_LOST] = "login-key-lost",
	[RECORD_LOGIN_KEY_MADE] = "login-key-made",
	[RECORD_ENVELOPE_MADE] = "envelope-made",
	[RECORD_LOGIN_RULES_LOST] = "login-rules-lost",
	[RECORD_OPERATOR_CHANGED] = "operator-changed",
	[RECORD_OPERATOR_ENDED] = "operator-ended",
	[RECORD_EXEMPTION_REQUESTED] = "exemption-requested",
	[RECORD_EXEMPTION_RECEIVED] = "exemption-received",
	[RECORD_EXEMPTION_REFUSED] = "exemption-refused",
	[RECORD_EXEMPTION_REQUEST_REFUSED] = "exemption-request-refused",
	[RECORD_EXEMPTION_REQUEST_WITHDRAWN] = "exemption-request-withdrawn",
	[RECORD_EXEMPTION_REVOKED] = "exemption-revoked",
	[RECORD_EXEMPTION_REDEEMED] = "exemption-redeemed",
	[RECORD_EXEMPTION_REDEEM_FAILED] = "exemption-redeem-failed",
	[RECORD_EXEMPTION_ACTIVE] = "exemption-active",
	[RECORD_EXEMPTION_WARNED] = "exemption-warned",
	[RECORD_EXEMPTION_ENDING] = "exemption-ending",
	[RECORD_EXEMPTION_ENDED] = "exemption-ended",
	[RECORD_EXEMPTION_RETURNED] = "exemption-returned",
	[RECORD_EXEMPTION_REPORTED] = "exemption-reported",
	[RECORD_MEDIUM_SHOWN] = "medium-shown",
	[RECORD_MEDIUM_REFUSED] = "medium-refused",
	[RECORD_PHONE_CHALLENGE] = "phone-challenge",
};

const char *record_event_name(enum record_event event)
{
	return names_get(event_names, RECORD_EVENT_COUNT, event);
}

int record_event_from_name(const char *name, enum record_event *ret)
{
	int index = names_find(event_names, RECORD_EVENT_COUNT, name);

	if (index < 0)
		return index;
	*ret = (enum record_event)index;
	return 0;
}

bool record_event_is_judgement(enum record_event event)
{
	return event == RECORD_DEVICE_BLOCKED || event == RECORD_DEVICE_ALLOWED ||
	       event == RECORD_ALERT_LAST_INPUT;
}

int record_severity(enum record_event event)
{
	switch (event) {
	case RECORD_STARTED:
	case RECORD_STOPPED:
	case RECORD_CONTROLLER_CLOSED:
	case RECORD_DEVICE_ALLOWED:
	case RECORD_DEVICE_REMOVED:
	case RECORD_POLICY_APPLIED:
	case RECORD_POLICY_NEXT:
	case RECORD_POLICY_NOT_HERE:
	case RECORD_MEDIA_APPLIED:
	case RECORD_FRESH_TAKEN:
	case RECORD_DOCUMENT_WAITS:
	case RECORD_TOKENS_APPLIED:
	case RECORD_DESKS_APPLIED:
	case RECORD_TERMINAL_ASKED:
	case RECORD_LOGIN_ALLOWED:
	case RECORD_LOGIN_REHEARSED:
	case RECORD_OPERATOR_CHANGED:
	case RECORD_OPERATOR_ENDED:
	case RECORD_EXEMPTION_REQUESTED:
	case RECORD_EXEMPTION_RECEIVED:
	case RECORD_EXEMPTION_REQUEST_REFUSED:
	case RECORD_EXEMPTION_REQUEST_WITHDRAWN:
	case RECORD_EXEMPTION_REDEEMED:
	case RECORD_EXEMPTION_ACTIVE:
	case RECORD_EXEMPTION_WARNED:
	case RECORD_EXEMPTION_ENDING:
	case RECORD_EXEMPTION_ENDED:
	case RECORD_EXEMPTION_RETURNED:
	case RECORD_EXEMPTION_REPORTED:
	case RECORD_MEDIUM_SHOWN:
	case RECORD_PHONE_CHALLENGE:
	case RECORD_TOKEN_INSTALLED:
	case RECORD_TOKEN_ENROLLED: return 1;
	case RECORD_DEVICE_BLOCKED:
	case RECORD_ROOT_APPLIED:
	case RECORD_REHEARSAL_ENDED:
	case RECORD_EVENTS_LOST:
	case RECORD_LOGIN_REFUSED:
	case RECORD_EXEMPTION_REVOKED:
	case RECORD_EXEMPTION_REDEEM_FAILED:
	case RECORD_MEDIUM_REFUSED:
	case RECORD_TOKEN_RESET:
	case RECORD_TOKEN_RETIRED:
	case RECORD_TOKEN_SHOWN:
	case RECORD_TERMINAL_KEY_MADE:
	case RECORD_LOGIN_KEY_MADE: return 2;
	case RECORD_DEVICE_FAILED:
	case RECORD_DEVICE_SLOW:
	case RECORD_DEVICE_FLAPPING:
	case RECORD_POLICY_REFUSED:
	case RECORD_ROOT_REFUSED:
	case RECORD_MEDIA_REFUSED:
	case RECORD_MEDIA_ENDED:
	case RECORD_FRESH_REFUSED:
	case RECORD_FRESH_ENDED:
	case RECORD_REHEARSAL_BEGAN:
	case RECORD_TOKENS_REFUSED:
	case RECORD_REVOCATION_REFUSED:
	case RECORD_DESKS_REFUSED:
	case RECORD_TERMINAL_ENDED:
	case RECORD_LOGIN_RULES_NOT_STORED:
	case RECORD_LOGIN_LINE_DAMAGED:
	case RECORD_LOGIN_LOCKED:
	case RECORD_LOGIN_FAILED:
	case RECORD_SECRET_UNREADABLE:
	case RECORD_EXEMPTION_REFUSED:
	case RECORD_TORN: return 3;
	case RECORD_DEVICE_CHANGED:
	case RECORD_DEVICE_DISGUISED:
	case RECORD_TAMPERED:
	case RECORD_ALERT_LAST_INPUT:
	case RECORD_POLICY_REVERTED:
	case RECORD_POLICY_LOST:
	case RECORD_ROOT_LOST:
	case RECORD_MEDIA_LOST:
	case RECORD_REVOCATIONS_LOST:
	case RECORD_TOKENS_LOST:
	case RECORD_TERMINAL_COPIED:
	case RECORD_LOGIN_BY_ENVELOPE:
	case RECORD_LOGIN_KEY_LOST:
	case RECORD_ENVELOPE_MADE:
	case RECORD_LOGIN_RULES_LOST: return 4;
	case RECORD_NONE:
	case RECORD_EVENT_COUNT: break;
	}
	return 4; /* what nobody named is not harmless */
}

/* "1-2 (0951:1666 Kingston DataTraveler)", or the name alone of what is no device. */
static void describe_device(const struct record_device *device, char buffer[LABEL_SIZE])
{
	if (device->number == 0) {
		snprintf(buffer, LABEL_SIZE, "%s", device->name);
		return;
	}
	snprintf(buffer, LABEL_SIZE, "%s (%04" PRIx16 ":%04" PRIx16 "%s%.150s%s%.150s%s%s)",
		device->name, device->vendor, device->product, device->manufacturer[0] ? " " : "",
		device->manufacturer, device->model[0] ? " " : "", device->model,
		device->medium[0] ? ", registered as " : "", device->medium);
}

/* ", 1 of 2 interfaces" where a device is let in by halves, else nothing. */
static void describe_share(const struct record *record, char *buffer, size_t size)
{
	size_t allowed = 0;

	for (size_t i = 0; i < record->n_interfaces; i++)
		allowed += record->interfaces[i].verdict != VERDICT_BLOCK;
	buffer[0] = '\0';
	if (allowed < record->n_interfaces)
		snprintf(buffer, size, ", %zu of %zu interfaces", allowed, record->n_interfaces);
}

/* What happened, without why. Returns what snprintf returns. */
static int describe_event(const struct record *record, char *buffer, size_t size)
{
	char device[LABEL_SIZE], share[64];
	uint64_t number = record->number;

	describe_device(&record->device, device);
	switch (record->event) {
	case RECORD_STARTED: return snprintf(buffer, size, "The agent started");
	case RECORD_STOPPED: return snprintf(buffer, size, "The agent stopped");
	case RECORD_CONTROLLER_CLOSED:
		return snprintf(buffer, size, "%s was open to new devices and was closed", device);
	case RECORD_DEVICE_BLOCKED:
		return snprintf(buffer, size, "Device %s %s", device,
			record->is_rehearsed ? "would be refused, but the policy is only rehearsed"
					     : "was refused");
	case RECORD_DEVICE_ALLOWED:
		describe_share(record, share, sizeof(share));
		if (record->is_rehearsed && share[0])
			return snprintf(buffer, size,
				"Device %s would be let in%s, but the policy is only rehearsed",
				device, share);
		return snprintf(buffer, size, "Device %s was let in%s", device, share);
	case RECORD_DEVICE_REMOVED:
		return snprintf(buffer, size, "Device %s was unplugged", device);
	case RECORD_DEVICE_FAILED:
		return snprintf(buffer, size, "Device %s could not be set as decided", device);
	case RECORD_DEVICE_SLOW:
		return snprintf(buffer, size,
			"Device %s has not answered for %" PRIu64 " milliseconds", device, number);
	case RECORD_DEVICE_FLAPPING:
		return snprintf(buffer, size, "Device %s comes and goes, %" PRIu64 " arrivals",
			device, number);
	case RECORD_DEVICE_CHANGED:
		return snprintf(buffer, size, "Device %s is no longer what was judged", device);
	case RECORD_DEVICE_DISGUISED:
		return snprintf(buffer, size, "Device %s is not what it claimed to be", device);
	case RECORD_TAMPERED:
		return snprintf(buffer, size,
			"Somebody else changed whether %s is authorised; this was undone", device);
	case RECORD_ALERT_LAST_INPUT:
		return snprintf(buffer, size,
			"Device %s %s kept against the policy: nobody could type without it",
			device, record->is_rehearsed ? "would be" : "is");
	case RECORD_EVENTS_LOST:
		return snprintf(buffer, size,
			"The kernel dropped device events; every device is looked at again");
	case RECORD_POLICY_APPLIED:
	case RECORD_POLICY_NEXT:
	case RECORD_POLICY_REFUSED:
	case RECORD_POLICY_REVERTED:
	case RECORD_POLICY_LOST:
	case RECORD_POLICY_NOT_HERE:
	case RECORD_ROOT_APPLIED:
	case RECORD_ROOT_REFUSED:
	case RECORD_ROOT_LOST:
	case RECORD_MEDIA_APPLIED:
	case RECORD_MEDIA_REFUSED:
	case RECORD_MEDIA_LOST:
	case RECORD_MEDIA_ENDED:
	case RECORD_FRESH_TAKEN:
	case RECORD_FRESH_REFUSED:
	case RECORD_FRESH_ENDED:
	case RECORD_DOCUMENT_WAITS:
	case RECORD_REHEARSAL_BEGAN:
	case RECORD_REHEARSAL_ENDED:
	case RECORD_TOKENS_APPLIED:
	case RECORD_TOKENS_REFUSED:
	case RECORD_REVOCATION_REFUSED:
	case RECORD_DESKS_APPLIED:
	case RECORD_DESKS_REFUSED:
	case RECORD_REVOCATIONS_LOST:
	case RECORD_TERMINAL_KEY_MADE:
	case RECORD_TERMINAL_COPIED:
	case RECORD_TERMINAL_ASKED:
	case RECORD_TERMINAL_ENDED:
	case RECORD_TOKENS_LOST: return record_describe_document(record, buffer, size);
	case RECORD_LOGIN_RULES_NOT_STORED:
	case RECORD_LOGIN_LINE_DAMAGED:
	case RECORD_LOGIN_ALLOWED:
	case RECORD_LOGIN_REFUSED:
	case RECORD_LOGIN_LOCKED:
	case RECORD_LOGIN_FAILED:
	case RECORD_LOGIN_BY_ENVELOPE:
	case RECORD_LOGIN_REHEARSED:
	case RECORD_TOKEN_INSTALLED:
	case RECORD_TOKEN_RESET:
	case RECORD_TOKEN_RETIRED:
	case RECORD_TOKEN_SHOWN:
	case RECORD_TOKEN_ENROLLED:
	case RECORD_SECRET_UNREADABLE:
	case RECORD_LOGIN_KEY_LOST:
	case RECORD_LOGIN_KEY_MADE:
	case RECORD_ENVELOPE_MADE:
	case RECORD_OPERATOR_CHANGED:
	case RECORD_OPERATOR_ENDED:
	case RECORD_LOGIN_RULES_LOST: return record_describe_login(record, buffer, size);
	case RECORD_EXEMPTION_REQUESTED:
	case RECORD_EXEMPTION_RECEIVED:
	case RECORD_EXEMPTION_REFUSED:
	case RECORD_EXEMPTION_REQUEST_REFUSED:
	case RECORD_EXEMPTION_REQUEST_WITHDRAWN:
	case RECORD_EXEMPTION_REVOKED:
	case RECORD_EXEMPTION_REDEEMED:
	case RECORD_EXEMPTION_REDEEM_FAILED:
	case RECORD_EXEMPTION_ACTIVE:
	case RECORD_EXEMPTION_WARNED:
	case RECORD_EXEMPTION_ENDING:
	case RECORD_EXEMPTION_ENDED:
	case RECORD_EXEMPTION_RETURNED:
	case RECORD_EXEMPTION_REPORTED:
	case RECORD_MEDIUM_SHOWN:
	case RECORD_MEDIUM_REFUSED:
	case RECORD_PHONE_CHALLENGE: return record_describe_exemption(record, buffer, size);
	case RECORD_TORN: return snprintf(buffer, size, "The last line of the records was cut");
	case RECORD_NONE:
	case RECORD_EVENT_COUNT: break;
	}
	return snprintf(buffer, size, "Something happened that has no name");
}

/* Whether the reason says something that the sentence does not say yet. */
static bool has_reason(const struct record *record)
{
	return record->reason.code != REASON_NOT_JUDGED &&
	       (record->event == RECORD_DEVICE_BLOCKED || record->event == RECORD_DEVICE_ALLOWED ||
		       record->event == RECORD_DEVICE_DISGUISED);
}

size_t record_describe(const struct record *record, char *buffer, size_t size)
{
	char event[SENTENCE_SIZE], reason[256] = "", line[2 * SENTENCE_SIZE];
	const char *error = record->error ? strerrordesc_np(record->error) : NULL;

	describe_event(record, event, sizeof(event));
	if (has_reason(record))
		reason_describe(&record->reason, reason, sizeof(reason));
	snprintf(line, sizeof(line), "%s%s%s%s%s%s%s", event, reason[0] ? ": " : "", reason,
		error ? ": " : "", error ? error : "", record->text[0] ? ": " : "", record->text);
	return printable_copy(buffer, size, line);
}
