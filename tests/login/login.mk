# The login: the built module and the built helper, by libpam itself.
LOGIN_TESTS := $(B)/tests/login/scene $(B)/tests/login/log_in $(B)/tests/login/pam_stand_in.so $(B)/tests/login/other_time.so \
    $(B)/tests/login/compare_stacks

$(B)/tests/login/scene: $(B)/tests/login/scene.o $(LOGIN_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(OATH_LIBS)
$(B)/tests/login/log_in: $(B)/tests/login/log_in.o
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lpam
$(B)/tests/login/compare_stacks: $(B)/tests/login/compare_stacks.o $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lpam
$(B)/tests/login/pam_stand_in.so: $(B)/tests/login/pam_stand_in.o
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(filter-out -pie,$(LDFLAGS)) -shared -o $@ $^ -lpam

# Stands before the C library, in programs that may be sanitized.
$(B)/tests/login/other_time.so: tests/login/other_time.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(CPPFLAGS) -std=gnu17 -O2 -Wall -Wextra -Werror -fPIC -fvisibility=hidden -shared \
	    -o $@ $<

CHECK_NEEDS += $(LOGIN_TESTS)
CHECK_RUNS  += $(foreach t,program stack matrix clock pamtester doctor session resync enrol phone,"login-$(t)=tests/login/test_$(t).py $(B)")

# With the helper's set-user-id bit, at its own place, in a mount namespace: needs root.
.PHONY: check-login
check-login: $(PROGRAMS) $(LOGIN_TESTS)
	@$(call as_root,VALGRIND=1 tests/run_tests.py --verbose \
	    $(foreach t,program at_once killed disk caller attack enrol_left,"login-$(t)=tests/login/test_$(t).py $(B)"))
