# sekisho-pskc shuts itself in before it reads: no sanitizer gets along with that, so it is always
# built without.

PSKC_SRC  := $(sort $(wildcard policy/pskc/*.c))
PSKC_LIBS := $(shell pkg-config --libs libpskc libxml-2.0 libcrypto 2>/dev/null)

$(call obj,$(PSKC_SRC)): CPPFLAGS += $(shell pkg-config --cflags libxml-2.0 2>/dev/null)

ifeq ($(SAN),)
$(B)/sekisho-pskc: $(call obj,$(PSKC_SRC)) $(POLICY_LIB)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PSKC_LIBS)
else
$(B)/sekisho-pskc: $(PSKC_SRC) $(wildcard policy/pskc/*.h) $(POLICY_SRC)
	@$(MAKE) --no-print-directory SAN= B=$(B)/boxed $(B)/boxed/sekisho-pskc
	$(Q)cp $(B)/boxed/sekisho-pskc $@
endif
