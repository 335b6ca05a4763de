#include "policy/pskc/shape.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct pskc_shape shapes[] = {
	{"KeyContainer", "EncryptionKey", PSKC_SKIPPED, false},
	{"KeyContainer", "MACMethod", PSKC_SKIPPED, false},
	{"KeyContainer", "KeyPackage", PSKC_GROUP, true},
	{"KeyContainer", "Signature", PSKC_SKIPPED, false},
	{"KeyContainer", "Extensions", PSKC_SKIPPED, true},
	{"KeyPackage", "DeviceInfo", PSKC_GROUP, false},
	{"KeyPackage", "CryptoModuleInfo", PSKC_SKIPPED, false},
	{"KeyPackage", "Key", PSKC_GROUP, false},
	{"KeyPackage", "Extensions", PSKC_SKIPPED, true},
	{"DeviceInfo", "Manufacturer", PSKC_SKIPPED, false},
	{"DeviceInfo", "SerialNo", PSKC_TEXT, false},
	{"DeviceInfo", "Model", PSKC_SKIPPED, false},
	{"DeviceInfo", "IssueNo", PSKC_SKIPPED, false},
	{"DeviceInfo", "DeviceBinding", PSKC_SKIPPED, false},
	{"DeviceInfo", "StartDate", PSKC_DATE, false},
	{"DeviceInfo", "ExpiryDate", PSKC_DATE, false},
	{"DeviceInfo", "UserId", PSKC_SKIPPED, false},
	{"DeviceInfo", "Extensions", PSKC_SKIPPED, true},
	{"Key", "Issuer", PSKC_SKIPPED, false},
	{"Key", "AlgorithmParameters", PSKC_GROUP, false},
	{"Key", "KeyProfileId", PSKC_TEXT, false},
	{"Key", "KeyReference", PSKC_TEXT, false},
	{"Key", "FriendlyName", PSKC_SKIPPED, true},
	{"Key", "Data", PSKC_GROUP, false},
	{"Key", "UserId", PSKC_SKIPPED, false},
	{"Key", "Policy", PSKC_GROUP, false},
	{"Key", "Extensions", PSKC_SKIPPED, true},
	{"AlgorithmParameters", "Suite", PSKC_TEXT, false},
	{"AlgorithmParameters", "ChallengeFormat", PSKC_SKIPPED, false},
	{"AlgorithmParameters", "ResponseFormat", PSKC_ATTRIBUTES, false},
	{"AlgorithmParameters", "Extensions", PSKC_SKIPPED, true},
	{"Data", "Secret", PSKC_SECRET, false},
	{"Data", "Counter", PSKC_NUMBER, false},
	{"Data", "Time", PSKC_SMALL_NUMBER, false},
	{"Data", "TimeInterval", PSKC_SMALL_NUMBER, false},
	{"Data", "TimeDrift", PSKC_SMALL_NUMBER, false},
	{"Data", "Extensions", PSKC_SKIPPED, true},
	{"Policy", "StartDate", PSKC_DATE, false},
	{"Policy", "ExpiryDate", PSKC_DATE, false},
	{"Policy", "PINPolicy", PSKC_ATTRIBUTES, false},
	{"Policy", "KeyUsage", PSKC_TEXT, true},
	{"Policy", "NumberOfTransactions", PSKC_TEXT, false},
};

static const char *const key_attributes[] = {"Id", "Algorithm", NULL};
static const char *const response_attributes[] = {"Encoding", "Length", "CheckDigits", NULL};
static const char *const pin_attributes[] = {"PINKeyId", "PINUsageMode", "MaxFailedAttempts",
	"MinLength", "MaxLength", "PINEncoding", NULL};

const struct pskc_shape *pskc_shape_find(const char *parent, const char *name)
{
	for (size_t i = 0; i < COUNT(shapes); i++)
		if (strcmp(shapes[i].parent, parent) == 0 && strcmp(shapes[i].name, name) == 0)
			return &shapes[i];
	return NULL;
}

char *pskc_shape_names(const char *parent, char *ret, size_t size)
{
	size_t used = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < COUNT(shapes) && used < size; i++)
		if (strcmp(shapes[i].parent, parent) == 0)
			used += (size_t)snprintf(ret + used, size - used, "%s%s",
				used > 0 ? ", " : "", shapes[i].name);
	return ret;
}

const char *const *pskc_shape_attributes(const char *element)
{
	return strcmp(element, "Key") == 0              ? key_attributes
	       : strcmp(element, "ResponseFormat") == 0 ? response_attributes
	       : strcmp(element, "PINPolicy") == 0      ? pin_attributes
							: NULL;
}
