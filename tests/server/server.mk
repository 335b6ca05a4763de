# Real servers on the loopback, as an ordinary user: nginx, rsync, rsyslogd. A part of check-all; a single one:
# python3 tests/server/test_publish.py build/gcc
SERVER_TESTS := $(wildcard tests/server/test_*.py)

.PHONY: check-server
check-server: $(PROGRAMS) $(SK_PROVIDER)
	@tests/run_tests.py $(foreach t,$(SERVER_TESTS),"$(t:tests/server/test_%.py=server-%)=python3 $(t) $(B)")
