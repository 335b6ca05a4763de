# make install DESTDIR=…   copies, and does nothing else
# make deb [VERSION=x]     the packages, NAME_VERSION_ARCH.deb in DEB_DIR, build/deb,
#                          alone there: an older version goes

BINDIR         ?= $(PREFIX)/bin
SBINDIR        ?= $(PREFIX)/sbin
# As packaging/udev/72-sekisho-gate.rules names it.
LIBEXECDIR     ?= /usr/libexec/sekisho
SYSTEMLIBDIR   ?= /usr/lib
# Where libpam looks for modules.
PAMDIR         ?= /usr/lib/$(shell $(CC) -print-multiarch)/security
SYSCONFDIR     ?= /etc
INSTALL        ?= install
DEB_DIR        ?= build/deb

.PHONY: install deb
install: $(PROGRAMS) $(MESSAGES)
	$(Q)$(INSTALL) -D -m 755 $(B)/sekishod $(DESTDIR)$(SBINDIR)/sekishod
	$(Q)$(INSTALL) -D -m 755 $(B)/sekisho $(DESTDIR)$(BINDIR)/sekisho
	$(Q)$(INSTALL) -D -m 755 $(B)/sekisho-admin $(DESTDIR)$(BINDIR)/sekisho-admin
	$(Q)$(INSTALL) -D -m 755 $(B)/sekisho-pskc $(DESTDIR)$(LIBEXECDIR)/sekisho-pskc
	$(Q)$(INSTALL) -D -m 755 $(B)/sekisho-gate $(DESTDIR)$(LIBEXECDIR)/sekisho-gate
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/systemd/system packaging/sekishod.service
	$(Q)$(INSTALL) -D -m 755 $(B)/sekisho-fetch $(DESTDIR)$(LIBEXECDIR)/sekisho-fetch
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/systemd/system packaging/fetch/sekisho-fetch.service packaging/fetch/sekisho-fetch.path
	$(Q)$(INSTALL) -D -m 644 packaging/fetch/sysusers.conf $(DESTDIR)/usr/lib/sysusers.d/sekisho-fetch.conf
	$(Q)$(INSTALL) -D -m 644 packaging/fetch/tmpfiles.conf $(DESTDIR)/usr/lib/tmpfiles.d/sekisho-fetch.conf
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 agent/sekisho-fetch.8
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/udev/rules.d packaging/udev/60-sekisho.rules packaging/udev/72-sekisho-gate.rules packaging/udev/81-sekisho-gate.rules
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/modprobe.d packaging/modprobe.d/sekisho.conf
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/dbus-1/system.d packaging/dbus/org.sekisho.Agent1.conf
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/dbus-1/interfaces packaging/dbus/org.sekisho.Agent1.xml
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/polkit-1/actions packaging/polkit/org.sekisho.agent1.policy
	$(Q)$(INSTALL) -D -m 755 -t $(DESTDIR)$(PREFIX)/share/initramfs-tools/hooks packaging/initramfs/sekisho
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/bash-completion/completions packaging/completion/sekisho
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/bash-completion/completions packaging/completion/sekisho-admin
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 policy/admin/sekisho-admin.1
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 agent/sekisho.1
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 policy/sekisho-policy.5
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man7 agent/sekisho-agent.7
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 agent/sekishod.8
	$(Q)$(INSTALL) -D -m 755 $(B)/sekisho-verify $(DESTDIR)$(LIBEXECDIR)/sekisho-verify
	$(Q)$(INSTALL) -D -m 755 $(B)/sekisho-operator $(DESTDIR)$(LIBEXECDIR)/sekisho-operator
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/systemd/system packaging/login/sekisho-operator.socket packaging/login/sekisho-operator@.service
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/dbus-1/system.d packaging/login/org.sekisho.Operator.conf
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 pam/sekisho-operator.8
	$(Q)$(INSTALL) -D -m 755 $(B)/sekisho-unseal $(DESTDIR)$(SBINDIR)/sekisho-unseal
	$(Q)$(INSTALL) -D -m 755 packaging/login/sekisho-login-stack $(DESTDIR)$(LIBEXECDIR)/sekisho-login-stack
	$(Q)$(INSTALL) -D -m 644 $(B)/pam_sekisho.so $(DESTDIR)$(PAMDIR)/pam_sekisho.so
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/systemd/system packaging/login/sekisho-unseal.service packaging/login/sekisho-unseal.path 'packaging/login/run-sekisho\x2dotp.mount'
	$(Q)$(INSTALL) -D -m 755 $(B)/sekisho-enrol $(DESTDIR)$(LIBEXECDIR)/sekisho-enrol
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSCONFDIR)/profile.d packaging/login/sekisho-enrol.sh packaging/login/sekisho-report.sh
	$(Q)$(INSTALL) -D -m 755 packaging/login/sekisho-report-notice $(DESTDIR)$(LIBEXECDIR)/sekisho-report-notice
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSCONFDIR)/xdg/autostart packaging/login/sekisho-report.desktop
	$(Q)$(INSTALL) -D -m 644 packaging/login/sysusers.conf $(DESTDIR)/usr/lib/sysusers.d/sekisho-login.conf
	$(Q)$(INSTALL) -D -m 644 packaging/login/tmpfiles.conf $(DESTDIR)/usr/lib/tmpfiles.d/sekisho-login.conf
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)/usr/share/pam-configs packaging/login/sekisho-ask packaging/login/sekisho-judge packaging/login/sekisho-session
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 pam/sekisho-unseal.8 pam/sekisho-verify.8 pam/sekisho-enrol.8 pam/pam_sekisho.8
	$(Q)for file in $(MESSAGES:$(B)/%=%); do \
	    $(INSTALL) -D -m 644 $(B)/$$file $(DESTDIR)$(PREFIX)/share/$$file || exit; done
	$(Q)$(INSTALL) -d -m 755 $(DESTDIR)$(SYSCONFDIR)/sekisho

include packaging/medium/medium.mk
include packaging/server/server.mk

# dpkg-buildpackage wants a debian/ folder in its source tree: it gets a tree of its
# own under build/, with our files installed in it. All time stamps in the packages
# are that of debian/changelog, so the same programs make the same packages.
DEB_TREE := $(DEB_DIR)/tree/sekisho
deb: $(PROGRAMS) $(MESSAGES)
	$(call say,DEB $(DEB_DIR))
	@rm -rf $(DEB_DIR)/tree $(DEB_DIR)/*.deb
	@mkdir -p $(DEB_TREE)
	@cp -r packaging/debian $(DEB_TREE)/debian
	@sed -i '1s/(.*)/($(VERSION))/' $(DEB_TREE)/debian/changelog
	@$(MAKE) --no-print-directory install DESTDIR=$(abspath $(DEB_DIR)/tree/installed) \
	    SYSTEMLIBDIR=/lib >$(DEB_DIR)/log
	@cd $(DEB_TREE) && env -u MAKEFLAGS -u MAKEOVERRIDES -u MFLAGS dpkg-buildpackage \
	    --no-pre-clean --build=binary --no-sign >>../../log 2>&1 || { cat ../../log; exit 1; }
	@mv $(DEB_DIR)/tree/*.deb $(DEB_DIR)/
	@rm -rf $(DEB_DIR)/tree
	@ls $(DEB_DIR)/*.deb

.PHONY: check-packaging
check-packaging: $(PROGRAMS)
	python3 tests/packaging/test_files.py
	python3 tests/packaging/test_manuals.py $(B)
	sh tests/packaging/test_ports.sh
	sh tests/packaging/test_login_stack.sh

.PHONY: check-deb
check-deb: deb
	@tests/run_tests.py "lintian=python3 tests/packaging/test_lintian.py $(DEB_DIR)"
