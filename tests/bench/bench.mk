# make bench: times and memory for 100,000 registered media, and for 10,000 recorded insertions, into tests/bench/RESULTS.md. No test:
# nothing fails because of time.

GLIB_CFLAGS = $(subst -I,-isystem ,$(shell pkg-config --cflags glib-2.0))
GLIB_LIBS   = $(shell pkg-config --libs glib-2.0)
BENCH       := $(B)/tests/bench/bench_media $(B)/tests/bench/measure

$(B)/tests/bench/bench_media.o: ALL_CFLAGS += $(GLIB_CFLAGS)
$(B)/tests/bench/bench_media: $(B)/tests/bench/bench_load.o $(POLICY_LIB)
$(BENCH): %: %.o
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(GLIB_LIBS) $(CRYPTO_LIBS)

.PHONY: bench
bench: $(B)/sekisho-admin $(BENCH) $(MAKE_RECORDS)
	@tests/bench/run $(B)/sekisho-admin $(BENCH) $(MAKE_RECORDS)
