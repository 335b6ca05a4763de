# sekisho-admin as a program, for make check. The software hardware key is loaded by ssh-sk-helper,
# so it is never sanitized.

SK_PROVIDER := $(B)/tests/data/sk_provider.so
$(SK_PROVIDER): tests/data/sk_provider.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(CPPFLAGS) -std=gnu17 -O2 -Wall -Wextra -Werror -Wno-unused-parameter \
	    -Wstrict-prototypes -Wmissing-prototypes -fPIC -fvisibility=hidden -shared -o $@ $< -lcrypto

CHECK_NEEDS += $(SK_PROVIDER)
CHECK_RUNS  += "admin=tests/admin/test_admin.py $(B)/sekisho-admin $(SK_PROVIDER)"
CHECK_RUNS  += $(foreach t,site sign sign_checks root verify stranger lint place fresh hour token token_desk ticket options tokens_place stranger_tokens bundle phone,\
    "admin-$(t)=tests/admin/test_$(t).py $(B)/sekisho-admin $(SK_PROVIDER)")
CHECK_RUNS  += "admin-media=tests/admin/test_media.py $(B)/sekisho-admin"
CHECK_RUNS  += "admin-policy=tests/admin/test_policy.py $(B)/sekisho-admin"
CHECK_RUNS  += "admin-register=tests/admin/test_register.py $(B)/sekisho-admin"
