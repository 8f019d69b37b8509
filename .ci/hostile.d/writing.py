"""Commands that write files: concurrent runs, kills, full and read-only disks. See docs/daily.md, How files are written."""

import concurrent.futures
import functools
import http.server
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

FVPROV = os.environ["FVPROV"]
FULL = bool(os.environ.get("FULL"))
ROUNDS = 200 if FULL else 20
KILLS = 500 if FULL else 8
SIGNALS = 100 if FULL else 5
WORKERS = 2
MAC = "0021f2000001"
HEADER = "#!version:1.0.0.1\n"
SEED = 14

problems = []


def problem(text):
    problems.append(text)
    print("FAILED:", text)


def environment(site):
    """Each site has a state directory of its own, next to it."""
    state = site.parent / (site.name + ".state")
    return {**os.environ, "XDG_STATE_HOME": str(state), "NO_PROXY": "*", "SOURCE_DATE_EPOCH": "1795305600"}


def run(site, args, **options):
    return subprocess.run(
        [FVPROV, *args], cwd=site, env=environment(site), capture_output=True, text=True, timeout=120, **options
    )


def write(site, files):
    for path, text in files.items():
        path = site / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def contents(site):
    return {
        str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()
    }


def tree(site):
    """A tree in which every command has several files to change."""
    phones = [f"0021f20000{n:02x}" for n in range(1, 9)]
    files = {
        "fvprov.toml": '[generate]\nfrom = "phones.csv"\ntemplates = ["templates/phone.cfg.j2"]\n'
        '[lint]\nfail-on = "never"\n',
        "phones.csv": "mac,name\n" + "".join(f"{mac},New {mac}\n" for mac in phones),
        "templates/phone.cfg.j2": HEADER + "account.1.label = {{ name }}\n",
        "common.cfg": HEADER + "lang.gui=German \nlocal_time.time_zone = +1\n",
        "contacts.csv": "name,number\n" + "".join(f"Contact {n},{n}\n" for n in range(500)),
        "contacts.xml": "old\n",
        "template.cfg": HEADER + "".join(f"a.b{n} = {n}\n" for n in range(200)),
        "schema.json": "old\n",
        "fvprov-baseline.json": '{"version": 1, "findings": []}\n',
        "sites/berlin.cfg": HEADER + "lang.gui=German \n",
    }
    for mac in phones:
        files[f"{mac}.boot"] = HEADER + "".join(
            f"include:config <{name}>\n" for name in ("common.cfg", "sites/berlin.cfg", f"{mac}.cfg")
        )
        files[f"{mac}.cfg"] = HEADER + f"account.1.label=Old {mac} \n"
    write(site, files)


def prepare(site, name):
    """The tree for a command. The commands that change a phone start with a tree that `generate` has written, in which the
    settings and the baseline refer to the phone too."""
    tree(site)
    if not name.startswith("phone "):
        return
    with open(site / "fvprov.toml", "a") as settings:
        settings.write(f'baseline = "fvprov-baseline.json"\n[models]\n"{MAC}" = "fip10"\n')
    entry = f'{{"path": "{MAC}.cfg", "rule": "weak-password", "about": "a", "count": 1}}'
    (site / "fvprov-baseline.json").write_text(f'{{"version": 1, "findings": [{entry}]}}\n')
    run(site, ["generate"])


def commands(port):
    """The commands that write files, by name."""
    return {
        "set": ["set", "--mac", MAC, "account.1.label=Set"],
        "unset": ["unset", "--file", "common.cfg", "lang.gui"],
        "fmt": ["fmt"],
        "lint --fix": ["lint", "--fix"],
        "lint --write-baseline": ["lint", "--write-baseline"],
        "generate": ["generate"],
        "init": ["init", "new"],
        "render --out": ["render", "--all", "--out", "../{site}.out"],
        "fetch --out": ["fetch", f"http://127.0.0.1:{port}/", "--mac", MAC, "--out", "../{site}.out"],
        "phonebook": ["phonebook", "contacts.csv", "--to", "local", "--out", "contacts.xml"],
        "schema import": ["schema", "import", "template.cfg", "--out", "schema.json"],
        "man": ["man", "../{site}.out"],
        "publish": ["publish", "--grace", "0", "../{site}.out"],
        "phone replace": ["phone", "replace", MAC, "78991200000a"],
        "phone remove": ["phone", "remove", MAC],
    }


def arguments(site, args):
    return [argument.replace("{site}", site.name) for argument in args]


def all_contents(site):
    """The tree and the output directory next to it."""
    out = site.parent / (site.name + ".out")
    return {**contents(site), **{f"out/{path}": text for path, text in contents(out).items()}}


def clean(site):
    for path in (site, site.parent / (site.name + ".out"), site.parent / (site.name + ".state")):
        shutil.rmtree(path, ignore_errors=True)


def left_over(site):
    """Staged files and journals. The folder of the journal and its .gitignore may stay, and so may the record of
    generated files and the records of publish."""
    stay = (".fvprov/.gitignore", ".fvprov/generated.json")
    found = [path for path in all_contents(site) if ".fvprov" in path and not path.endswith(stay)]
    state = site.parent / (site.name + ".state")
    return found + [str(path) for path in state.rglob("*") if path.is_file() and "publish" not in path.parts and path.name != "generated.json"]


def concurrent_sets():
    """Ten runs at once change one file. No change of a run that succeeds may be lost; a run that waits too long for the
    others must say so."""
    site = pathlib.Path("concurrent").absolute()
    tree(site)
    names = [f"account.{n}.label" for n in range(1, 11)]
    own = site / f"{MAC}.cfg"
    own.write_text(HEADER + "".join(f"{name} = 0\n" for name in names))
    lost = refused = 0
    for at in range(1, ROUNDS + 1):
        started = [
            subprocess.Popen(
                [FVPROV, "-q", "set", "--mac", MAC, f"{name}={at}"], cwd=site, env=environment(site),
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )
            for name in names
        ]
        written = []
        for name, child in zip(names, started):
            _, error = child.communicate(timeout=600)
            if child.returncode == 0:
                written.append(name)
            elif child.returncode == 2 and "run the command again when it has finished" in error:
                refused += 1
            else:
                problem(f"concurrent set: exit {child.returncode}: {error}")
        text = own.read_text()
        lost += sum(f"{name} = {at}\n" not in text for name in written)
    if lost or left_over(site):
        problem(f"concurrent set: {lost} lost, left over: {left_over(site)}")
    print(f"{10 * ROUNDS} concurrent set in {ROUNDS} rounds: {lost} lost, {refused} refused after waiting")


def wait_for_staged(site, child):
    """Waits until the run has staged a file, or has ended."""
    directories = [site, site / "sites", site / "new", site.parent / (site.name + ".out")]
    while child.poll() is None:
        for directory in directories:
            try:
                if any(name.startswith(".fvprov-") for name in os.listdir(directory)):
                    return
            except OSError:
                pass


def kill_once(name, args, before, after, duration, number):
    """Runs a command, kills it at a random moment, and runs it again. Returns whether the kill came in time, and what was left:
    nothing, staged files, or staged files and a journal (between the first and the last rename)."""
    site = pathlib.Path(f"kill-{name.replace(' ', '')}-{number}").absolute()
    chance = random.Random(f"{SEED} {name} {number}")
    prepare(site, name)
    args = arguments(site, args)
    child = subprocess.Popen(
        [FVPROV, *args], cwd=site, env=environment(site), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if number % 2:
        # While files are written, which is a small part of the time.
        wait_for_staged(site, child)
        time.sleep(chance.choice([0, chance.uniform(0, 0.001), chance.uniform(0, 0.1 * duration)]))
    else:
        time.sleep(chance.triangular(0, 1.15 * duration, 0.95 * duration))
    child.kill()
    was_killed = child.wait() == -signal.SIGKILL
    left = left_over(site)
    state = "journal" if any(path.endswith("/journal") for path in left) else "staged" if left else "nothing"
    torn = [
        path
        for path, text in all_contents(site).items()
        if ".fvprov" not in path and text not in (before.get(path), after.get(path)) and name != "init"
    ]
    again = run(site, args)
    # If the killed run was finished, there is nothing to unset any more, and the tree does not contain the phone any more.
    expected = (0, 1) if name == "unset" else (0, 2) if name.startswith("phone ") else (0,)
    if torn or again.returncode not in expected or left_over(site):
        problem(f"{name} {number}: torn {torn}, again {again.returncode} {again.stderr}, left over {left_over(site)}")
    final = all_contents(site)
    if name == "init":
        # Every run of init creates another password.
        checked = run(site / "new", ["generate", "--check"])
        if final.keys() != after.keys() or checked.returncode != 0:
            problem(f"init {number}: {final.keys() ^ after.keys()} {checked.stdout} {checked.stderr}")
    elif final != after:
        problem(f"{name} {number}: {[path for path in final if final[path] != after.get(path)]} differ")
    clean(site)
    return was_killed, state


def kills(port):
    for name, args in commands(port).items():
        site = pathlib.Path("whole").absolute()
        durations = []
        for _ in range(5):
            clean(site)
            prepare(site, name)
            before = all_contents(site)
            started = time.monotonic()
            done = run(site, arguments(site, args))
            durations.append(time.monotonic() - started)
            if done.returncode != 0:
                problem(f"{name}: exit {done.returncode}: {done.stderr}")
        duration = sorted(durations)[2]
        run(site, arguments(site, args))
        after = all_contents(site)
        clean(site)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            once = functools.partial(kill_once, name, args, before, after, duration)
            results = list(pool.map(once, range(KILLS)))
        killed = [state for was_killed, state in results if was_killed]
        counts = f"{killed.count('staged')} with staged files, {killed.count('journal')} between renames"
        result = f"{len(problems)} problems so far" if problems else "0 torn, 0 left over"
        print(f"{name}: {KILLS} runs, {len(killed)} killed with SIGKILL ({counts}): {result}", flush=True)


def expect_unchanged(what, site, name, args, **options):
    before = all_contents(site)
    done = run(site, args, **options)
    if done.returncode != 2 or all_contents(site) != before or left_over(site):
        problem(f"{name} on {what}: exit {done.returncode}, changed: "
                f"{[p for p, t in all_contents(site).items() if before.get(p) != t]}, {done.stdout} {done.stderr}")


def limit_files():
    """Writing more than 0 bytes to a file fails as on a full disk, without a signal."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def failing_disks(port):
    all_commands = commands(port)
    for name, args in all_commands.items():
        site = pathlib.Path("limited").absolute()
        tree(site)
        expect_unchanged("a disk that takes no byte", site, name, arguments(site, args), preexec_fn=limit_files)
        clean(site)
    print(f"no byte can be written: {len(all_commands)} commands, 0 damaged")
    disk = pathlib.Path("disk").absolute()
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=755", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        print("skipped: full and read-only file systems: mounting one requires root")
        return
    try:
        for name, args in all_commands.items():
            site = disk / "site"
            tree(site)
            with open(disk / "filler", "wb", buffering=0) as filler:
                try:
                    while filler.write(b"x" * 4096):
                        pass
                except OSError:
                    pass
            expect_unchanged("a full disk", site, name, arguments(site, args))
            (disk / "filler").unlink()
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            expect_unchanged("a read-only disk", site, name, arguments(site, args))
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            clean(site)
        print(f"full and read-only file systems: {len(all_commands)} commands, 0 damaged")
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def signals(port):
    """SIGINT, SIGTERM and SIGHUP leave no staged file, without another run."""
    count = 0
    for name, args in commands(port).items():
        for number in range(SIGNALS):
            site = pathlib.Path("signal").absolute()
            chance = random.Random(f"{SEED} {name} {number}")
            tree(site)
            child = subprocess.Popen(
                [FVPROV, *arguments(site, args)], cwd=site, env=environment(site),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            time.sleep(chance.uniform(0, 0.06))
            child.send_signal(chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP]))
            child.wait(timeout=60)
            if left_over(site):
                problem(f"{name} {number}: left over after a signal: {left_over(site)}")
            count += 1
            clean(site)
    print(f"{count} runs ended by SIGINT, SIGTERM or SIGHUP: 0 left over" if not problems else "signals")


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that is killed closes its connection."""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def main():
    served = pathlib.Path("served").absolute()
    tree(served)
    server = Server(("127.0.0.1", 0), functools.partial(Quiet, directory=str(served)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    for step in (concurrent_sets, lambda: kills(port), lambda: signals(port), lambda: failing_disks(port)):
        step()
    sys.exit(1 if problems else 0)


main()
