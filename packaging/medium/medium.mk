# The worker of a medium, included by packaging/install.mk.

install: install-medium
.PHONY: install-medium
install-medium: $(B)/sekisho-medium
	$(Q)$(INSTALL) -D -m 755 $(B)/sekisho-medium $(DESTDIR)$(LIBEXECDIR)/sekisho-medium
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/systemd/system packaging/medium/sekisho-medium@.service
	$(Q)$(INSTALL) -D -m 644 packaging/medium/tmpfiles.conf $(DESTDIR)/usr/lib/tmpfiles.d/sekisho-medium.conf
	$(Q)$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 agent/sekisho-medium.8
