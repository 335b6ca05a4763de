# sekishod and the machine that it runs on.

CHECK_NEEDS += $(B)/tests/usb/test_terminal
CHECK_RUNS  += "usb-terminal=tests/usb/run $(B) test_terminal"

$(B)/tests/usb/test_terminal: $(call obj,$(addprefix tests/usb/,test_terminal.c fake_kernel.c kernel_bus.c daemon.c)) \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)
