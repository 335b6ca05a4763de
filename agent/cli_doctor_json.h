/* What the doctor found, for programs. */
#pragma once

#include <json-c/json.h>

#include "agent/doctor.h"

/* For cli_json_print(). */
struct json_object *cli_doctor_json(const struct doctor *doctor);
