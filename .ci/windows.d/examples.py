"""The commands in tests/cmd: the Windows program prints and writes the same as the Linux program."""

import shlex
import shutil
from pathlib import Path

from program import TOP, check, different_files, finish, linux, windows

def examples(page):
    """The commands of a page. A line that begins with `> ` continues a command."""
    lines = iter(page.read_text().splitlines())
    command = None
    for line in lines:
        if command is not None and line.startswith("> "):
            command += "\n" + line[2:]
            continue
        if command is not None:
            yield command
        command = line[2:] if line.startswith("$ ") else None
    if command is not None:
        yield command


def split(command):
    """The variables, and the arguments of fvprov."""
    words = shlex.split(command)
    at = next(at for at, word in enumerate(words) if "=" not in word)
    assert words[at] == "fvprov", command
    return dict(word.split("=", 1) for word in words[:at]), words[at + 1:]


for page in sorted((TOP / "tests/cmd").glob("*.md")):
    sides = []
    for side in ("windows", "linux"):
        directory = Path(side, page.stem).absolute()
        if page.with_suffix(".in").is_dir():
            shutil.copytree(page.with_suffix(".in"), directory)
        else:
            for tree in ("site", "broken", "first"):
                shutil.copytree(TOP / "tests" / tree, directory / "tests" / tree)
        sides.append(directory)
    count = 0
    for command in examples(page):
        env, arguments = split(command)
        ours, theirs = windows(*arguments, cwd=sides[0], env=env), linux(*arguments, cwd=sides[1], env=env)
        ours.out, ours.err = (text.replace(b"/windows/", b"/linux/") for text in (ours.out, ours.err))
        check(ours == theirs, f"{page.name}: {command}", ours, theirs)
        count += 1
    # `init` writes random passwords.
    files = [name for name in different_files(*sides) if page.stem != "init"]
    check(not files, f"{page.name}: the files differ", files)
    print(f"{page.name}: {count} commands")
finish()
