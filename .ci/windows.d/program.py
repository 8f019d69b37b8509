"""Runs fvprov.exe under wine, and the Linux program on equal files."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(os.environ["BIN"])
TOP = Path(os.environ["TOP"])
WINE = os.environ["WINE"]
PREFIX = Path(os.environ["WINEPREFIX"])
C = PREFIX / "drive_c"
# Neither program may use the settings of the user, and the examples expect these values.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("FVPROV", "XDG_", "NETRC", "http"))},
    "COLUMNS": "100",
    "GITHUB_ACTIONS": "",
    "NO_COLOR": "1",
    "SOURCE_DATE_EPOCH": "1795305600",
}
# A command takes a second; wine rarely hangs.
TIMEOUT = 60

commands = 0
failures = []


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err
        self.text = (out + err).decode("utf-8", "replace")

    def __eq__(self, other):
        return (self.code, unix(self.out), unix(self.err)) == (other.code, unix(other.out), unix(other.err))


def unix(output):
    """Output with the names of files on drive Z, which is the root directory, as Linux prints them. Without durations, and
    without the messages of wine itself."""
    output = output.replace(b"Z:/", b"/").replace(b"Z:\\", b"/")
    return re.sub(rb"wine client error:[^\n]*\n?|\d+ ms", b"", output)


def _run(command, cwd, stdin, env):
    # Files, not pipes: the services of wine inherit these handles, and keep a pipe open after the command has ended.
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        source.write(stdin)
        source.seek(0)
        process = subprocess.Popen(
            command, cwd=cwd, env={**ENVIRONMENT, **env}, stdin=source, stdout=out, stderr=err, start_new_session=True,
        )
        try:
            process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None
        for file in (out, err):
            file.seek(0)
        return Result(process.returncode, out.read(), err.read())


def windows(*arguments, cwd=None, stdin=b"", env={}):
    """Runs fvprov.exe. A command that hangs in wine is repeated once."""
    global commands
    commands += 1
    command = [WINE, str(BIN / "fvprov.exe"), *map(str, arguments)]
    result = _run(command, cwd, stdin, env) or _run(command, cwd, stdin, env)
    if result is None:
        sys.exit(f"hangs: {arguments}")
    return result


def linux(*arguments, cwd=None, stdin=b"", env={}):
    result = _run([os.environ["FVPROV"], *map(str, arguments)], cwd, stdin, env)
    return result or sys.exit(f"hangs on Linux: {arguments}")


def check(condition, what, *results):
    """Notes a failure, and continues."""
    if condition:
        return
    failures.append(what)
    print(f"FAILED: {what}")
    for result in results:
        shown = f"exit {result.code}\n{result.text}" if isinstance(result, Result) else str(result)
        print("".join(f"  | {line}\n" for line in shown.splitlines()[:40]), end="")


def contents(directory):
    """The files of a directory with their bytes."""
    directory = Path(directory)
    return {str(path.relative_to(directory)): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def different_files(one, other):
    """The names of the files that two directories do not both contain with the same bytes."""
    one, other = contents(one), contents(other)
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def write(path, content):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def finish():
    print(f"{commands} commands under wine, {len(failures)} failures")
    sys.exit(1 if failures else 0)
