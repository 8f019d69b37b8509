"""The trees in which two builds of fvprov are compared, and how a program is run in them."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import fleets

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
# Renamed words, the old one first; `.ci/compare --words` treats them as equal.
RENAMED = {
    "trailing-blank": "trailing-whitespace",
    "blank-overrides-value": "empty-value-overrides",
    "blank-critical-value": "empty-critical-value",
    "odd-repeat-interval": "unusual-repeat-interval",
    "blank-value": "empty-value",
    "sticks": "retained",
    "leaves": "unprovisioned",
}
BAD_SETTINGS = {
    "key": "[lnt]\n",
    "value": "[lint]\nselect = 3\n",
    "syntax": "[lint\n",
    "rule": '[lint]\nignore = ["nope"]\n',
    "level": '[lint]\nlevel = { "missing-include" = "loud" }\n',
    "model": '[models]\n"0021f2*" = "fip99"\n',
    "version": 'required-version = ">=9"\n',
    "url": '[server]\nurl = "nope"\n',
    "roots": '[server]\nroots = ["nowhere"]\n',
    "policy": '[[policy]]\nrequire = "a = 1"\nforbid = "b"\n',
    "inventory": '[inventory]\nfile = "nowhere.csv"\n',
    "schema": '[schema]\nextend = ["nowhere.json"]\n',
    "baseline": '[lint]\nbaseline = "nowhere.json"\n',
    "limit": "[limits]\nfile-bytes = 99999999999\n",
    "glob": '[lint]\nexclude = ["["]\n',
    "assume": '[assume]\nboot-order = "x"\n',
}


def environment(cwd):
    """A minimal environment for the programs, so that their output depends only on the trees."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "NETRC": "/dev/null",
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "SOURCE_DATE_EPOCH": "1795300000",
        "NO_COLOR": "1",
        "RUST_BACKTRACE": "0",
        "FVPROV_PASSWORD": "secret",
        "GIT_CEILING_DIRECTORIES": str(cwd.parent),
    }


def run(program, cwd, args):
    """The exit code, stdout, and stderr of a program."""
    done = subprocess.run(
        ["fvprov", *args],
        executable=program,
        cwd=cwd,
        env=environment(cwd),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def run_in_copy(program, cwd, args):
    """The same in a copy of the tree. Adds to stdout the files that the program wrote or removed."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(temporary).resolve() / "tree"
        shutil.copytree(cwd, copy, symlinks=True)
        code, out, err = run(program, copy, args)
        before, after = files_below(cwd), files_below(copy)
        out += b"".join(b"\n== removed %s\n" % path.encode() for path in sorted(set(before) - set(after)))
        changed = sorted(path for path, text in after.items() if before.get(path) != text)
        out += b"".join(b"\n== %s\n%s" % (path.encode(), after[path]) for path in changed)
        return code, out.replace(temporary.encode(), b"TMP"), err.replace(temporary.encode(), b"TMP")


def files_below(top):
    files = (path for path in top.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(top)): path.read_bytes() for path in files}


def shared():
    """The folder with the corpus and the fleet generator: ../shared, or the parent of $FVPROV_CORPUS."""
    corpus = pathlib.Path(os.environ.get("FVPROV_CORPUS", TOP.parent / "shared/corpus"))
    if not corpus.is_dir():
        raise RuntimeError(f"there is no corpus at {corpus}: set FVPROV_CORPUS")
    return corpus.parent


def copy_trees(top):
    """Every tree below `top`, and their names, the fleets last; the fleets without faults are in `top/clean`."""
    corpus = shared() / "corpus"
    trees = {"site": TOP / "tests/site", "broken": TOP / "tests/broken"}
    trees |= {f"corpus/{path.relative_to(corpus)}": path for path in sorted(corpus.glob("*/*")) if path.is_dir()}
    for name, path in trees.items():
        shutil.copytree(path, top / name, symlinks=True, copy_function=shutil.copyfile)
    faults = fleets.write_fleets(top)
    fleets.write_clean_fleets(top / "clean")
    for name, text in BAD_SETTINGS.items():
        shutil.copytree(top / "clean/fleet01", top / f"settings/{name}")
        (top / f"settings/{name}/fvprov.toml").write_text(text, encoding="utf-8")
    (top / "empty").mkdir()
    kinds = set().union(*faults.values())
    print(f"{len(faults)} fleets with {sum(map(len, faults.values()))} faults of {len(kinds)} kinds")
    return [*trees, *faults]


def copy_repository(top):
    """A git repository of two commits: a fleet before and after its faults."""
    git = [
        "git",
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@example.com",
        "-c",
        "core.autocrlf=false",
        "-C",
        str(top / "git"),
    ]
    date = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}
    for number, source in enumerate(["clean/fleet07", "fleet07"]):
        shutil.copytree(top / source, top / "git", symlinks=True, dirs_exist_ok=True)
        steps = [["init", "-q"]] if number == 0 else []
        for step in [*steps, ["add", "-A"], ["commit", "-qm", f"{number}"]]:
            subprocess.run([*git, *step], check=True, env=os.environ | date)
    with (top / "git/y000000000000.cfg").open("a", encoding="utf-8") as file:
        file.write("lang.gui = German\n")


def copy_pages(top):
    """The trees of the rule pages, one for each section with files: a fenced block names its kind and its path."""
    trees = []
    escape = re.compile(r"\\(?:x(..)|u\{(\w+)\}|(.))")
    plain = {"r": "\r", "t": "\t", "s": " ", "\\": "\\"}

    def unescape(match):
        byte, point, other = match.groups()
        code = int(byte, 16) if byte else int(point or "0", 16)
        return plain[other] if other else chr(0xDC00 + code if byte and code > 127 else code)

    for page in sorted((TOP / "src/lint/rules").rglob("*.md"), key=lambda page: page.name):
        for section in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.M)[1:]:
            tree = top / f"pages/{page.stem}-{section.split()[0].lower()}"
            blocks = re.findall(r"^```(\w+) ([^\n]+)\n(.*?)^```$", section, re.M | re.S)
            for kind, path, text in blocks:
                file = tree / escape.sub(unescape, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                # `#~` marks the findings of the line above; `\0` represents a missing line ending.
                text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#~"))
                text = escape.sub(unescape, text.replace("\\0\n", ""))
                if kind == "unreadable":
                    file.symlink_to("nowhere")
                elif kind == "dir":
                    file.mkdir(exist_ok=True)
                else:
                    file.write_bytes(text.encode("utf-8", "surrogateescape"))
            if blocks:
                trees.append(str(tree.relative_to(top)))
    return trees


def use_names(top, new):
    """Write the rule names and settings of one side into the trees, padded so that positions do not change."""
    pairs = {**RENAMED, **{name: old for old, name in RENAMED.items()}}
    names = re.compile(rb"(?<![\w-])(%s)(?![\w-])(\"?)" % "|".join(pairs).encode())

    def rename(match):
        both = sorted([match[1].decode(), pairs[match[1].decode()]], key=lambda name: name in RENAMED)
        name = both[0] if new else both[1]
        return (name + match[2].decode()).ljust(max(map(len, both)) + len(match[2])).encode()

    for file in top.rglob("*"):
        if file.suffix in (".cfg", ".boot", ".toml", ".json") and file.is_file() and not file.is_symlink():
            text = file.read_bytes()
            if b"fvprov: ignore" in text or file.suffix in (".toml", ".json"):
                file.write_bytes(names.sub(rename, text))
