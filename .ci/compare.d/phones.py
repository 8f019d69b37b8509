"""Phones and other clients of `fvprov serve`, and the responses that they get."""

import json
import re
import signal
import socket
import subprocess

TIMEOUT = 20
HEADERS = [
    {},
    {"User-Agent": "Flyingvoice FIP13G V1 0021f2000001"},
    {"Range": "bytes=0-9"},
    {"Range": "bytes=-5"},
    {"Range": "bytes=5-"},
    {"Range": "bytes=999999-"},
    {"Range": "bytes=5-1"},
    {"Range": "bytes=0-1,4-5"},
    {"Range": "lines=1-2"},
    {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    {"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    {"If-Modified-Since": "yesterday"},
    {"If-None-Match": "*"},
    {"If-Unmodified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
    {"Range": "bytes=0-9", "If-Range": "Sat, 01 Jan 2000 00:00:00 GMT"},
    {"Authorization": "Basic cGhvbmU6d3Jvbmc="},
    {"Authorization": "Basic cGhvbmU6c2VjcmV0"},
    {"Authorization": 'Digest username="phone"'},
    {"Host": "a b"},
]
FTP = [
    "SYST",
    "FEAT",
    "PWD",
    "CWD /",
    "TYPE I",
    "MODE S",
    "STRU F",
    "NOOP",
    "SIZE FILE",
    "MDTM FILE",
    "SIZE nowhere",
    "RETR FILE",
    "RETR nowhere",
    "LIST",
    "NLST",
    "DELE FILE",
    "STOR x",
    "CWD ..",
    "PORT 1",
    "HELP",
    "NOPE",
    "REST 5",
    "QUIT",
]


class Server:
    """A running `fvprov serve`, with its ports."""

    # Parts of the output that differ between runs.
    VARYING = [
        (rb'"time":"[^"]*"', b'"time":"T"'),
        (rb'"seconds":[0-9.e-]+', b'"seconds":0'),
        (rb'nonce="[^"]*"', b'nonce="N"'),
        (rb"(?mi)^date: [^\r\n]*", b"date: D"),
    ]
    # Rendered files have the time of the server's start.
    AGES = [(rb"(?m)^213 \d{14}", b"213 NOW"), (rb"(?mi)^last-modified: [^\r\n]*", b"last-modified: NOW")]

    def __init__(self, command, top, environment, options=()):
        listen = [word for name in ("http", "tftp", "ftp") for word in (f"--{name}", "127.0.0.1:0")]
        command = [*command, "serve", ".", *listen, "--format", "json", *options]
        self.process = subprocess.Popen(
            command, cwd=top, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        start = self.process.stdout.readline()
        self.ports = {}
        for url in json.loads(start)["urls"]:
            scheme, port = re.match(r"(\w+)://[^:]*:(\d+)", url).groups()
            self.ports[scheme] = int(port)
        self.log, self.is_rendered = [start], "--rendered" in options

    def stop(self):
        """Stop it as Ctrl-C does. Returns its exit code, its log without times and ports, and its stderr."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, self.fixed(b"".join(self.log) + out), self.fixed(err)

    def fixed(self, text):
        """A text without the parts that differ between runs."""
        for scheme, port in self.ports.items():
            text = text.replace(b":%d" % port, b":" + scheme.upper().encode())
        for pattern, instead in self.VARYING + (self.AGES if self.is_rendered else []):
            text = re.sub(pattern, instead, text)
        return text


def http(port, request):
    """The complete response to a request, until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as stream:
        stream.sendall(request)
        return all_of(stream)


def all_of(stream):
    return b"".join(iter(lambda: stream.recv(65536), b""))


def get(path, headers=None, method="GET"):
    lines = {"Host": "prov.example.com", **(headers or {}), "Connection": "close"}
    head = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""]
    return "\r\n".join(head).encode()


def tftp(port, request):
    """The packets that the server sends for a request; every block is acknowledged."""
    packets = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(TIMEOUT)
        client.sendto(request, ("127.0.0.1", port))
        while True:
            packet, sender = client.recvfrom(70000)
            packets.append(packet)
            kind, block = packet[1], packet[2:4]
            if kind == 5:
                return packets
            client.sendto(b"\0\4" + (block if kind == 3 else b"\0\0"), sender)
            if kind == 3 and len(packet) < 516 and not (b"blksize" in request and len(packet) == 4 + 128):
                return packets


def ftp(port, user, file):
    """The replies to the commands of an FTP session."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as stream:
        lines = stream.makefile("rb")

        def reply():
            said = line = lines.readline()
            while line and not re.match(rb"\d{3} ", line):
                line = lines.readline()
                said += line
            return said

        def ask(command):
            stream.sendall(f"{command}\r\n".encode())
            return reply()

        out = [reply()]
        for command in [f"USER {user}", "PASS secret", *FTP]:
            command = command.replace("FILE", file)
            passive = ask("EPSV") if command.split()[0] in ("RETR", "LIST", "NLST") else b""
            where = re.search(rb"\|(\d+)\|", passive)
            data = where and socket.create_connection(("127.0.0.1", int(where[1])), TIMEOUT)
            out += [command.encode() + b"\n", ask(command)]
            if data:
                with data:
                    if out[-1].startswith(b"1"):
                        out += [all_of(data), reply()]
        return b"".join(out)


def transcript(command, top, environment, paths, options=()):
    """The responses to clients of every protocol, one after the other, and the log."""
    server = Server(command, top, environment, options)
    try:
        return session(server, paths)
    finally:
        server.process.kill()


def session(server, paths):
    out = []
    file = paths[0]
    targets = [
        "/",
        "/nowhere.cfg",
        "/../fvprov.toml",
        "/%2e%2e/x",
        "/fvprov.toml",
        "/.git/config",
        "/phones.csv",
        "/a%00b",
        "*",
        "//",
        f"/{file}?x=1",
        "/%zz",
        "/" + "a" * 20000,
    ]
    requests = [get(f"/{path}", method=method) for path in paths for method in ("GET", "HEAD")]
    requests += [get(f"/{file}", headers) for headers in HEADERS] + [get(target) for target in targets]
    requests += [get(f"/{file}", method=method) for method in ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND")]
    requests += [b"nonsense\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"]
    for request in requests:
        out.append((request[:80].decode(), server.fixed(http(server.ports["http"], request)).decode("latin-1")))
    name = file.encode()
    for request in (
        b"\0\1%s\0octet\0" % name,
        b"\0\1/%s\0netascii\0" % name,
        b"\0\1%s\0octet\0tsize\0000\0blksize\000128\0" % name,
        b"\0\1nowhere\0octet\0",
        b"\0\2%s\0octet\0" % name,
        b"\0\1../x\0octet\0",
    ):
        packets = tftp(server.ports["tftp"], request)
        out.append((repr(request), [packet.decode("latin-1") for packet in packets]))
    for user in ("anonymous", "phone", "nobody"):
        out.append((user, server.fixed(ftp(server.ports["ftp"], user, file)).decode("latin-1")))
    code, log, err = server.stop()
    # The order of simultaneous events is undefined.
    log = b"".join(sorted(log.splitlines(keepends=True)))
    return code, "".join(json.dumps(line) + "\n" for line in out).encode() + log, err
