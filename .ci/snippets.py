"""Extracts the snippets of docs/ci.md: each YAML block as a file, and all fvprov commands in them, one per line."""

import pathlib
import re
import sys

page, out = map(pathlib.Path, sys.argv[1:])
out.mkdir()
blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
yaml = [text for language, text in blocks if language == "yaml"]
names = ["pre-commit.yaml", "github.yaml", "gitlab.yaml"]
if len(yaml) != len(names):
    sys.exit(f"{page} has {len(yaml)} blocks of YAML, not {len(names)}: name them in .ci/snippets.py")
for name, text in zip(names, yaml):
    (out / name).write_text(text, encoding="utf-8")
lines = [line.strip().removeprefix("- ") for _, text in blocks for line in text.splitlines()]
(out / "commands").write_text("".join(f"{line}\n" for line in lines if line.startswith("fvprov ")), encoding="utf-8")
