# Real servers on the loopback, as an ordinary user: nginx, rsync, rsyslogd. A part of check-all; a single one:
# python3 tests/server/test_publish.py build/gcc
# What waits longest comes first.
SERVER_LONG  := tests/server/test_hostile.py tests/server/test_withheld.py
SERVER_TESTS := $(filter-out $(SERVER_LONG) %/test_site.py,$(wildcard tests/server/test_*.py))
SERVER_RUN    = $(foreach t,$(1),"$(t:tests/server/test_%.py=server-%)=python3 $(t) $(B)")
# The tests of a whole site wait for looks once a minute: each is a program of its own.
SITE_TESTS   := $(shell sed -n 's/^def \([a-z_]*\)(place):$$/\1/p' tests/server/test_site.py)
SITE_RUNS    := $(foreach t,$(SITE_TESTS),"site: $(subst _, ,$(t))=python3 tests/server/test_site.py $(B) $(t)")
# They wait more than they work, but those that start many terminals.
SERVER_JOBS  ?= 8

$(B)/tests/server/fake_logind: $(B)/tests/server/fake_logind.o
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(AGENT_LIBS)

.PHONY: check-server check-site
check-server check-site: $(PROGRAMS) $(SK_PROVIDER) $(B)/tests/server/fake_logind $(B)/tests/usb/kernel_hook.so $(NO_SANDBOX)
check-server:
	@tests/run_tests.py --jobs=$(SERVER_JOBS) $(call SERVER_RUN,$(SERVER_LONG)) $(SITE_RUNS) $(call SERVER_RUN,$(SERVER_TESTS))
# A whole site in full: fifty changes of the policy, an hour without a server, and how long each takes.
check-site:
	@LONG=1 tests/run_tests.py --verbose "site=python3 tests/server/test_site.py $(B)"
