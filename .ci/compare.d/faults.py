"""The kinds of faults that fleets.py puts into its trees.

A kind is a name and a function that adds one such fault to a fleet, or returns False if that is not possible. Most
kinds are rows of the tables below; the others are functions whose docstring is the name.
"""

import random

# In the tables: {mac} is a phone's MAC address and {root} the folder of its root, {other} and {site} another phone's.
# A leading `+` adds the lines even if the file sets the same name.
OWN = [
    ("misspelled name", "account.1.sip_sever.1.address = sip.example.com"),
    ("`static.` left out", "network.vlan.internet_port_vid = 20"),
    ("part of a name left out", "account.1.sip_server.port = 5060"),
    ("unknown parameter", "features.coffee_machine.strength = 3"),
    ("Yealink's parameter", "account.1.acd.enable = 1"),
    ("letter for an index", "account.X.label = Reception"),
    ("empty index", "account..display_name = Reception"),
    ("index out of range", "linekey.99.label = Door\naccount.1.sip_server.3.address = sip.example.com"),
    ("word for a number", "account.1.enable = yes"),
    ("letter in a port", "account.1.sip_server.1.port = 506o"),
    ("unknown transport", "account.1.sip_server.1.transport_type = 7"),
    ("number too small", "account.1.nat.udp_update_time = 5"),
    ("impossible mask", "static.network.internet_port.mask = 255.255.0.255"),
    ("trailing space after an address", "account.1.sip_server.1.address = sip.example.com "),
    ("trailing tab after a label", "account.1.label = Reception\t"),
    ("indented setting", "  lang.gui = German"),
    ("quoted value", 'account.1.label = "Reception"'),
    ("comment after a value", "account.1.label = Reception # until Monday"),
    ("sentinel value", "features.hotline_number = %NULL%"),
    ("non-breaking space", "account.1.label = Reception\u00a02"),
    ("zero-width space", "account.1.display_name = Reception\u200b"),
    ("curly quotes", "features.station_name.value = \u201cReception\u201d"),
    ("name twice in a line", "lang.gui = lang.gui = German"),
    ("two lines in one", "phone_setting.inter_digit_time = 6phone_setting.predial_autodial = 1"),
    ("lost equals sign", "lang.gui German\nlocal_time.time_zone: +1"),
    ("broken value", "features.station_name.value = Quay office,\nsecond floor"),
    ("unrendered value", "account.1.label = {{ label }}\n{% if german %}"),
    ("unrendered name", "account.1.display_name = __DISPLAY_NAME__"),
    ("time stamp", "# written 2026-11-20 14:03:27 by export.sh"),
    ("empty value over a value", "local_time.ntp_server1 ="),
    ("empty password over a password", "static.security.user_password ="),
    ("value set again", "lang.gui = English"),
    (
        "line of another account",
        "+account.2.label = Door\naccount.2.user_name = 1002\naccount.1.voice_mail.number = 99\n"
        "account.2.display_name = Door\naccount.2.auth_name = 1002",
    ),
    ("account without a password", "account.1.password ="),
    ("account that is off", "account.1.enable = 0"),
    (
        "codec without a rank",
        "account.1.codec.g722.enable = 1\naccount.1.codec.g722.priority = 1\naccount.1.codec.g729.enable = 1",
    ),
    (
        "two codecs of one rank",
        "account.1.codec.g722.enable = 1\naccount.1.codec.g722.priority = 1\n"
        "account.1.codec.pcma.enable = 1\naccount.1.codec.pcma.priority = 1",
    ),
    ("key without a value", "programablekey.1.type = 16\nlinekey.1.type = 13\nlinekey.1.value ="),
    ("value on a key without a function", "linekey.9.type = 0\nlinekey.9.value = 1001"),
    ("phonebook without a URL", "remote_phonebook.data.3.name = Company"),
    ("key for a phonebook", "linekey.3.type = 47"),
    (
        "gateway of another network",
        "static.network.internet_port.type = 2\nstatic.network.internet_port.ip = 10.1.3.20\n"
        "static.network.internet_port.mask = 255.255.255.0\nstatic.network.internet_port.gateway = 10.1.4.1",
    ),
    ("DNS without a server", "static.network.static_dns_enable = 1\nstatic.network.primary_dns ="),
    ("ports in the wrong order", "static.network.port.min_rtpport = 12000\nstatic.network.port.max_rtpport = 11000"),
    ("backup port without a server", "account.1.sip_server.2.address =\naccount.1.sip_server.2.port = 5080"),
    ("proxy without an address", "account.1.outbound_proxy_enable = 1\naccount.1.outbound_proxy.1.address ="),
    ("firmware folder", "static.firmware.url = https://fw.example.com/firmware/"),
    ("no way to the server", "static.auto_provision.pnp_enable = 0\nstatic.auto_provision.dhcp_option.enable = 0"),
    ("no trigger", "static.auto_provision.power_on = 0\nstatic.auto_provision.repeat.enable = 0"),
    ("seconds for minutes", "static.auto_provision.repeat.minutes = 3600"),
    ("interval too short", "static.auto_provision.repeat.minutes = 5"),
    ("check-sync blocked", "sip.trust_ctrl = 1"),
    ("TLS on the port of UDP", "account.1.sip_server.1.transport_type = 2\naccount.1.sip_server.1.port = 5060"),
    ("missing phonebook", "remote_phonebook.data.2.name = Yard\nremote_phonebook.data.2.url = phonebook/Yard.xml"),
    ("unknown scheme", "ringtone.url = sftp://10.20.0.88/bell.wav"),
    ("factory password", "static.security.user_password = admin:admin"),
    ("short password", "account.1.password = k3Pz"),
    ("password without a user", "static.security.user_password = Wq7hZr2mXb9c"),
    (
        "password in a URL",
        "remote_phonebook.data.2.name = Town\n"
        "remote_phonebook.data.2.url = https://books:k3PzvT9wQe4x@pbx.example.com/book.xml",
    ),
    ("old TLS", "static.security.default_ssl_method = 0\nstatic.security.trust_certificates = 0"),
    ("web page over HTTP", "static.wui.http_enable = 1"),
    ("value against the policy", "local_time.ntp_server1 = 10.0.0.2"),
    ("old parameter name", "account.1.title = Reception"),
    (
        "expired suppression",
        "+# fvprov: ignore[quoted-value] until=2025-06-30 replaced in June\nfeatures.station_name.value = 'Hall'",
    ),
    ("unused suppression", "+# fvprov: ignore[inline-comment] the hash is part of the name"),
    ("suppression without a reason", "+# fvprov: ignore[quoted-value]\nfeatures.station_name.value = 'Hall'"),
    ("suppression of no rule", "+# fvprov: ignore[quoted-valeu] meant\n# fvprov: ignore everything here"),
    ("include in a cfg", "include:config <y000000000000.cfg>"),
]
COMMON = [
    ("factory value", "features.key_as_send = 1"),
    ("account password in the common file", "account.2.password = k3PzvT9wQe4x"),
    (
        "one phone's phonebook for all",
        "remote_phonebook.data.4.name = Own\nremote_phonebook.data.4.url = phonebook/{mac}.xml",
    ),
]
SITE = [
    ("old firmware", "static.firmware.url = https://fw.example.com/FIP13G-FVUI_V0.5.9.2_202008111814_RC.bin"),
    ("user name in a shared file", "account.1.user_name = 4001"),
    ("value that all phones override", "account.1.label = Desk"),
]
BOOT = [
    ("missing include", "include:config <sites/berln.cfg>"),
    ("include in another case", "include:config <Y000000000000.cfg>"),
    ("include without brackets", "include:config y000000000000.cfg"),
    ("include with mixed marks", 'include:config <y000000000000.cfg"'),
    ("include in capitals", "Include: config <sites/time.cfg>"),
    ("include of a .conf", "include:config <sites/berlin.conf>"),
    ("include above the tree", "include:config <../../../shared/holidays.cfg>"),
    ("include of a Windows path", 'include:config "C:\\Provisioning\\halls.cfg"'),
    ("include with an unknown scheme", "include:config <file:///srv/phones/paging.cfg>"),
    ("include twice", "+include:config <y000000000000.cfg>"),
    ("include of another server", "include:config <http://templates.example.net/base.cfg>"),
    ("setting in a boot file", "lang.gui = German"),
    ("Yealink's directive", "overwrite_mode = 1\n[T46S]include:config <sites/berlin.cfg>\ninclude:config <$MAC.cfg>"),
    ("another phone's file", "include:config <{other}.cfg>"),
]
FILES = [
    ("capitals in a file name", "{root}0021F2ABCDEF.cfg", "lang.gui = German\n"),
    ("separators in a file name", "{root}00-21-f2-00-00-02.cfg", "lang.gui = German\n"),
    ("eleven digits", "{root}0021f200001.cfg", "lang.gui = German\n"),
    ("all zeros", "{root}000000000000.boot", "include:config <y000000000000.cfg>\n"),
    ("a zero too few", "{root}y00000000000.boot", "include:config <y000000000000.cfg>\n"),
    ("Yealink's common file", "{root}y000000000028.cfg", "lang.wui = Deutsch\n"),
    ("unreachable file", "{root}sites/hall.cfg", "lang.gui = German\n"),
    ("names that differ in capitals", "{root}phonebook/Company.xml", "<YealinkIPPhoneDirectory/>\n"),
    ("back-up copy", "{root}{mac}.cfg.bak", "lang.gui = German\n"),
    ("extension in capitals", "{root}{mac}.CFG", "lang.gui = German\n"),
    ("key of encrypted files", "{root}Aeskey.txt", "0123456789abcdef\n"),
    ("private key", "{root}certs/server.key", "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n"),
    ("uploaded settings", "{root}{mac}-local.cfg", "account.1.label = Reception\n"),
    ("uploaded contacts", "{root}{mac}-contact.xml", "<root_contact/>\n"),
    ("phone that the inventory lacks", "{root}0021f2fffffe.cfg", "lang.gui = German\n"),
    ("phone of another maker", "{root}0012f2000002.cfg", "lang.gui = German\n"),
]
# Texts that replace a phone's own file, for which nothing else is reported.
WHOLE = [
    ("encrypted file", "#!encrypt:1.0.0.0\npTyGJMuHbEL31IeL2HPcHyGcFRl1SPnXNYvMIHa/2o76umfXfKm/r5kJP1VrT+1F\n"),
    ("LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"),
    ("P-codes", "P47 = sip.example.com\nP35 = 1001\nP34 = Vn7x2Qk9\n"),
    ("XML in place of a cfg", '<?xml version="1.0"?>\n<settings>\n  <phone-settings e="2"/>\n</settings>\n'),
    ("error page", "<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head>\n<body>Not Found</body></html>\n"),
    ("Latin-1", "#!version:1.0.0.1\naccount.1.label = K\udcfcche\n"),
    ("line without end", "#!version:1.0.0.1\nfeatures.station_name.value = " + "1234567890" * 500 + "\n"),
]
# The phonebook, the old text, and the new text.
BOOKS = [
    ("stray ampersand", "company", "&amp;", "&"),
    ("wrong root", "company", "YealinkIPPhoneDirectory", "Directory"),
    ("contact without a name", "company", "<Name>Reception</Name>", "<Name></Name>"),
    ("contact without a number", "company", "1105", ""),
    ("contact twice", "contacts", "</root_contact>", '<contact display_name="Gate" mobile_number="1"/></root_contact>'),
    ("unknown group", "contacts", 'group_id_name="Yard"', 'group_id_name="Yrad"'),
    (
        "too many groups",
        "contacts",
        "</root_group>",
        "".join(f'<group display_name="G{number}"/>' for number in range(50)) + "</root_group>",
    ),
]


def rows(path_of, table):
    """A kind for each row of a table of lines."""

    def kind(text):
        def apply(fleet):
            phone, path = fleet.pick(path_of)
            if phone is None:
                return False
            other = fleet.rnd.choice(fleet.phones)
            lines = text.lstrip("+").replace("{mac}", phone.mac).replace("{other}", other.mac)
            fleet.put(path, lines.split("\n"), add=text.startswith("+"))
            return True

        return apply

    return [(name, kind(text)) for name, text in table]


def file_rows():
    """A kind for each file that should not exist, or not with this content."""

    def new(path, text):
        def apply(fleet):
            phone = fleet.rnd.choice(fleet.phones)
            where = path.replace("{root}", phone.root).replace("{mac}", phone.mac)
            fleet.files[where] = ("#!version:1.0.0.1\n" if where.lower().endswith((".cfg", ".boot")) else "") + text
            return True

        return apply

    def whole(text):
        def apply(fleet):
            phone, path = fleet.pick(lambda phone: phone.own)
            if phone is not None:
                fleet.files[path] = text
                fleet.spoilt.add(path)
            return phone is not None

        return apply

    def book(which, old, text):
        def apply(fleet):
            path = f"{fleet.rnd.choice(fleet.roots)}phonebook/{which}.xml"
            fits = old in fleet.files[path]
            fleet.files[path] = fleet.files[path].replace(old, text)
            return fits

        return apply

    named = [(name, new(path, text)) for name, path, text in FILES]
    named += [(name, whole(text)) for name, text in WHOLE]
    return named + [(name, book(which, old, text)) for name, which, old, text in BOOKS]


def change(name, path_of, edit):
    """A kind that edits the text of a file: `edit(text, rnd)` returns the new text, or the old one if it cannot."""

    def apply(fleet):
        phone, path = fleet.pick(path_of)
        if phone is None:
            return False
        old = fleet.files[path]
        fleet.files[path] = edit(old, fleet.rnd)
        return fleet.files[path] != old

    return name, apply


def some_line(text, rnd, edit):
    """The text with one of its settings edited."""
    lines = text.split("\n")
    at = [at for at, line in enumerate(lines) if " = " in line and not line.startswith(("#", " "))]
    if at:
        place = rnd.choice(at)
        lines[place] = edit(lines[place])
    return "\n".join(lines)


def swapped(line):
    """A line with two letters of its name swapped."""
    at = random.Random(line).randrange(1, max(2, line.index(" = ") - 1))
    return line[: at - 1] + line[at] + line[at - 1] + line[at + 1 :]


def changes():
    """Kinds that edit the content of a file."""

    def own(phone):
        return phone.own

    def boot(phone):
        return phone.boot

    def site(phone):
        return phone.site

    conflict = "<<<<<<< HEAD\n{0}\n=======\n{0}\n>>>>>>> berlin"
    return [
        change("letters exchanged", own, lambda text, rnd: some_line(text, rnd, swapped)),
        change("letters exchanged for all", site, lambda text, rnd: some_line(text, rnd, swapped)),
        change("capital in a name", own, lambda text, rnd: some_line(text, rnd, str.capitalize)),
        change("line twice", own, lambda text, rnd: some_line(text, rnd, lambda line: f"{line}\n{line}")),
        change("two values", own, lambda text, rnd: some_line(text, rnd, lambda line: f"{name_of(line)} = 1\n{line}")),
        change(
            "empty value after a value",
            site,
            lambda text, rnd: some_line(text, rnd, lambda line: f"{line}\n{name_of(line)} ="),
        ),
        change("merge conflict", own, lambda text, rnd: some_line(text, rnd, conflict.format)),
        change("lines joined", site, joined),
        change("one line in CR LF", own, lambda text, rnd: some_line(text, rnd, lambda line: line.rstrip("\r") + "\r")),
        change("CR LF throughout", site, lambda text, _: text.replace("\r", "").replace("\n", "\r\n")),
        change("no final line end", own, lambda text, _: text.rstrip("\r\n")),
        change("byte-order mark", site, lambda text, _: "\ufeff" + text.lstrip("\ufeff")),
        change("no header in a cfg", own, lambda text, _: text.replace("#!version:1.0.0.1", "#", 1)),
        change("other version in a boot file", boot, lambda text, _: text.replace("1.0.0.1", "1.0.0.2", 1)),
        change("nothing but comments", boot, lambda text, _: text.replace("include:", "# include:")),
        change("own file left out", boot, lambda text, _: "# include:".join(text.rsplit("include:", 1))),
        change("common file left out", boot, lambda text, _: text.replace("include:", "# include:", 1)),
        change("own file first", boot, own_file_first),
        change("letter missing in an include", boot, lambda text, _: text.replace(".cfg", "cfg", 1)),
    ]


def name_of(line):
    return line.split(" = ")[0]


def joined(text, _):
    """The text with its first two settings on one line."""
    lines = text.split("\n")
    return "\n".join([*lines[:2], "".join(lines[2:4]), *lines[4:]])


def own_file_first(text, _):
    """The includes of a boot file in reverse order."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[:1] + lines[:0:-1])


def utf16(fleet):
    """UTF-16"""
    phone, path = fleet.pick(lambda phone: phone.own)
    if phone is None:
        return False
    fleet.files[path] = fleet.files[path].encode("utf-16").decode("utf-8", "surrogateescape")
    fleet.spoilt.add(path)
    return True


def stale_baseline(fleet):
    """stale baseline"""
    if "lint" not in fleet.settings:
        return False
    fleet.settings["lint"].append('baseline = "fvprov-baseline.json"')
    entry = '{"path": "y000000000000.cfg", "rule": "quoted-value", "about": "account.1.label", "count": 1}'
    fleet.files["fvprov-baseline.json"] = f'{{\n  "version": 1,\n  "findings": [\n    {entry}\n  ]\n}}\n'
    return True


def unused_path_rule(fleet):
    """rule ignored for nothing"""
    if "lint" not in fleet.settings:
        return False
    fleet.settings["lint.per-path"] = ['"sites/**" = ["huge-file", "missing-header"]']
    return True


def row_without_phone(fleet):
    """row without a phone"""
    if "phones.csv" not in fleet.files:
        return False
    fleet.files["phones.csv"] += "0021f2fffff0,fip14g,Site 1\n0021f2fffff1,,\n"
    return True


def bad_row(fleet):
    """address of another maker in the inventory"""
    if "phones.csv" not in fleet.files:
        return False
    fleet.files["phones.csv"] += "0012f2000009,fip14g,Site 1\n"
    return True


def phone_without_row(fleet):
    """phone without a row"""
    rows_of_list = fleet.files.get("phones.csv", "").splitlines(keepends=True)
    if len(rows_of_list) < 3:
        return False
    del rows_of_list[fleet.rnd.randrange(1, len(rows_of_list))]
    fleet.files["phones.csv"] = "".join(rows_of_list)
    return True


def copied(name, which, fits=lambda phone: True):
    """A kind that copies a value from one phone to another."""

    def apply(fleet):
        (first, path), (second, to) = (fleet.pick(lambda phone: phone.own, fits) for _ in range(2))
        if first is None or first is second:
            return False
        values = [value for _, parameter, value in fleet.settings_of(path)[0] if parameter == which]
        if values:
            fleet.put(to, [f"{which} = {values[-1]}"])
        return bool(values)

    return name, apply


def same_address(fleet):
    """address twice"""
    port = "static.network.internet_port"
    lines = [f"{port}.type = 2", f"{port}.ip = 10.9.9.9", f"{port}.mask = 255.255.0.0", f"{port}.gateway = 10.9.0.1"]
    phones = [phone for phone in fleet.phones if phone.root == fleet.roots[0] and phone.own not in fleet.spoilt]
    for phone in phones[:2]:
        fleet.put(phone.own, lines)
    return len(phones) > 1


def same_phonebook(fleet):
    """phonebook that every phone names itself"""
    for phone in fleet.phones:
        if phone.own not in fleet.spoilt:
            fleet.put(
                phone.own, ["remote_phonebook.data.5.name = All", "remote_phonebook.data.5.url = phonebook/company.xml"]
            )
    return True


def moved_phone(fleet):
    """phone in two roots"""
    if len(fleet.roots) < 2:
        return False
    phone, path = fleet.pick(lambda phone: phone.own)
    root = next(root for root in fleet.roots if root != phone.root)
    fleet.files[f"{root}{phone.mac}.cfg"] = fleet.files[path]
    return True


def cycle(fleet):
    """includes in a circle"""
    phone, path = fleet.pick(lambda phone: phone.boot)
    if phone is None:
        return False
    fleet.put(path, ["include:config <store.cfg>"])
    fleet.files[f"{phone.root}store.cfg"] = "#!version:1.0.0.1\ninclude:config <cold.cfg>\n"
    fleet.files[f"{phone.root}cold.cfg"] = "#!version:1.0.0.1\ninclude:config <store.cfg>\n"
    return True


def dead_link(fleet):
    """link to nothing"""
    fleet.links[f"{fleet.rnd.choice(fleet.roots)}sites/gone.cfg"] = "nowhere.cfg"
    return True


def wrong_model(fleet):
    """model without line keys"""
    phone, path = fleet.pick(lambda phone: phone.boot)
    if phone is None:
        return False
    fleet.put(path, ["# fvprov: model=fip16"], add=True)
    return True


def kinds():
    """Every kind of fault: (name, function)."""
    found = rows(lambda phone: phone.own, OWN) + rows(lambda phone: f"{phone.root}y000000000000.cfg", COMMON)
    found += rows(lambda phone: phone.site, SITE) + rows(lambda phone: phone.boot, BOOT) + file_rows() + changes()
    found += [copied("same user twice", "account.1.user_name"), copied("same password twice", "account.1.password")]
    alone = [
        utf16,
        stale_baseline,
        unused_path_rule,
        row_without_phone,
        bad_row,
        phone_without_row,
        same_address,
        same_phonebook,
    ]
    alone += [moved_phone, cycle, dead_link, wrong_model]
    return found + [(apply.__doc__, apply) for apply in alone]
