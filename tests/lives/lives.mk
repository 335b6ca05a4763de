# Random lives of exemptions, judged by a reference model that shares nothing with the code.

CHECK_NEEDS += $(B)/tests/lives/lives
CHECK_RUNS  += "lives=python3 tests/lives/reference.py $(B)/tests/lives/lives 1 2000"
$(B)/tests/lives/lives: $(call obj,$(wildcard tests/lives/*.c)) \
		$(call obj,tests/scenarios/model.c tests/scenarios/materials.c) \
		$(HELP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(AGENT_LIBS) $(CRYPTO_LIBS)

# 100,000: two minutes of one core, in ten pieces.
.PHONY: check-lives
check-lives: $(B)/tests/lives/lives
	@TEST_TIMEOUT=1200 tests/run_tests.py $(foreach i,0 1 2 3 4 5 6 7 8 9,\
		"lives-$(i)=python3 tests/lives/reference.py $(B)/tests/lives/lives $(i)0001 10000")
