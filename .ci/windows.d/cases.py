"""What differs on Windows: paths, names, line endings, locks, the console, servers and clients, the language server."""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from program import (
    BIN, C, ENVIRONMENT, PREFIX, TOP, WINE, check, different_files, finish, linux, windows, write,
)

SITE = TOP / "tests/site"
MAC = "0021f2000001"
HEADER = b"#!version:1.0.0.1\n"


def place(name):
    """An empty directory on drive C."""
    directory = C / name
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def tree(directory, files):
    for name, content in files.items():
        write(Path(directory) / name, content)
    return Path(directory)


def same(what, *arguments, cwd, other=None, randomly=False, **options):
    """The command prints the same as on Linux in an equal directory, and leaves equal files, unless it writes random passwords."""
    other = other or Path("linux", re.sub(r"\W+", "-", what)).absolute()
    if not other.exists():
        shutil.copytree(cwd, other)
    ours, theirs = windows(*arguments, cwd=cwd, **options), linux(*arguments, cwd=other, **options)
    check(ours == theirs, what, ours, theirs)
    files = [] if randomly else different_files(cwd, other)
    # These files contain absolute paths.
    files = [name for name in files if not name.startswith((".fvprov/publish", "report."))]
    check(not files, f"{what}: the files differ", files)
    return ours


def paths():
    """Every way to write the path of a tree leads to the same tree."""
    shutil.copytree(SITE, place("prov"), dirs_exist_ok=True)
    (PREFIX / "dosdevices/d:").symlink_to(place("disk d"))
    shutil.copytree(SITE, C / "disk d/TFTPD Directory")
    share = PREFIX / "dosdevices/unc/server"
    share.mkdir(parents=True)
    (share / "share").symlink_to(C)
    shutil.copytree(SITE, place("Büro Köln/Telefone 📞"), dirs_exist_ok=True)
    deep = "/".join(["a-long-name-of-a-directory-" + "x" * 40] * 5)
    shutil.copytree(SITE, place(deep + "/prov"), dirs_exist_ok=True)
    place("work")
    phones = linux("phones", "--format", "csv", cwd=SITE)
    render = linux("render", "--mac", MAC, cwd=SITE)
    ways = [
        (r"C:\prov", "C:/prov", None), (r"c:\prov", "C:/prov", None), ("C:/prov", "C:/prov", None),
        (r"C:\PROV", "C:/prov", None), (r"C:\prov" + "\\", "C:/prov", None), (r"C:\work\..\prov", "C:/prov", None),
        (r"..\prov", None, "work"), (r"\prov", None, "work"), ("C:prov", None, ""), (".", ".", "prov"),
        (r"D:\TFTPD Directory", "D:/TFTPD Directory", None), ("D:/tftpd directory/", "D:/TFTPD Directory", None),
        (r"\\server\share\prov", "//server/share/prov", None), (r"\\?\C:\prov", "C:/prov", None),
        (r"C:\Büro Köln\Telefone 📞", "C:/Büro Köln/Telefone 📞", None),
        ("C:\\" + deep.replace("/", "\\") + r"\prov", "C:/" + deep + "/prov", None),
    ]
    for path, displayed, cwd in ways:
        at = C / cwd if cwd is not None else None
        check(windows("lint", path, cwd=at).code == 0, f"lint {path}")
        ours = windows("phones", path, "--format", "csv", cwd=at)
        check(ours.out == phones.out, f"phones {path}", ours)
        ours = windows("render", path, "--mac", MAC, cwd=at)
        check(ours.out == render.out, f"render {path}", ours)
    for path, displayed in [(r"C:\broken", "C:/broken"), (r"\\server\share\broken", "//server/share/broken")]:
        shutil.copytree(TOP / "tests/broken", C / "broken", dirs_exist_ok=True)
        ours = windows("lint", path, "--output-format", "concise")
        check(ours.code == 1 and f"{displayed}/sites/".encode() in ours.out, f"findings name {displayed}", ours)
        check(b"\\\\?\\" not in ours.out + ours.err and b"//?/" not in ours.out + ours.err, f"no internal prefix: {path}", ours)
    # A shell passes `"D:\TFTPD Directory\"` on with the quotation mark.
    ours = windows("lint", 'D:\\TFTPD Directory"')
    check(ours.code == 2 and b"backslash before the closing quotation mark" in ours.err, "escaped quotation mark", ours)
    ours = windows("lint", r"C:\missing")
    check(ours.code == 2 and b"`C:\\missing` does not exist" in ours.err, "a missing path", ours)
    ours = windows("lint", r"E:\prov")
    check(ours.code == 2 and b"does not exist" in ours.err, "a missing drive", ours)


def names():
    """The disk ignores the case of names, and the shells do not expand wildcards."""
    at = place("names")
    tree(at, {f"{MAC}.boot": HEADER + b"include:config <Sites/BERLIN.cfg>\ninclude:config <aux.cfg>\n",
              "sites/berlin.cfg": HEADER + b"lang.gui=German\n", "aux.cfg": HEADER + b"lang.gui = French\n",
              "y000000000000.boot": HEADER, f"{MAC}.cfg": HEADER})
    ours = same("an include in a different case", "lint", cwd=at)
    check(b"include-case-mismatch" in ours.out, "an include in a different case is reported", ours)
    same("a device name as a file", "why", "lang.gui", "--mac", MAC, cwd=at)
    for path in [r"C:\names\SITES\Berlin.CFG", r"c:\NAMES\sites\berlin.cfg"]:
        ours = windows("lint", path, "--output-format", "concise")
        check(ours.code == 0 and b"no findings" in ours.out, f"lint {path}", ours)
        ours = windows("fmt", path, "--check")
        check(ours.code == 1 and b":/names/sites/berlin.cfg\n" in ours.out, f"fmt {path}", ours)
        ours = windows("get", "lang.gui", "--file", path, cwd=at)
        check(ours.out == b"German\n", f"get --file {path}", ours)
    ours = windows("lint", r"C:\names\*.boot")
    check(b"2 files" in ours.text.encode() or b"include-case-mismatch" in ours.out, "lint *.boot", ours)
    ours = windows("fmt", "--check", r"sites\*.cfg", cwd=at)
    check(b"would be formatted: sites/berlin.cfg" in ours.out, "fmt sites\\*.cfg", ours)
    ours = windows("fmt", "--check", "sites\\?ERLIN.cfg", cwd=at)
    check(b"would be formatted: sites/berlin.cfg" in ours.out, "fmt sites\\?ERLIN.cfg", ours)
    ours = windows("lint", r"C:\names\*.xml")
    check(ours.code == 2 and b"`C:\\names\\*.xml` does not exist" in ours.err, "no file matches", ours)
    ours = windows("impact", r"sites\berlin.cfg", cwd=at)
    check(ours.code in (0, 1) and b"berlin.cfg" in ours.out, "impact with a backslash", ours)


NOTEPAD = {
    f"{MAC}.boot": HEADER + f"include:config <common.cfg>\ninclude:config <{MAC}.cfg>\n".encode(),
    "common.cfg": HEADER + b"lang.gui = German\nlocal_time.time_zone = +1 \nvoice.tone.country = Germany\n",
    f"{MAC}.cfg": HEADER + b"account.1.label = Desk 1\naccount.1.enable = 1\n",
    "y000000000000.boot": HEADER + b"include:config <common.cfg>\n",
}


def line_endings():
    """Trees as Notepad writes them: CRLF, with and without a byte order mark."""
    commands = [
        ("lint",), ("lint", "--output-format", "json"), ("set", "--mac", MAC, "account.1.label=Empfang"),
        ("set", "--file", "common.cfg", "lang.gui=French", "--shared"), ("unset", "--mac", MAC, "account.1.label"),
        ("set", "--mac", MAC, "account.1.display_name=Ü"), ("lint", "--fix"), ("lint", "--fix", "--unsafe-fixes"),
        ("lint", "--diff"), ("fmt", "--check"), ("fmt", "--diff"), ("fmt",), ("render", "--mac", MAC, "--origin"),
        ("why", "lang.gui", "--mac", MAC), ("graph",), ("phones",), ("diff", ".", ".", "--with", "common.cfg:lang.gui=French"),
    ]
    for kind, change in [("CRLF", lambda text: text.replace(b"\n", b"\r\n")),
                         ("BOM", lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))]:
        for at, arguments in enumerate(commands):
            directory = tree(place(f"notepad-{kind}-{at}"), {name: change(text) for name, text in NOTEPAD.items()})
            what = f"{kind}: {' '.join(arguments)}"
            same(what, *arguments, cwd=directory)
            edited = (directory / f"{MAC}.cfg").read_bytes()
            if arguments[0] in ("set", "unset") or "--fix" in arguments:
                check(edited.count(b"\n") == edited.count(b"\r\n"), f"{what}: CRLF remains", edited)
            if arguments == ("fmt",):
                check(b"\r" not in edited, f"{what}: LF", edited)


def author():
    """Commands that create files write the same bytes as on Linux."""
    at = place("author")
    other = Path("author").absolute()
    other.mkdir()
    same("init", "init", "phones", cwd=at, other=other, randomly=True)
    for side in (at, other):
        for name in ("phones.csv", "secrets.csv"):
            shutil.copy(TOP / "tests/first" / name, side / "phones")
        shutil.copy(side / "phones/www/sites/berlin.cfg", side / "phones/www/sites/izmir.cfg")
    at, other = at / "phones", other / "phones"
    for arguments in [
        ("generate",), ("generate", "--diff"), ("generate",), ("lint",), ("lint", "--write-baseline"),
        ("set", "--mac", "0021f2000020", "lang.gui=Turkish", "--shared"), ("generate", "--check"),
        ("render", "--all", "--out", "out"), ("publish", "../served"), ("publish", "../served"),
        ("diff", ".", "../served"), ("phones", "--by", "site"), ("graph", "--format", "mermaid"), ("fmt",),
        ("impact", "www/sites/izmir.cfg"), ("lint", "--output-format", "html=report.html"),
        ("lint", "--output-format", "sarif=report.sarif"), ("lint", "--output-format", "junit=report.xml"),
        ("dhcp-option", "http://10.0.0.1/prov/"), ("schema", "models"), ("explain", "missing-include"),
    ]:
        same("phones: " + " ".join(arguments), *arguments, cwd=at, other=other)
    files = different_files(C / "author/served", other / "../served")
    check(not files, "publish: the same files", files)
    ours = windows("publish", "--releases", "2", r"C:\author\releases", cwd=at)
    check(ours.code == 2 and b"publish without --releases" in ours.err, "publish --releases", ours)
    ours = windows("man", place("man").name, cwd=C)
    check(ours.code == 0 and (C / "man/fvprov.1").is_file(), "man pages", ours)
    private = [path for path in (C / "users").rglob("*") if "fvprov" in path.parts]
    check(all("AppData" in path.parts for path in private), "private files are in AppData", private)


def writing():
    """Files that other programs have open, locks, and links."""
    at = tree(place("writing"), NOTEPAD)
    target = f"C:\\writing\\{MAC}.cfg"

    def hold(milliseconds):
        process = subprocess.Popen([WINE, str(BIN / "hold.exe"), target, str(milliseconds)], env=ENVIRONMENT, stdout=subprocess.PIPE)
        check(process.stdout.readline().strip() == b"open", "hold.exe opens the file")
        return process

    holder = hold(60_000)
    ours = windows("set", "--mac", MAC, "account.1.label=Held", cwd=at)
    check(ours.code == 2 and b"another program has" in ours.err, "a file that another program has open", ours)
    check((at / f"{MAC}.cfg").read_bytes() == NOTEPAD[f"{MAC}.cfg"], "the open file is unchanged")
    check(not list(at.glob(".fvprov-*")), "no staged file remains", list(at.iterdir()))
    holder.kill()
    holder.wait()
    subprocess.run([WINE, "taskkill", "/f", "/im", "hold.exe"], env=ENVIRONMENT, capture_output=True, timeout=60)
    holder = hold(1_000)
    ours = windows("set", "--mac", MAC, "account.1.label=Later", cwd=at)
    check(ours.code == 0, "a file that another program closes in time", ours)
    holder.wait()
    # Runs at once wait for each other.
    results = []
    runs = [threading.Thread(target=lambda name=name: results.append(windows("set", "--mac", MAC, f"account.1.{name}=x", cwd=at)))
            for name in ("display_name", "user_name", "auth_name")]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    text = (at / f"{MAC}.cfg").read_bytes()
    check(text.count(b" = x\n") == 3, "runs at once lose no change", text, *results)
    locks = [path.name for path in C.glob("ProgramData/fvprov-*.lock")]
    check(locks, "the locks are in ProgramData")
    os.link(at / f"{MAC}.cfg", at / "second.cfg")
    ours = windows("set", "--mac", MAC, "account.1.label=Linked", cwd=at)
    check(ours.code == 2 and b"2 names (hard links)" in ours.err, "a hard link", ours)
    os.remove(at / "second.cfg")
    os.chmod(at / f"{MAC}.cfg", 0o444)
    ours = windows("set", "--mac", MAC, "account.1.label=Protected", cwd=at)
    check(ours.code == 2 and b"it is read-only" in ours.err, "a read-only file", ours)


def console():
    """Colors, bytes on standard streams, and completion."""
    at = place("console")
    shutil.copytree(TOP / "tests/broken", at, dirs_exist_ok=True)
    for arguments in [("lint", "--color", "always"), ("lint", "--color", "never"), ("lint",), ("--version",), ("help",), ("lint", "--help")]:
        same("console: " + " ".join(arguments), *arguments, cwd=at)
    text = HEADER + "lang.gui=Türkçe 📞\r\n".encode()
    same("fmt -", "fmt", "-", cwd=at, stdin=text)
    ours = windows("lint", "--stdin-filename", f"C:\\console\\{MAC}.cfg", stdin=text)
    check(ours.code in (0, 1), "lint --stdin-filename", ours)
    for shell, name in [("powershell", "_fvprov.ps1"), ("bash", "fvprov.bash")]:
        ours = windows("completions", shell)
        check(ours.out == (TOP / "completions" / name).read_bytes(), f"completions {shell}", ours)
    ours = windows(env={"FVPROV_COMPLETE": "powershell"})
    check(b"Register-ArgumentCompleter" in ours.out and b"fvprov" in ours.out, "the script of dynamic completion", ours)
    ours = windows("--", "fvprov", "rend", env={"FVPROV_COMPLETE": "powershell", "_CLAP_COMPLETE_INDEX": "1"})
    check(b"render" in ours.out, "dynamic completion of a command", ours)
    ours = windows("--", "fvprov", "render", "--mac", "", cwd=at,
                   env={"FVPROV_COMPLETE": "powershell", "_CLAP_COMPLETE_INDEX": "3"})
    check(b"0021f2000013" in ours.out, "dynamic completion of a MAC", ours)


class Server:
    """`serve` under wine, on the four protocols."""

    def __init__(self, directory, *options, host="127.0.0.1:0"):
        command = [WINE, str(BIN / "fvprov.exe"), "serve", directory, "--format", "json", *options]
        for protocol in ("http", "https", "tftp", "ftp"):
            command += [f"--{protocol}", host]
        self.errors = open("serve.err", "w+b")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, env=ENVIRONMENT)
        self.urls = {url.split(":")[0]: url for url in json.loads(self.process.stdout.readline())["urls"]}
        self.log = []
        threading.Thread(target=lambda: self.log.extend(self.process.stdout), daemon=True).start()

    def port(self, scheme):
        return int(self.urls[scheme].split(":")[2].split("/")[0])

    def stop(self):
        subprocess.run([WINE, "taskkill", "/f", "/im", "fvprov.exe"], env=ENVIRONMENT, capture_output=True, timeout=60)
        self.process.kill()
        self.process.wait()
        self.errors.seek(0)
        return self.errors.read()


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read()


def serving():
    """curl, tftp and Python read from the server; names with a meaning on Windows are refused."""
    files = {**NOTEPAD, "firmware.bin": os.urandom(70_000), "sites/Köln 1.cfg": HEADER, "aux.cfg": HEADER, "list.csv": b"mac\n",
             "fvprov.toml": b'[server]\nalso = ["*.bin", "*.cfg", "sites/*.cfg"]\n'}
    tree(place("served"), files)
    server = Server(r"C:\served")
    try:
        for scheme in ("http", "https", "ftp", "tftp"):
            for name in ("firmware.bin", "common.cfg", f"{MAC}.boot"):
                got = subprocess.run(["curl", "-sSk", "-m", "30", server.urls[scheme] + name], capture_output=True)
                check(got.stdout == files[name], f"curl {scheme} {name}", got.stderr)
        port = server.port("tftp")
        subprocess.run(["tftp", "-m", "binary", "127.0.0.1", str(port), "-c", "get", "firmware.bin", "got.bin"], timeout=60)
        check(Path("got.bin").read_bytes() == files["firmware.bin"], "tftp-hpa")
        check(get(server.port("http"), "/sites/K%C3%B6ln%201.cfg") == (200, HEADER), "a name with an umlaut and a space")
        for path in ["/aux.cfg", "/COMMON.CFG", "/common.cfg::$DATA", "/common.cfg.", "/common.cfg%20", "/sites%5CK%C3%B6ln%201.cfg",
                     "/..%5Cserved%5Ccommon.cfg", "/C:/served/common.cfg", "/fvprov.toml", "/FVPROV~1.TOM", "/list.csv", "/con", "/nul.cfg"]:
            status, body = get(server.port("http"), path)
            check(status in (400, 403, 404), f"GET {path}: {status}", body)
        write(C / "served/common.cfg", HEADER + b"lang.gui = Turkish\n")
        time.sleep(1)
        check(get(server.port("http"), "/common.cfg")[1] == HEADER + b"lang.gui = Turkish\n", "an edit is served at once")
        for scheme in ("http", "https", "ftp", "tftp"):
            ours = windows("fetch", server.urls[scheme], "--mac", MAC, "--insecure", "--out", f"C:\\got-{scheme}")
            check(ours.code == 0 and b"fully provisioned" in ours.out, f"fetch {scheme} from the server under wine", ours)
            check((C / f"got-{scheme}/common.cfg").is_file(), f"fetch --out {scheme}")
        ours = windows("lint", server.urls["http"], "--mac", MAC)
        check(ours.code in (0, 1), "lint of a URL", ours)
    finally:
        errors = server.stop()
    check(b"firewall" not in errors.lower(), "no firewall note for a local address", errors)
    server = Server(r"C:\served", host="0.0.0.0:0")
    errors = server.stop()
    check(b"netsh advfirewall" in errors, "the note about the firewall", errors)


def fetching():
    """The clients under wine read from the server on Linux, with logins from the environment and from _netrc."""
    at = tree(Path("linux-served"), NOTEPAD)
    command = [os.environ["FVPROV"], "serve", str(at), "--quiet", "--format", "json", "--user", "me"]
    command += [word for protocol in ("http", "https", "ftp") for word in (f"--{protocol}", "127.0.0.1:0")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**ENVIRONMENT, "FVPROV_PASSWORD": "Kranich-1"})
    urls = {url.split(":")[0]: url for url in json.loads(process.stdout.readline())["urls"]}
    threading.Thread(target=process.stdout.read, daemon=True).start()
    try:
        for scheme, url in urls.items():
            ours = windows("fetch", url, "--mac", MAC, "--insecure", env={"FVPROV_USER": "me", "FVPROV_PASSWORD": "Kranich-1"})
            check(ours.code == 0 and b"fully provisioned" in ours.out, f"fetch {scheme}", ours)
        home = next((C / "users").glob("[!P]*"))
        write(home / "_netrc", "machine 127.0.0.1 login me password Kranich-1\n")
        ours = windows("fetch", urls["http"], "--mac", MAC)
        check(ours.code == 0, "the login in _netrc", ours)
        (home / "_netrc").unlink()
        ours = windows("fetch", urls["http"], "--mac", MAC)
        check(ours.code != 0, "no login", ours)
        ours = windows("fetch", urls["https"], "--mac", MAC)
        check(ours.code == 2 and b"certificate" in ours.err, "an untrusted certificate", ours)
    finally:
        process.kill()
        process.wait()


def language_server():
    """An editor on Windows encodes the colon of the drive in some messages and not in others."""
    shutil.copytree(TOP / "tests/broken", place("editor"), dirs_exist_ok=True)
    process = subprocess.Popen([WINE, str(BIN / "fvprov.exe"), "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    killer = threading.Timer(90, process.kill)
    killer.start()

    def send(message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        process.stdin.flush()

    def receive():
        length = 0
        while (line := process.stdout.readline().strip()):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return json.loads(process.stdout.read(length)) if length else {}

    root = "file:///c%3A/editor"
    file = f"{root}/0021f2000013.boot"
    send({"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": root, "capabilities": {}}})
    check(receive().get("id") == 1, "lsp: initialize")
    send({"method": "initialized", "params": {}})
    text = (C / "editor/0021f2000013.boot").read_text()
    send({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": file, "languageId": "fvprov-boot", "version": 1, "text": text}}})
    send({"id": 2, "method": "textDocument/hover", "params": {"textDocument": {"uri": file}, "position": {"line": 4, "character": 20}}})
    published, answered = {}, False
    while not answered or not any("0021f2000013.boot" in uri for uri in published):
        message = receive()
        if not message:
            break
        answered = answered or message.get("id") == 2
        if message.get("method") == "textDocument/publishDiagnostics":
            published[message["params"]["uri"]] = message["params"]["diagnostics"]
    check(published.get(file), "lsp: findings have the URI of the editor", list(published))
    check(all(uri.lower().startswith(("file:///c:/editor", "file:///c%3a/editor")) for uri in published), "lsp: URIs", list(published))
    send({"id": 3, "method": "shutdown", "params": None})
    send({"method": "exit", "params": None})
    try:
        check(process.wait(30) == 0, "lsp: exit")
    except subprocess.TimeoutExpired:
        check(False, "lsp: does not exit")
    killer.cancel()
    process.kill()


PARTS = (paths, names, line_endings, author, writing, console, serving, fetching, language_server)
for part in [part for part in PARTS if not sys.argv[1:] or part.__name__ in sys.argv[1:]]:
    started = time.monotonic()
    part()
    print(f"{part.__name__}: {time.monotonic() - started:.0f} s", flush=True)
finish()
