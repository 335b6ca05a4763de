# Records of random devices, for sekisho-admin policy rehearse.

MAKE_RECORDS := $(B)/tests/replay/make_records
$(MAKE_RECORDS): $(call obj,tests/replay/make_records.c tests/scenarios/model.c) $(HELP_LIB) \
		$(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)

CHECK_NEEDS += $(MAKE_RECORDS)
CHECK_RUNS  += "admin-rehearse=tests/admin/test_rehearse.py $(B)/sekisho-admin $(MAKE_RECORDS)"
