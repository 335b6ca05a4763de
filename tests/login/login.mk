# The login: the built module and the built helper, by libpam itself.
LOGIN_TESTS := $(B)/tests/login/scene $(B)/tests/login/log_in $(B)/tests/login/pam_stand_in.so

$(B)/tests/login/scene: $(B)/tests/login/scene.o $(LOGIN_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(OATH_LIBS)
$(B)/tests/login/log_in: $(B)/tests/login/log_in.o
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lpam
$(B)/tests/login/pam_stand_in.so: $(B)/tests/login/pam_stand_in.o
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(filter-out -pie,$(LDFLAGS)) -shared -o $@ $^ -lpam

CHECK_NEEDS += $(LOGIN_TESTS)
