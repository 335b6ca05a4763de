/* What the register says of tokens, whatever changed: that none outlives it, and what is due. */
#pragma once

#include "policy/admin/register_job.h"

/* Ends tokens that count longer than their person's row, notes what somebody has to look at, and
 * brings the columns 認証要素 and トークン番号 up to date. 0 or -ENOMEM. */
int register_settle(struct register_job *job);
