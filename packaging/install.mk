# make install DESTDIR=…   copies, and does nothing else
# make deb [VERSION=x]     build/deb/sekisho-{agent,admin}_VERSION_ARCH.deb

BINDIR         ?= $(PREFIX)/bin
SBINDIR        ?= $(PREFIX)/sbin
SYSTEMLIBDIR   ?= /usr/lib
SYSCONFDIR     ?= /etc
INSTALL        ?= install

.PHONY: install deb
install: $(PROGRAMS)
	$(INSTALL) -D -m 755 $(B)/sekishod $(DESTDIR)$(SBINDIR)/sekishod
	$(INSTALL) -D -m 755 $(B)/sekisho $(DESTDIR)$(BINDIR)/sekisho
	$(INSTALL) -D -m 755 $(B)/sekisho-admin $(DESTDIR)$(BINDIR)/sekisho-admin
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/systemd/system packaging/sekishod.service
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/udev/rules.d packaging/udev/60-sekisho.rules
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/modprobe.d packaging/modprobe.d/sekisho.conf
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(PREFIX)/share/dbus-1/system.d packaging/dbus/org.sekisho.Agent1.conf
	$(INSTALL) -D -m 755 -t $(DESTDIR)$(PREFIX)/share/initramfs-tools/hooks packaging/initramfs/sekisho
	$(INSTALL) -d -m 755 $(DESTDIR)$(SYSCONFDIR)/sekisho

# dpkg-buildpackage wants a debian/ folder in its source tree: it gets a tree of its
# own under build/, with our files installed in it. All time stamps in the packages
# are that of debian/changelog, so the same programs make the same packages.
DEB_WORK := build/deb/work/sekisho
deb: $(PROGRAMS)
	rm -rf build/deb
	mkdir -p $(DEB_WORK)
	cp -r packaging/debian $(DEB_WORK)/debian
	sed -i '1s/(.*)/($(VERSION))/' $(DEB_WORK)/debian/changelog
	$(MAKE) --no-print-directory install DESTDIR=$(CURDIR)/build/deb/work/installed \
	    SYSTEMLIBDIR=/lib >build/deb/log
	cd $(DEB_WORK) && env -u MAKEFLAGS -u MAKEOVERRIDES -u MFLAGS dpkg-buildpackage \
	    --no-pre-clean --build=binary --no-sign >>../../log 2>&1 || { cat ../../log; exit 1; }
	mv build/deb/work/*.deb build/deb/
	rm -rf build/deb/work
	@ls build/deb/*.deb
