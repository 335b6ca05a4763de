# Random lives of exemptions, judged by a reference model that shares nothing with the code.

CHECK_NEEDS += $(B)/tests/lives/lives
CHECK_RUNS  += "lives=python3 tests/lives/reference.py $(B)/tests/lives/lives 1 2000"
$(B)/tests/lives/lives: $(call obj,$(wildcard tests/lives/*.c)) $(B)/tests/scenarios/model.o \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(AGENT_LIBS) $(CRYPTO_LIBS)

.PHONY: check-lives
check-lives: $(B)/tests/lives/lives
	@TEST_TIMEOUT=3600 tests/run_tests.py "lives=python3 tests/lives/reference.py $(B)/tests/lives/lives 1 100000"
