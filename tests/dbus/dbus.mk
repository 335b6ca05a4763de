DBUS_HELPERS := $(B)/tests/dbus/server $(B)/tests/dbus/fake_polkit $(B)/tests/dbus/stranger \
    $(B)/tests/dbus/make_logins $(B)/tests/dbus/make_exemptions
$(DBUS_HELPERS): $(B)/tests/dbus/%: $(B)/tests/dbus/%.o $(AGENT_LIB) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(AGENT_LIBS) $(CRYPTO_LIBS)
$(B)/tests/dbus/server: $(B)/tests/dbus/more_devices.o $(B)/tests/dbus/fake_exemptions.o
CHECK_NEEDS += $(DBUS_HELPERS)
CHECK_RUNS  += "dbus=tests/dbus/run $(B)" "dbus-who=tests/dbus/who $(B)" "dbus-news=tests/dbus/news $(B)" "dbus-commands=tests/dbus/commands $(B)"
CHECK_RUNS  += "dbus-exemptions=tests/dbus/exemptions $(B)"
CHECK_RUNS  += "dbus-words=tests/dbus/words $(B)" "dbus-employee=tests/dbus/employee $(B)" "dbus-ledger=tests/dbus/ledger $(B)"
