"""The commands and requests with which two builds of fvprov are compared."""

import collections
import json
import re

from trees import BAD_SETTINGS, run

# Mistakes of users, and commands that need no tree: the arguments, and the tree in which they run.
MISTAKES = """
lint nowhere
lint --select nope
lint --level nope=error
lint --level lang.gui
lint --fail-on often
lint --mac 12
lint --output-format yaml
lint --baseline nowhere.json
lint --config nowhere.toml
lint --schema nowhere.json
lint --model nope
lint git:nowhere
lint ftp://127.0.0.1:9/ --mac 0021f2000001
lint --stdin-filename nowhere.cfg
render
render --mac nope
render --mac 0021f2abcdef --only [
render --mac 0021f2abcdef --with x
render --all --out /dev/null/x
why lang.gui
why nope --mac 0021f2000001
diff
diff nowhere .
diff . . --gate nope
diff . . --gate phones=x
impact nowhere
impact y000000000000.cfg:9999
explain nope
explain account.1.nope
schema check nowhere.json
schema check phones.csv
schema import nowhere.cfg
schema search
get nope --mac 0021f2000001
set lang.gui=German --mac 0021f2abcdef --dry-run
generate
generate --from nowhere.csv --template nowhere.cfg
phonebook nowhere.csv --to remote
phonebook y000000000000.cfg --to csv
fetch http://127.0.0.1:9/ --mac 0021f2000001
fetch nowhere --mac 0021f2000001
fetch tftp://127.0.0.1:9/ --mac 1
serve nowhere
serve --http nope
serve --cert nowhere.pem
notify
notify nope:x
notify --mac 0021f2000001
notify --changed nowhere.json
dhcp-option nope
dhcp-option http://prov.example.com/
completions bash
completions zsh
completions fish
completions nope
lsp --nope
nope
lint --nope
fmt --check
fmt --diff
fmt nowhere
--version
schema list
schema list --section codec --format json
schema list --model fip16
schema list --model nope
schema search speed dial
schema search speed dial --format json
""".strip().split("\n")
TEXT_FORMATS = ["full", "concise", "sarif", "github", "gitlab", "junit", "rdjson", "markdown"]

# The trees for the language server and the provisioning server, besides those that are not fleets.
ASKED = ["site", "broken", "fleet01", "fleet03", "fleet05", "fleet08"]
# How a job is run and its output compared: `json` and `text` run a program in a tree, `copy` in a copy of the tree,
# whose files are part of the output; `editor` and `server` are clients of a language server and of a provisioning
# server, and their arguments are the requested files.
Job = collections.namedtuple("Job", "area title tree args kind", defaults=["text"])


def tree_jobs(top, old, trees, pages):
    """Findings, effective configurations, and views of every tree."""
    for tree in [*trees, *pages]:
        area = "rule pages" if tree in pages else "fleets" if tree.startswith("fleet") else "site, broken, corpus"
        yield Job(f"lint, JSON: {area}", tree, tree, ["lint", "--output-format", "json"], "json")
    for tree in trees:
        yield Job("render, JSON", f"{tree}, every phone", tree, ["render", "--all", "--format", "json"], "json")
        phones = json.loads(run(old, top / tree, ["phones", "--format", "json"])[1] or b"[]")
        for root in sorted({phone["root"] for phone in phones}):
            yield Job(
                "render, JSON",
                f"{tree}/{root}, any",
                tree,
                ["render", root, "--mac", "any", "--format", "json"],
                "json",
            )
        some = [(phone["root"], phone["mac"]) for phone in phones if phone["mac"]][:: max(1, len(phones) // 3)]
        for root, mac in some:
            yield Job("render, text", f"{tree} {mac}", tree, ["render", root, "--mac", mac, "--origin"])
            yield Job(
                "why", f"{tree} {mac}", tree, ["why", "lang.gui", "account.1.label", "--source", root, "--mac", mac]
            )
            yield Job(
                "why",
                f"{tree} {mac}, JSON",
                tree,
                ["why", "lang.gui", "account.1.label", "--source", root, "--mac", mac, "--format", "json"],
            )
            yield Job("get", f"{tree} {mac}", tree, ["get", "lang.gui", "--source", root, "--mac", mac])
        for form in ("json", "csv", "table"):
            yield Job("phones", f"{tree}, {form}", tree, ["phones", "--format", form])
        files = sorted({file for phone in phones for file in phone["files"]})[:: 1 + len(phones) // 2]
        for target in ["lang.gui", "account.1.label", *files]:
            for form in ("json", "text"):
                yield Job("impact", f"{tree} {target}, {form}", tree, ["impact", target, "--format", form])
        for form in TEXT_FORMATS:
            yield Job("lint, other formats", f"{tree}, {form}", tree, ["lint", "--output-format", form])
        yield Job("lint, other formats", f"{tree}, statistics", tree, ["lint", "--statistics", "--ignore-suppressions"])
        yield from written_jobs(tree, phones)
        yield Job("lint --diff", tree, tree, ["lint", "--diff"])
        yield Job("lint --diff", f"{tree}, unsafe", tree, ["lint", "--diff", "--unsafe-fixes"])
        yield Job("fmt --diff", tree, tree, ["fmt", "--diff"])


def written_jobs(tree, phones):
    """Files that are written into a tree, and the responses of servers to requests for its files."""
    yield Job("written files", f"{tree}: lint --fix", tree, ["lint", "--fix"], "copy")
    yield Job("written files", f"{tree}: lint --fix --unsafe-fixes", tree, ["lint", "--fix", "--unsafe-fixes"], "copy")
    yield Job(
        "written files",
        f"{tree}: lint --write-baseline",
        tree,
        ["lint", "--write-baseline", "--baseline", "b.json"],
        "copy",
    )
    yield Job("written files", f"{tree}: fmt", tree, ["fmt"], "copy")
    yield Job("written files", f"{tree}: render --all", tree, ["render", "--all", "--origin", "--out", "out"], "copy")
    for phone in [phone for phone in phones if phone["mac"]][:: max(1, len(phones) // 2)]:
        where = ["--source", phone["root"], "--mac", phone["mac"]]
        for args in (["set", "lang.gui=German"], ["set", "--shared", "lang.gui=German"], ["unset", "account.1.label"]):
            yield Job("written files", f"{tree} {phone['mac']}: {' '.join(args)}", tree, [*args, *where], "copy")
    some = [phone["root"] + "/" + file for phone in phones[:: max(1, len(phones) // 4)] for file in phone["files"][-2:]]
    some = sorted({file.removeprefix("./") for file in some})
    if tree in ASKED or not tree.startswith("fleet"):
        yield Job("language server", tree, tree, some[:6], "editor")
    if tree in ASKED:
        yield Job("serve", tree, tree, some[:6], "server")
        yield Job("serve", f"{tree}, rendered", tree, some[:6], "server of rendered files")
    if tree == "site":
        # Each refusal takes a second, so one job is enough.
        yield Job("serve", f"{tree}, with a password", tree, some[:2], "server with a password")


def diff_jobs(fleets):
    """Differences between two trees."""
    pairs = [("site", "broken"), ("broken", "site"), *((f"clean/{fleet}", fleet) for fleet in fleets)]
    for before, after in pairs:
        for form in ("json", "text", "markdown"):
            kind = "json" if form == "json" else "text"
            yield Job(
                f"diff, {kind}", f"{before} {after}, {form}", ".", ["diff", before, after, "--format", form], kind
            )
    for args in (
        ["diff"],
        ["diff", "git:HEAD~1"],
        ["diff", "git:HEAD~1", "git:HEAD", "--exit-code"],
        ["lint", "git:HEAD~1"],
    ):
        yield Job("git", " ".join(args), "git", args)
        form = ["--output-format" if args[0] == "lint" else "--format", "json"]
        yield Job("git", f"{' '.join(args)}, JSON", "git", [*args, *form], "json")


def commands(program, top, above=()):
    """Every subcommand and its subcommands, as --help lists them."""
    text = run(program, top, [*above, "--help"])[1].decode()
    yield list(above)
    for name in re.findall(r"^  ([a-z][\w-]*)  ", text.partition("\nCommands:\n")[2].partition("\n\n")[0], re.M):
        if name != "help":
            yield from commands(program, top, (*above, name))


def word_jobs(top, old, rules):
    """Help, pages, the catalogue, and the messages about mistakes."""
    for command in commands(old, top):
        for flag in ("--help", "-h"):
            yield Job("--help", " ".join([*command, flag]), ".", [*command, flag])
    names = [entry["name"] for entry in json.loads(run(old, top, ["schema", "list", "--format", "json"])[1])]
    names = [name.replace("X", "1").replace("Y", "1") for name in names[:: len(names) // 40]]
    for form in ("text", "json", "markdown"):
        yield Job("explain", f"--list, {form}", ".", ["explain", "--list", "--format", form])
        for name in [*rules, *names]:
            yield Job("explain", f"{name}, {form}", ".", ["explain", name, "--format", form])
    for line in MISTAKES:
        yield Job("mistakes and the rest", line, "clean/fleet01", line.split())
    for args in (["init"], ["init", "--ci", "github"], ["init", "new", "--ci", "gitlab"], ["man", "man"]):
        yield Job("written files", " ".join(args), "empty", args, "copy")
    for name in BAD_SETTINGS:
        for args in (["lint"], ["render", "--mac", "any"], ["phones"]):
            yield Job("mistakes in settings", f"{name}: {args[0]}", f"settings/{name}", args)
