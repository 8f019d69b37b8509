#!/usr/bin/env python3
"""Write 20 provisioning trees with 50 seeded faults each: .ci/compare.d/fleets.py OUT

The fleets differ in size (5 to 200 phones), boot files, roots, includes, settings, models, inventory, phonebooks,
and line ends. Every run writes the same bytes. OUT/fleet00 and so on are the trees; OUT/faults.json lists the faults of
each.
"""

import collections
import json
import pathlib
import random
import re
import sys

sys.dont_write_bytecode = True
import faults  # noqa: E402 (after the line that keeps Python from writing __pycache__ into the repository)

FLEETS, FAULTS_PER_FLEET = 20, 50
SIZES = [5, 7, 9, 12, 15, 18, 22, 27, 33, 40, 48, 57, 68, 80, 94, 110, 130, 152, 175, 200]
HEADER = "#!version:1.0.0.1\n"
SERVER = "https://prov.example.com/phones/"
MODELS = ["fip13g", "fip14g", "fip15g"]
BOOK = """<?xml version="1.0" encoding="UTF-8"?>
<YealinkIPPhoneDirectory>
  <DirectoryEntry>
    <Name>Reception</Name>
    <Telephone>1105</Telephone>
  </DirectoryEntry>
  <DirectoryEntry>
    <Name>Workshop &amp; Stores</Name>
    <Telephone>1106</Telephone>
  </DirectoryEntry>
</YealinkIPPhoneDirectory>
"""
CONTACTS = """<root_group>
  <group display_name="Yard"/>
</root_group>
<root_contact>
  <contact display_name="Crane 1" office_number="1206" group_id_name="Yard"/>
  <contact display_name="Gate" office_number="1207" group_id_name="All Contacts"/>
</root_contact>
"""


class Phone:
    """A phone: its MAC address, the folder of its root, the path of its site's file, and its number in the fleet."""

    def __init__(self, number, root, site, has_boot):
        self.number, self.root, self.site, self.has_boot = number, root, site, has_boot
        self.mac = f"0021f2{number * 7919 % 0xFFFFFF:06x}"
        self.own, self.boot = f"{root}{self.mac}.cfg", f"{root}{self.mac}.boot"


class Fleet:
    """A tree in memory. `files` maps a path to its text, in which bytes that are not UTF-8 are surrogates."""

    def __init__(self, number):
        self.number = number
        self.rnd = random.Random(f"fleet {number}")
        self.files, self.links, self.settings = {}, {}, {}
        # Files that must not get another fault, because their fault hides all others.
        self.spoilt = set()
        self.applied = []
        # Which phones have a boot file of their own: all, none, or every other one.
        self.boots = ["all", "none", "some"][number % 3]
        self.roots = [[""], ["berlin/", "izmir/"], [""], ["a/", "b/", "c/c/"]][number % 4]
        self.sites = {root: self.site_names(root) for root in self.roots}
        self.phones = [self.phone(index) for index in range(SIZES[number])]
        self.write_settings()
        for root in self.roots:
            self.write_root(root)
        for phone in self.phones:
            self.write_phone(phone)
        self.write_inventory()

    def site_names(self, root):
        names = ["sites/one.cfg", "sites/head office/two.cfg", "sites/i\u0307zmir.cfg", "sites/three.cfg"]
        return [root + name for name in names[: 1 + self.number % 4]]

    def phone(self, index):
        root = self.roots[index % len(self.roots)]
        sites = self.sites[root]
        has_boot = self.boots == "all" or (self.boots == "some" and index % 2 == 0)
        return Phone(self.number * 1000 + index, root, sites[index // len(self.roots) % len(sites)], has_boot)

    def secret(self):
        return "".join(self.rnd.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=16))

    def write_settings(self):
        """`fvprov.toml`, a list of lines for each table; every fifth fleet has none."""
        if self.number % 5 == 0:
            return
        url = SERVER if self.number % 2 else "http://prov.example.com/phones/"
        self.settings["server"] = [f'url = "{url}"']
        self.settings["lint"] = ['level = { "unknown-parameter" = "error" }']
        if self.number % 3 == 1:
            self.settings["models"] = [f'"{p.mac}" = "{MODELS[p.number % 3]}"' for p in self.phones if p.number % 4]
            self.settings["models"].append('"0021f2*" = "fip14g"')
        if self.number % 4 != 2:
            self.settings["inventory"] = ['file = "phones.csv"']
        if self.number % 4 == 3:
            self.settings["lint"].append('select = ["default", "default-value"]')
            self.settings["lint"].append('ignore = ["missing-final-newline"]')
            self.settings["lint"].append('exclude = ["archive/**"]')
            self.settings["limits"] = ["file-bytes = 60000", "line-bytes = 2000"]
        if self.number % 2:
            self.settings["[policy]"] = ['require = "local_time.ntp_server1 = 10.0.0.1"']
        if self.number % 3 == 2:
            self.settings["schema"] = ['extend = ["ours.json"]']
            entry = {"name": "account.X.title", "section": "Account/Register", "description": "Label of account X."}
            entry |= {"type": "text", "evidence": "flyingvoice", "source": "release notes", "scope": "mac"}
            entry |= {"effect": "live", "deprecated": "account.X.label"}
            self.files["ours.json"] = json.dumps({"version": 1, "parameters": [entry]}, indent=1) + "\n"
        # The last table, so that a renamed key does not move other lines.
        assume = {6: 'include-in-cfg = "ignore"', 7: 'missing-include = "stop"', 8: 'blank-value = "keep"'}
        self.settings["assume"] = [assume.get(self.number, 'include-in-cfg = "follow"')]

    def write_root(self, root):
        text = HEADER + "# What all phones share\n"
        text += (
            "local_time.ntp_server1 = 10.0.0.1\nlocal_time.time_format = 1\nlang.gui = English\nlang.wui = English\n"
        )
        text += "static.auto_provision.power_on = 1\nstatic.auto_provision.repeat.enable = 1\n"
        text += "static.auto_provision.repeat.minutes = 60\nstatic.security.trust_certificates = 1\n"
        text += f"static.security.user_password = admin:{self.secret()}\nstatic.wui.https_enable = 1\n"
        if self.number % 5 != 4:
            text += "remote_phonebook.data.1.name = Company\nremote_phonebook.data.1.url = phonebook/company.xml\n"
        text += "local_contact.data.url = phonebook/contacts.xml\nphone_setting.inter_digit_time = 6\n"
        self.files[f"{root}y000000000000.cfg"] = text
        self.files[f"{root}phonebook/company.xml"] = BOOK
        self.files[f"{root}phonebook/contacts.xml"] = CONTACTS
        if self.boots == "all":
            self.files[f"{root}y000000000000.boot"] = HEADER + "include:config <y000000000000.cfg>\n"
        # Only phones with a boot file read a site.
        for index, path in enumerate(self.sites[root] if self.boots != "none" else []):
            text = (
                HEADER
                + f"# Site {index}\nlocal_time.date_format = {2 + index}\nvoice.jib.normal = {120 + 10 * index}\n"
            )
            text += (
                f"static.network.vlan.internet_port_enable = 1\nstatic.network.vlan.internet_port_vid = {110 + index}\n"
            )
            for account in (1, 2):
                server = f"account.{account}.sip_server.1"
                text += (
                    f"{server}.address = sip{index}.example.com\n{server}.port = 5061\n{server}.transport_type = 2\n"
                )
                text += f"{server}.expires = 3600\naccount.{account}.dtmf.type = 1\naccount.{account}.ptime = 20\n"
            for key in range(5, 6 + index):
                text += (
                    f"linekey.{key}.type = 13\nlinekey.{key}.value = {index}{key:03}\nlinekey.{key}.label = Key {key}\n"
                )
            self.files[path] = text
        if self.number % 5 == 3 and self.boots == "all":
            # A site that includes another file, and a file that only some boot files include.
            self.files[self.sites[root][0]] += 'include:config "../shared/paging.cfg"\n'
            self.files[f"{root}shared/paging.cfg"] = HEADER + "multicast.listen_address.1.label = Hall\n"

    def write_phone(self, phone):
        if phone.has_boot:
            site = phone.site.removeprefix(phone.root)
            # An include is written in brackets or quotes, relative or with the server's address.
            absolute = phone.number % 6 == 1 and "server" in self.settings and self.number % 2 and " " not in phone.site
            target = SERVER + phone.site if absolute and phone.site.isascii() else site
            boot = f'include:config <y000000000000.cfg>\ninclude:config "{target}"\ninclude:config <{phone.mac}.cfg>\n'
            model = f"# fvprov: model={MODELS[phone.number % 3]}\n" if self.number % 7 == 4 else ""
            self.files[phone.boot] = HEADER + model + boot
        text = HEADER + f"# Desk {phone.number}\n"
        for account in range(1, 2 + phone.number % 2):
            name, user = f"account.{account}", f"{phone.number:05}{account}"
            text += (
                f"{name}.enable = 1\n{name}.label = Desk {phone.number}\n{name}.display_name = Desk {phone.number}\n"
            )
            text += f"{name}.user_name = {user}\n{name}.auth_name = auth-{user}\n{name}.password = {self.secret()}\n"
            if not phone.has_boot:
                text += f"{name}.sip_server.1.address = sip.example.com\n{name}.sip_server.1.port = 5060\n"
        keys = list(range(1, 3 + phone.number % 3))
        if phone.number % 4 == 0:
            self.rnd.shuffle(keys)
        for key in keys:
            text += f"linekey.{key}.type = 15\nlinekey.{key}.line = 1\nlinekey.{key}.label = Line {key}\n"
        if phone.number % 10 == 3:
            port, low = "static.network.internet_port", phone.number % 250 + 2
            text += f"{port}.type = 2\n{port}.ip = 10.{self.number}.{phone.number % 1000 // 250}.{low}\n"
            text += f"{port}.mask = 255.255.0.0\n{port}.gateway = 10.{self.number}.0.1\n"
        if self.number % 6 == 5 and phone.number % 3 == 0:
            text = text.replace("\n", "\r\n")
        self.files[phone.own] = text

    def write_inventory(self):
        if "inventory" in self.settings:
            rows = [f"{phone.mac},{MODELS[phone.number % 3]},Site {phone.number % 4}\n" for phone in self.phones]
            self.files["phones.csv"] = "mac,model,site\n" + "".join(rows)

    # Helpers for faults.

    def pick(self, path_of, fits=lambda phone: True):
        """A phone whose file exists and is not spoilt, and the path of the file; (None, None) if there is none."""
        phones = [p for p in self.phones if path_of(p) in self.files and path_of(p) not in self.spoilt and fits(p)]
        phone = self.rnd.choice(phones) if phones else None
        return phone, phone and path_of(phone)

    def put(self, path, lines, add=False):
        """Write lines into a file: over the lines with the same names, or (with `add`: always) at a random place."""
        end = "\r\n" if "\r\n" in self.files[path] else "\n"
        old = self.files[path].split(end)
        rest = []
        for line in lines:
            name = line.split("=")[0].strip()
            same = [at for at, other in enumerate(old) if "=" in line and other.split("=")[0].strip() == name]
            if same and not add:
                old[same[-1]] = line
            else:
                rest.append(line)
        at = self.rnd.randint(min(1, len(old) - 1), len(old) - 1)
        self.files[path] = end.join(old[:at] + rest + old[at:])

    def settings_of(self, path):
        """The settings of a file as (index, name, value), and all its lines."""
        lines = self.files[path].split("\n")
        found = [(at, re.fullmatch(r"([a-z0-9_.]+) = (\S[^\r]*)(\r?)", line)) for at, line in enumerate(lines)]
        return [(at, match[1], match[2]) for at, match in found if match], lines

    def write(self, top):
        """Write the tree to disk."""
        for table, lines in self.settings.items():
            self.files["fvprov.toml"] = self.files.get("fvprov.toml", "") + f"[{table}]\n" + "\n".join(lines) + "\n\n"
        for path, text in self.files.items():
            file = top / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8", "surrogateescape"))
        for path, target in self.links.items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).symlink_to(target)


def write_fleets(out):
    """Write the fleets below OUT, and return the faults of each."""
    listed, used = {}, collections.Counter()
    for number in range(FLEETS):
        fleet = Fleet(number)
        kinds = faults.kinds()
        fleet.rnd.shuffle(kinds)
        # Each kind once, the rarest ones so far first. Kinds that are impossible in this fleet are skipped.
        for kind, apply in sorted(kinds, key=lambda row: used[row[0]]):
            if len(fleet.applied) < FAULTS_PER_FLEET and apply(fleet):
                fleet.applied.append(kind)
        assert len(fleet.applied) == FAULTS_PER_FLEET, (number, len(fleet.applied))
        used.update(fleet.applied)
        fleet.write(out / f"fleet{number:02}")
        listed[f"fleet{number:02}"] = fleet.applied
    (out / "faults.json").write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")
    return listed


def write_clean_fleets(out):
    """Write the same fleets without their faults."""
    for number in range(FLEETS):
        Fleet(number).write(out / f"fleet{number:02}")


if __name__ == "__main__":
    where = pathlib.Path(sys.argv[1])
    where.mkdir(parents=True, exist_ok=True)
    written = write_fleets(where)
    print(
        f"{len(written)} fleets, {sum(map(len, written.values()))} faults of "
        f"{len({kind for faults in written.values() for kind in faults})} kinds in {where}"
    )
