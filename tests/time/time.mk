# Transcripts of trusted time, on a clock of their own.

CHECK_NEEDS += $(B)/tests/time/run_time
CHECK_RUNS  += "time=$(B)/tests/time/run_time tests/time"
$(B)/tests/time/run_time: $(B)/tests/time/run_time.o $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CRYPTO_LIBS)
