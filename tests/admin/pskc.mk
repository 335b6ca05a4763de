# Deliveries of hardware tokens, for make check.
# Stands inside sekisho-pskc, in place of a parser that was taken over.
INTRUDER := $(B)/tests/data/pskc_intruder.so
$(INTRUDER): tests/data/pskc_intruder.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) -std=gnu17 -O2 -Wall -Wextra -Werror -fPIC -shared -o $@ $<

CHECK_NEEDS += $(INTRUDER)
CHECK_RUNS  += "admin-delivery=tests/admin/test_delivery.py $(B)/sekisho-admin"
CHECK_RUNS  += "admin-pskc=tests/admin/test_pskc.py $(B)/sekisho-admin $(INTRUDER)"
