# sekishod with a fake kernel, for make check.

USB_HOOK := $(B)/tests/usb/kernel_hook.so
$(USB_HOOK): tests/usb/kernel_hook.c tests/usb/fast_clock.c tests/usb/fake_seat.c tests/usb/fake_host.c tests/usb/kernel_protocol.h
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(CPPFLAGS) -std=gnu17 -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter \
	    -Wstrict-prototypes -Wmissing-prototypes -fPIC -fvisibility=hidden -shared -o $@ $(filter %.c,$^)

$(B)/tests/usb/test_usb: $(call obj,$(addprefix tests/usb/,test_usb.c fake_kernel.c kernel_bus.c daemon.c)) \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)

$(B)/tests/usb/test_rehearse: $(call obj,$(addprefix tests/usb/,test_rehearse.c trace.c fake_kernel.c kernel_bus.c daemon.c)) \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)

$(B)/tests/usb/test_login: $(call obj,$(addprefix tests/usb/,test_login.c fake_kernel.c kernel_bus.c daemon.c)) \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)

CHECK_NEEDS += $(USB_HOOK) $(B)/tests/usb/test_usb $(B)/tests/usb/test_rehearse $(B)/tests/usb/test_login
CHECK_RUNS  += "usb=tests/usb/run $(B) test_usb" "usb-rehearse=tests/usb/run $(B) test_rehearse" "usb-login=tests/usb/run $(B) test_login"
