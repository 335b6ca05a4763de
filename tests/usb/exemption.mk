$(B)/tests/usb/test_exemption: $(call obj,$(addprefix tests/usb/,test_exemption.c people.c fake_kernel.c kernel_bus.c daemon.c)) \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)

CHECK_NEEDS += $(B)/tests/usb/test_exemption
CHECK_RUNS  += "usb-exemption=tests/usb/run $(B) test_exemption"
