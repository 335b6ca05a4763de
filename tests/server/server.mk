# Real servers on the loopback, as an ordinary user: nginx, rsync, rsyslogd. A part of check-all; a single one:
# python3 tests/server/test_publish.py build/gcc
SERVER_TESTS := $(wildcard tests/server/test_*.py)

$(B)/tests/server/fake_logind: $(B)/tests/server/fake_logind.o
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(AGENT_LIBS)

.PHONY: check-server
check-server: $(PROGRAMS) $(SK_PROVIDER) $(B)/tests/server/fake_logind $(B)/tests/usb/kernel_hook.so $(NO_SANDBOX)
	@tests/run_tests.py $(foreach t,$(SERVER_TESTS),"$(t:tests/server/test_%.py=server-%)=python3 $(t) $(B)")
