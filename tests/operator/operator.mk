# The change of operator: the built programs over a real bus, with a fake kernel and a fake logind.

CHECK_NEEDS += $(USB_HOOK) $(LOGIN_TESTS)
CHECK_RUNS  += "operator=python3 tests/operator/test_operator.py $(B)"

$(B)/tests/usb/test_operator: $(call obj,$(addprefix tests/usb/,test_operator.c fake_kernel.c kernel_bus.c daemon.c)) \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) $(CRYPTO_LIBS)

CHECK_NEEDS += $(B)/tests/usb/test_operator
CHECK_RUNS  += "operator-records=tests/usb/run $(B) test_operator"

# OPERATOR_CHANGES=1000: as make check-long has it.
.PHONY: check-operator bench-operator
check-operator: $(PROGRAMS) $(USB_HOOK) $(LOGIN_TESTS) $(B)/tests/usb/test_operator
	@tests/run_tests.py --verbose "operator=python3 tests/operator/test_operator.py $(B)" \
	    "operator-records=tests/usb/run $(B) test_operator"

bench-operator: $(PROGRAMS) $(USB_HOOK) $(LOGIN_TESTS)
	@tests/bench/run_operator $(B)
