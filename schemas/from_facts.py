#!/usr/bin/env python3
"""Makes schemas/flyingvoice.json from the gathered facts: from_facts.py FACTS_DIR > schemas/flyingvoice.json

FACTS_DIR holds parameters.csv (one row a parameter) and yealink_only_names.txt (one name a line). What is
carried over: the name with its indices (X, Y), section, type, evidence and source of each parameter, and
two facts that the rules need: whether the value is a secret, and whether the name may repeat in a file.
"""
import csv, json, sys, os

facts = sys.argv[1]
# One line a user (see "Same name twice in a file" in the domain notes).
REPEATS = {"static.security.user_password"}
# The column `confidence` in the words of the catalogue: who says so.
EVIDENCE = {"high": "flyingvoice", "medium": "yealink", "low": "inferred"}

parameters = []
with open(os.path.join(facts, "parameters.csv"), encoding="utf-8", newline="") as rows:
    for row in csv.DictReader(rows):
        entry = {"name": row["name"], "section": row["section"], "type": row["value_type"],
                 "evidence": EVIDENCE[row["confidence"]], "source": row["source"]}
        if row["value_type"] == "password":
            entry["secret"] = True
        if row["name"] in REPEATS:
            entry["repeats"] = True
        parameters.append(entry)
with open(os.path.join(facts, "yealink_only_names.txt"), encoding="utf-8") as lines:
    yealink_only = lines.read().split()

# One entry a line: small diffs when one fact changes.
one = lambda value: json.dumps(value, ensure_ascii=False)
print('{\n"version": 1,\n"parameters": [')
print(",\n".join(map(one, parameters)))
print('],\n"yealink_only": [')
print(",\n".join(map(one, yealink_only)))
print("]\n}")
