#!/usr/bin/env python3
"""Generated schemas/flyingvoice.json from collected facts: from_facts.py FACTS_DIR TEXTS.jsonl > schemas/flyingvoice.json

FACTS_DIR contains parameters.csv, models.csv and yealink_only_names.txt. TEXTS.jsonl contains one object for each parameter
with the facts that a person added: description, reviewed type, values with labels, whether the list is open, kind of resource.
The JSON file is now the source: make corrections there. This script documents the origin of each fact.
"""
import csv, json, sys, os

facts, texts_file = sys.argv[1:3]
read = lambda name: csv.DictReader(open(os.path.join(facts, name), encoding="utf-8", newline=""))
texts = {t["name"]: t for t in map(json.loads, open(texts_file, encoding="utf-8"))}
EVIDENCE = {"high": "flyingvoice", "medium": "yealink", "low": "inferred"}
# These names have one line for each user.
REPEATS = {"static.security.user_password"}
# Effects from a reviewed list, not from a column.
REREGISTER = ("enable", "user_name", "auth_name", "password", "sip_server.Y.address", "sip_server.Y.port",
              "sip_server.Y.transport_type", "sip_server.Y.expires")
LEAVES = {"static.auto_provision.server.url", "static.auto_provision.pnp_enable",
          "static.auto_provision.dhcp_option.enable"}
# According to the guide, "network configurations" make the phone reboot: these are the addresses of interfaces.
ADDRESSING = ("static.network.internet_port.", "static.network.ipv6_internet_port.", "static.network.ip_address_mode",
              "static.network.vlan.", "static.network.primary_dns", "static.network.secondary_dns",
              "static.network.static_dns_enable")
# Corrected manually: the guide's factory interval (the source contained another value).
DEFAULTS = {"static.auto_provision.repeat.minutes": "60"}

def effect(name, reboot):
    if name in LEAVES: return "unprovisioned"
    if name.startswith("account.X.") and name[len("account.X."):] in REREGISTER: return "reregister"
    if reboot == "yes" or name.startswith(ADDRESSING): return "reboot"
    return "live"

# The four families, by the number of names that their models accept.
def family(model):
    if model in ("fip16", "fip16plus"): return "601"
    if model == "fip15g" or model in ("p510", "p53", "p54", "p55", "p57", "p58"): return "686"
    if model.startswith(("p10", "p11", "p22")) or model in ("p33", "p33p"): return "669"
    return "676"

models = []
for row in read("models.csv"):
    model = {"name": row["model"], "title": row["marketing_name"], "family": family(row["model"])}
    for key, column in (("accounts", "max_accounts"), ("line_keys", "max_line_keys")):
        if row[column] and row[column + "_confidence"] in ("high", "medium"):
            model[key] = {"most": int(row[column]), "evidence": EVIDENCE[row[column + "_confidence"]]}
    keys = row["programmable_keys"]
    if keys and row["programmable_keys_confidence"] in ("high", "medium"):
        model["programmable_keys"] = {"most": int(keys.split("-")[-1]), "evidence": EVIDENCE[row["programmable_keys_confidence"]]}
    if row["has_wifi"] in ("yes", "no") and row["has_wifi_confidence"] in ("high", "medium"):
        model["wifi"] = row["has_wifi"] == "yes"
    # The guide's six products.
    if row["model"] in ("fip10", "fip11c", "fip13g", "fip14g", "fip15g", "fip16"):
        model["boot_files_since"] = "V0.5.15"
    models.append(model)

# The types of parameters.csv, converted to those of the catalogue. A reviewed type that is not listed is inferred from the name.
SAME = {"bool01": {"bool"}, "int": {"integer"}, "ip": {"ipv4", "ipv6", "host"}, "password": {"password", "user-password"}}

sets, parameters = {}, []
for row in read("parameters.csv"):
    name, text = row["name"], texts[row["name"]]
    entry = {"name": name, "section": row["section"], "description": text["description"], "type": text["type"],
             "evidence": EVIDENCE[row["confidence"]], "source": row["source"]}
    if text["type"] not in SAME.get(row["value_type"], {row["value_type"]}) | {"text", "unknown"}:
        entry["evidence"] = "inferred"
    for key in ("min", "max"):
        if row[key] and row["unit"] != "chars" and text["type"] in ("integer", "float", "port"):
            entry[key] = float(row[key]) if text["type"] == "float" else int(row[key])
    for key in ("unit", "default"):
        if row[key] and row[key] not in ("chars", "blank"): entry[key] = row[key]
    if name in DEFAULTS: entry["default"] = DEFAULTS[name]
    for key in ("values", "length", "resource", "list"):
        if text.get(key): entry[key] = text[key]
    if text.get("open"): entry["open"] = True
    if row["index_ranges"]:
        index, range_ = row["index_ranges"].split(":")
        low, high = map(int, range_.split("-"))
        entry["index"] = {index: [low, high]}
    if row["models"] != "*":
        names = row["models"].split()
        entry["models"] = sets.setdefault(tuple(names), f"set-{len(sets) + 1}")
    entry["scope"] = row["scope_hint"]
    entry["effect"] = effect(name, row["reboot_required"])
    if row["reboot_required"] == "unknown" and entry["effect"] == "live": entry["effect_assumed"] = True
    if text["type"] in ("password", "user-password"): entry["secret"] = True
    if name in REPEATS: entry["repeats"] = True
    parameters.append(entry)
with open(os.path.join(facts, "yealink_only_names.txt"), encoding="utf-8") as lines:
    yealink_only = lines.read().split()

one = lambda value: json.dumps(value, ensure_ascii=False)
block = lambda values: ",\n".join(map(one, values))
print('{\n"$schema": "schema.json",\n"version": 1,\n"models": [\n' + block(models) + '\n],\n"model_sets": ' + one({v: list(k) for k, v in sets.items()}) + ',')
print('"parameters": [\n' + block(parameters) + '\n],\n"yealink_only": [\n' + block(yealink_only) + "\n]\n}")
