# The server of a site: the packaged nginx, TLS and terminals on loopback. They take longer than a daily
# check may; each is a program of its own: tests/server/test_NAME.py BUILD_DIR [TEST...].

SERVER_NEEDS := $(PROGRAMS)
SERVER_RUNS  := "server-fetch=python3 tests/server/test_fetch.py $(B)"

.PHONY: check-server
check-server: $(SERVER_NEEDS)
	@tests/run_tests.py $(SERVER_RUNS)
