"""`publish` while phones fetch, and `publish` that is killed. See docs/publish.md.

Phones fetch their boot file, the files that it includes, and the phonebook that a setting names, in a loop, from a web
server that opens and sends files as nginx does. Prints the share of phones that got files of two versions; fails if a file
was torn or a phone got 404.
"""

import functools
import hashlib
import http.client
import http.server
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

FVPROV = os.environ["FVPROV"]
FULL = bool(os.environ.get("FULL"))
PHONES = 40
PUBLISHES = 200 if FULL else 8
KILLS = 300 if FULL else 8
# In seconds. The phones share two processor cores with everything else.
GRACE = 3
HEADER = "#!version:1.0.0.1\n"
SEED = 17
MACS = [f"0021f2{n:06x}" for n in range(1, PHONES + 1)]

problems = []


def problem(text):
    problems.append(text)
    print("FAILED:", text, flush=True)


def version(number):
    """The files of a version. Every fourth version has other names for includes and phonebooks, so that files are removed."""
    name = number // 4
    files = {
        "y000000000000.cfg": HEADER + f"# {number}\nlang.gui = English\n",
        f"sites/site-{name}.cfg": HEADER + f"include:config <inner-{name}.cfg>\n",
        f"sites/inner-{name}.cfg": HEADER + f"local_time.time_zone = +{number % 12}\n",
        f"books/book-{name}.xml": "<?xml version=\"1.0\"?>\n<YealinkIPPhoneDirectory>\n"
        + f"<DirectoryEntry><Name>Hall {number}</Name><Telephone>10{number}</Telephone></DirectoryEntry>\n" * 300
        + "</YealinkIPPhoneDirectory>\n",
    }
    for mac in MACS:
        files[f"{mac}.boot"] = HEADER + "".join(
            f"include:config <{path}>\n" for path in ("y000000000000.cfg", f"sites/site-{name}.cfg", f"{mac}.cfg")
        )
        files[f"{mac}.cfg"] = (
            HEADER + f"account.1.label = {mac} {number}\n"
            f"remote_phonebook.data.1.url = http://prov.example.com/books/book-{name}.xml\n"
        )
    return {path: text.encode() for path, text in files.items()}


class Site:
    """A tree, its destination, and every version that was written to the tree."""

    def __init__(self, name, releases):
        self.top = pathlib.Path(name).absolute()
        self.tree = self.top / "www"
        self.destination = self.top / "dest"
        self.releases = releases
        self.versions = {}
        self.hashes = {}
        self.tree.mkdir(parents=True)
        (self.top / "fvprov.toml").write_text(
            '[server]\ndirectory = "www"\nurl = "http://prov.example.com/"\n[lint]\nignore = ["weak-password"]\n'
        )

    def write(self, number):
        files = version(number)
        self.versions[number] = files
        for path, text in files.items():
            self.hashes.setdefault(path, {}).setdefault(hashlib.md5(text).digest(), set()).add(number)
        shutil.rmtree(self.tree)
        for path, text in files.items():
            path = self.tree / path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)

    def command(self, grace=GRACE):
        options = ["--releases", "3"] if self.releases else []
        return [FVPROV, "publish", "--quiet", "--grace", str(grace), *options, "dest"]

    def environment(self):
        return {**os.environ, "XDG_STATE_HOME": str(self.top / "state")}

    def publish(self, grace=GRACE):
        done = subprocess.run(
            self.command(grace), cwd=self.top, env=self.environment(), capture_output=True, text=True, timeout=120
        )
        if done.returncode != 0:
            problem(f"publish: exit {done.returncode}: {done.stdout} {done.stderr}")

    def files(self):
        """The files in the destination. Staged files of a killed run are no files of phones."""
        found = {}
        for directory, _, names in os.walk(self.destination, followlinks=True):
            for name in names:
                path = pathlib.Path(directory, name)
                found[path.relative_to(self.destination).as_posix()] = path.read_bytes()
        return {path: text for path, text in found.items() if ".fvprov-" not in path}

    def check(self, old, new):
        """Checks the destination after a kill: no torn file, and no name of a missing file."""
        files = self.files()
        known = (self.versions[old], self.versions[new])
        for path, text in files.items():
            if text not in [version.get(path) for version in known]:
                problem(f"{path} is torn or of another version")
            for name in names(path, text):
                if name not in files:
                    problem(f"{path} names {name}, which is missing")
        if self.releases and not any(
            all(files.get(path) == text for path, text in version.items()) for version in known
        ):
            problem("the link leads neither to the old nor to the new tree")


def names(path, text):
    """The files that a file names, below the top of the server."""
    directory = path.rpartition("/")[0]
    for line in text.decode().splitlines():
        if line.startswith("include:config <"):
            name = line[len("include:config <"):-1]
            yield f"{directory}/{name}" if directory else name
        elif line.startswith("remote_phonebook.data.1.url"):
            yield line.partition("http://prov.example.com/")[2]


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, *_):
        """A phone that is stopped closes its connection."""


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass


class Phones:
    """Phones that fetch in a loop."""

    def __init__(self, site, count):
        self.site = site
        self.stopped = threading.Event()
        self.sessions = []
        self.torn = self.missing = self.requests = 0
        self.lock = threading.Lock()
        handler = functools.partial(Handler, directory=str(site.destination))
        self.server = Server(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.threads = [threading.Thread(target=self.run, args=(mac,)) for mac in MACS[:count]]
        for thread in self.threads:
            thread.start()

    def run(self, mac):
        while not self.stopped.is_set():
            started = time.monotonic()
            versions, requests = self.fetch(mac)
            with self.lock:
                self.sessions.append((started, time.monotonic(), versions))
                self.requests += requests

    def fetch(self, mac):
        """Fetches what a phone fetches. Returns the versions to which all its files belong, and the number of requests."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=60)
        waiting, seen = [f"{mac}.boot"], set()
        versions = None
        requests = 0
        while waiting:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            connection.request("GET", "/" + path)
            response = connection.getresponse()
            text = response.read()
            requests += 1
            if response.status != 200:
                self.missing += 1
                problem(f"{mac} got {response.status} for {path}")
                continue
            known = self.site.hashes.get(path, {}).get(hashlib.md5(text).digest())
            if known is None:
                self.torn += 1
                problem(f"{mac} got a torn {path}: {len(text)} bytes")
                continue
            versions = set(known) if versions is None else versions & known
            waiting.extend(names(path, text))
        connection.close()
        return versions, requests

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        self.server.shutdown()
        self.server.server_close()


def publishes(releases):
    site = Site(f"publishes-{releases}", releases)
    site.write(0)
    site.publish()
    phones = Phones(site, PHONES)
    runs = []
    for number in range(1, PUBLISHES + 1):
        site.write(number)
        started = time.monotonic()
        site.publish()
        runs.append((started, time.monotonic()))
        time.sleep(0.1)
    phones.stop()
    mixed = [session for session in phones.sessions if not session[2]]
    if releases:
        # Only phones that were between two requests at the swap may have files of two versions.
        outside = [
            (start, end) for start, end, _ in mixed if not any(start < after and before < end for before, after in runs)
        ]
        if outside:
            problem(f"{len(outside)} phones got files of two versions although nothing was published then")
    if site.files() != site.versions[PUBLISHES]:
        problem("the destination is not the last version")
    share = 100 * len(mixed) / len(phones.sessions)
    print(
        f"{PUBLISHES} publishes{' with --releases' if releases else ''}, {PHONES} phones: {len(phones.sessions)} times "
        f"fetched, {phones.requests} requests: {phones.torn} torn, {phones.missing} times 404, {len(mixed)} mixed "
        f"({share:.2f} %)",
        flush=True,
    )
    shutil.rmtree(site.top)


def kills(releases):
    site = Site(f"kills-{releases}", releases)
    chance = random.Random(f"{SEED} {releases}")
    site.write(0)
    site.publish(0)
    durations = []
    for number in (4, 8, 12):
        site.write(number)
        started = time.monotonic()
        site.publish(0)
        durations.append(time.monotonic() - started)
    duration = sorted(durations)[1]
    phones = Phones(site, 4)
    killed = unfinished = 0
    number = 12
    for _ in range(KILLS):
        old, number = number, number + 4
        site.write(number)
        child = subprocess.Popen(
            site.command(1), cwd=site.top, env=site.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.triangular(0, 1.3 * duration, 0.9 * duration))
        child.kill()
        killed += child.wait() == -signal.SIGKILL
        unfinished += site.files() != site.versions[number]
        site.check(old, number)
        site.publish(1)
        if site.files() != site.versions[number]:
            problem(f"the next publish did not finish version {number}")
        left = [path for path in site.top.rglob(".fvprov-*")] + [path for path in site.top.rglob("journal*")]
        if left:
            problem(f"left over: {left}")
    phones.stop()
    print(
        f"{KILLS} kills{' with --releases' if releases else ''}, {killed} in time, {unfinished} before the end: "
        f"{phones.torn} torn, {phones.missing} times 404 in {phones.requests} requests; "
        + (f"{len(problems)} problems so far" if problems else "the next publish always finished"),
        flush=True,
    )
    shutil.rmtree(site.top)


def main():
    for part in (publishes, kills):
        for releases in (False, True):
            part(releases)
    sys.exit(1 if problems else 0)


main()
