#!/usr/bin/python3
"""Writes the descriptors of devices as Linux shows them in sysfs, one file a device, beside itself.

Composed after the layouts that the class specifications give such devices, with the ids of devices
that people know; no dump of anybody's device. Run it again after a change and commit both.
"""
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
BULK, ISO, INTERRUPT = 2, 1, 3


def raw(kind, *rest):
    body = bytes(rest)
    return bytes([len(body) + 2, kind]) + body


def device(vendor, product, configurations, triple=(0, 0, 0), usb=0x0200, release=0x0100):
    head = struct.pack("<BBHBBBBHHHBBBB", 18, 1, usb, *triple, 64, vendor, product, release, 1, 2, 3,
                       len(configurations))
    return head + b"".join(configurations)


def configuration(value, *parts, announced=None):
    body = b"".join(parts)
    numbers, at = set(), 0
    while at < len(body):
        if body[at + 1] == 4:
            numbers.add(body[at + 2])
        at += body[at]
    total = announced or 9 + len(body)
    return struct.pack("<BBHBBBBB", 9, 2, total, len(numbers), value, 0, 0xa0, 50) + body


def interface(number, alternate, triple, *parts):
    body = b"".join(parts)
    endpoints, at = 0, 0
    while at < len(body):
        endpoints += body[at + 1] == 5
        at += body[at]
    return raw(4, number, alternate, endpoints, *triple, 0) + body


def endpoint(address, kind, size, interval=0):
    return raw(5, address, kind, size & 0xff, size >> 8, interval)


def companion(burst=0, attributes=0):
    return raw(0x30, burst, attributes, 0, 0)


def hid(number, protocol, report_size, alternate=0):
    subclass = 1 if protocol else 0
    return interface(number, alternate, (3, subclass, protocol),
                     raw(0x21, 0x11, 1, 0, 1, 0x22, report_size & 0xff, report_size >> 8),
                     endpoint(0x81 + number, INTERRUPT, 8, 10))


def bulk_pair(size=512, first=1, extra=b""):
    return (endpoint(0x80 | first, BULK, size) + extra + endpoint(first + 1, BULK, size) + extra)


def cdc(number, triple, data_number, data_protocol=0, data_alternates=1):
    control = interface(number, 0, triple,
                        raw(0x24, 0x00, 0x10, 0x01), raw(0x24, 0x06, number, data_number),
                        endpoint(0x83, INTERRUPT, 16, 9))
    data = b""
    for alternate in range(data_alternates):
        pair = b"" if alternate < data_alternates - 1 else bulk_pair()
        data += interface(data_number, alternate, (0x0a, 0, data_protocol), pair)
    return control + data


def association(first, count, triple):
    return raw(0x0b, first, count, *triple, 0)


def hub(product, alternates):
    return device(0x05e3, product, [configuration(
        1, *[interface(0, i, (9, 0, protocol), endpoint(0x81, INTERRUPT, 1, 12))
             for i, protocol in enumerate(alternates)])], (9, 0, alternates[-1]))


def stick(vendor, product):
    pair = bulk_pair(1024, 1, companion(15))
    return device(vendor, product, [configuration(1, interface(0, 0, (8, 6, 0x50), pair))],
                  usb=0x0310)


def uas_disk():
    pipes = b"".join(endpoint(address, BULK, 1024) + companion(15, 5 if pipe > 1 else 0)
                     + raw(0x24, pipe, 0)
                     for address, pipe in ((0x04, 1), (0x83, 2), (0x81, 3), (0x02, 4)))
    return device(0x152d, 0x0578, [configuration(
        1, interface(0, 0, (8, 6, 0x50), bulk_pair(1024, 1, companion(15))),
        interface(0, 1, (8, 6, 0x62), pipes))], usb=0x0310)


def headset():
    control = interface(0, 0, (1, 1, 0), raw(0x24, 1, 0, 1, 0x28, 0, 2, 1, 2),
                        raw(0x24, 2, 1, 1, 1, 0, 2, 3, 0, 0, 0))
    streams = b"".join(
        interface(number, 0, (1, 2, 0)) +
        interface(number, 1, (1, 2, 0), raw(0x24, 1, 1, 1, 1, 0),
                  raw(0x24, 2, 1, 2, 2, 16, 1, 0x80, 0xbb, 0),
                  raw(5, address, 0x09, 0xc8, 0, 1, 0, 0), raw(0x25, 1, 1, 0, 0, 0))
        for number, address in ((1, 0x01), (2, 0x82)))
    return device(0x0d8c, 0x0014, [configuration(1, control, streams, hid(3, 0, 38))])


def webcam():
    control = interface(0, 0, (0x0e, 1, 0), raw(0x24, 1, 0, 1, 0x1d, 0, 0x80, 0xd1, 0xf0, 8, 1, 1),
                        endpoint(0x87, INTERRUPT, 16, 8))
    video = interface(1, 0, (0x0e, 2, 0), raw(0x24, 1, 1, 0x0e, 0, 0x81, 0, 5, 0, 0, 0, 1, 0))
    for alternate in range(1, 8):
        video += interface(1, alternate, (0x0e, 2, 0), endpoint(0x81, 5, 128 * alternate, 1))
    sound = interface(2, 0, (1, 1, 0), raw(0x24, 1, 0, 1, 0x1e, 0, 1, 3))
    sound += interface(3, 0, (1, 2, 0))
    sound += interface(3, 1, (1, 2, 0), raw(5, 0x86, 5, 0x44, 0, 4, 0, 0))
    return device(0x046d, 0x0825, [configuration(
        1, association(0, 2, (0x0e, 3, 0)), control, video, association(2, 2, (1, 2, 0)), sound)],
        (0xef, 2, 1))


def bluetooth():
    voice = b"".join(interface(1, i, (0xe0, 1, 1), endpoint(0x03, ISO, size, 1),
                               endpoint(0x83, ISO, size, 1))
                     for i, size in enumerate((0, 9, 17, 25, 33, 49)))
    return device(0x0a12, 0x0001, [configuration(
        1, interface(0, 0, (0xe0, 1, 1), endpoint(0x81, INTERRUPT, 16, 1), bulk_pair(64, 2)),
        voice)], (0xe0, 1, 1))


def iphone():
    ptp = interface(0, 0, (6, 1, 1), bulk_pair(), endpoint(0x83, INTERRUPT, 64, 10))
    mux = interface(1, 0, (0xff, 0xfe, 2), bulk_pair(512, 4))
    tether = interface(2, 0, (0xff, 0xfd, 1)) + interface(2, 1, (0xff, 0xfd, 1), bulk_pair(512, 5))
    sound = interface(0, 0, (1, 1, 0)) + interface(1, 0, (1, 2, 0)) + interface(
        1, 1, (1, 2, 0), raw(5, 0x81, 5, 0xc0, 0, 4, 0, 0))
    return device(0x05ac, 0x12a8, [
        configuration(1, ptp), configuration(2, sound, hid(2, 0, 104)),
        configuration(3, ptp, mux), configuration(4, ptp, mux, tether)])


def ccid():
    functional = raw(0x21, 0x10, 1, 0, 7, 3, 0, 0, 0, *([0] * 44))
    return device(0x08e6, 0x3437, [configuration(1, interface(
        0, 0, (0x0b, 0, 0), functional, bulk_pair(64), endpoint(0x83, INTERRUPT, 8, 16)))])


def printer(*more):
    return device(0x04f9, 0x0001 + len(more), [configuration(
        1, interface(0, 0, (7, 1, 2), bulk_pair()), interface(0, 1, (7, 1, 4), bulk_pair()), *more)])


SCANNER = interface(1, 0, (0xff, 0xff, 0xff), bulk_pair(512, 3))
SLOT = interface(2, 0, (8, 6, 0x50), bulk_pair(512, 5))
DISK = interface(0, 0, (8, 6, 0x50), bulk_pair())
VENDOR = interface(0, 0, (0xff, 0, 0), bulk_pair())

DEVICES = {
    "keyboard": device(0x046d, 0xc31c, [configuration(1, hid(0, 1, 65), hid(1, 0, 159))]),
    "mouse": device(0x046d, 0xc077, [configuration(1, hid(0, 2, 46))]),
    # Sends 32 of the 34 bytes that it announces; the kernel drops the endpoint that is cut off.
    "mouse-short": device(0x15d9, 0x0a4c, [configuration(1, hid(0, 2, 46)[:18], announced=34)]),
    "receiver": device(0x046d, 0xc52b, [configuration(1, hid(0, 1, 59), hid(1, 2, 148),
                                                      hid(2, 0, 98))]),
    "hub": hub(0x0610, (1, 2)),
    "stick": stick(0x0951, 0x1666),
    "disk-uas": uas_disk(),
    "optical": device(0x0e8d, 0x1806, [configuration(1, interface(0, 0, (8, 2, 0x50), bulk_pair()))]),
    "floppy": device(0x0644, 0x0000, [configuration(1, interface(
        0, 0, (8, 4, 0), bulk_pair(64), endpoint(0x83, INTERRUPT, 2, 127)))]),
    "reader-vendor": device(0x054c, 0x06c3, [configuration(1, VENDOR)]),
    "reader-ccid": ccid(),
    "printer": printer(),
    "printer-scanner": printer(SCANNER),
    "printer-scanner-slot": printer(SCANNER, SLOT),
    "headset": headset(),
    "webcam": webcam(),
    "phone-mtp": device(0x18d1, 0x4ee2, [configuration(
        1, interface(0, 0, (6, 1, 1), bulk_pair(), endpoint(0x83, INTERRUPT, 28, 6)),
        interface(1, 0, (0xff, 0x42, 1), bulk_pair(512, 4)))]),
    # The old way to do MTP: a vendor class and a string that says so, which descriptors do not hold.
    "phone-mtp-vendor": device(0x04e8, 0x685c, [configuration(1, interface(
        0, 0, (0xff, 0xff, 0), bulk_pair(), endpoint(0x83, INTERRUPT, 28, 6)))]),
    "phone-tethering": device(0x18d1, 0x4ee3, [configuration(
        1, association(0, 2, (0xe0, 1, 3)), cdc(0, (0xe0, 1, 3), 1))]),
    "phone-many": iphone(),
    "bluetooth": bluetooth(),
    "wifi": device(0x0bda, 0x8179, [configuration(1, interface(0, 0, (0xff, 0xff, 0xff), bulk_pair()))]),
    "ethernet": device(0x0bda, 0x8153, [
        configuration(1, interface(0, 0, (0xff, 0xff, 0), bulk_pair())),
        configuration(2, cdc(0, (2, 6, 0), 1, 0, 2))]),
    "modem-mbim": device(0x1199, 0x9071, [configuration(1, association(0, 2, (2, 0x0e, 0)),
                                                        cdc(0, (2, 0x0e, 0), 1, 2, 2))]),
    "serial-vendor": device(0x0403, 0x6001, [configuration(
        1, interface(0, 0, (0xff, 0xff, 0xff), bulk_pair(64)))]),
    "serial-acm": device(0x2341, 0x0043, [configuration(1, cdc(0, (2, 2, 1), 1))], (2, 0, 0)),
    "evil-keyboard-disk": device(0x1234, 0x0001, [configuration(
        1, hid(0, 1, 65), interface(1, 0, (8, 6, 0x50), bulk_pair(512, 3)))]),
    "evil-second-configuration": device(0x1234, 0x0002, [configuration(1, VENDOR),
                                                         configuration(2, DISK)]),
    "evil-reader": device(0x054c, 0x06c3, [configuration(1, DISK)]),
    "evil-two-bytes": device(0x1234, 0x0003, [configuration(
        1, hid(0, 1, 65), raw(0xff), interface(1, 0, (8, 6, 0x50), bulk_pair(512, 3)))]),
}

for name, content in DEVICES.items():
    with open(os.path.join(HERE, name + ".bin"), "wb") as out:
        out.write(content)
