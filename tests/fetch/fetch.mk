# sekisho-fetch: the built program, and sekishod with the spool that it fills.

CHECK_NEEDS += $(B)/tests/usb/test_spool
CHECK_RUNS  += "fetch=python3 tests/fetch/test_fetch.py $(B)" "fetch-spool=tests/usb/run $(B) test_spool"

ifneq ($(SAN),)
NO_SANDBOX := $(B)/tests/fetch/no_sandbox.so
CHECK_NEEDS += $(NO_SANDBOX)

$(NO_SANDBOX): tests/fetch/no_sandbox.c
	@mkdir -p $(@D)
	$(call say,LD $@)
	$(Q)$(CC) $(CPPFLAGS) $(filter-out -fsanitize=%,$(ALL_CFLAGS)) -shared -o $@ $<
endif

$(B)/tests/usb/test_spool: $(call obj,$(addprefix tests/usb/,test_spool.c fake_kernel.c kernel_bus.c daemon.c)) \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)
