# sekishod and what it reports.

CHECK_NEEDS += $(B)/tests/usb/test_report
CHECK_RUNS  += "usb-report=tests/usb/run $(B) test_report"

$(B)/tests/usb/test_report: $(call obj,$(addprefix tests/usb/,test_report.c fake_kernel.c kernel_bus.c daemon.c)) \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)
