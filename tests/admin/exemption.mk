# Approvers, for make check.
CHECK_RUNS  += $(foreach t,exemption exemption_files exemption_prepare exemption_page,\
    "admin-$(t)=tests/admin/test_$(t).py $(B)/sekisho-admin $(SK_PROVIDER)")
# What terminals report.
CHECK_RUNS  += "admin-fleet=tests/admin/test_fleet.py $(B)/sekisho-admin"
# Terminals that join.
CHECK_RUNS  += "admin-terminal=tests/admin/test_terminal.py $(B)/sekisho-admin $(SK_PROVIDER)"
