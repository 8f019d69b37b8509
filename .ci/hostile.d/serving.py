"""Hostile clients of `fvprov serve`. Prints the figures of each part; exits with an error if a promise is broken.

With FULL=1, files are rewritten 50,000 times in each way instead of 2,000 times.
"""

import ftplib
import http.client
import io
import json
import multiprocessing
import os
import socket
import ssl
import struct
import subprocess
import threading
import time

FVPROV = os.environ["FVPROV"]
ROUNDS = 50_000 if os.environ.get("FULL") else 2_000
SECRET = b"planted-secret"
HEADER = b"#!version:1.0.0.1\n"


def write(path, content):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def build_tree():
    write("outside.cfg", SECRET)
    write("tree/fvprov.toml", b'[generate]\nsecrets = "secrets.csv"\n[inventory]\nfile = "phones.csv"\n# ' + SECRET)
    write("tree/secrets.csv", b"mac,password\n0021f2000001," + SECRET + b"\n")
    write("tree/phones.csv", b"mac,note\n0021f2000001," + SECRET + b"\n")
    write("tree/templates/phone.cfg.j2", SECRET)
    write("tree/.git/config", SECRET)
    write("tree/0021f2000001.boot", HEADER + b"include:config <common.cfg>\n")
    write("tree/common.cfg", HEADER + b"lang.gui = English\n")
    write("tree/sub/inner.cfg", SECRET)
    os.symlink("../outside.cfg", "tree/leads-out.cfg")
    os.symlink("/etc", "tree/leads-out")


class Server:
    def __init__(self, *options):
        command = [FVPROV, "serve", "tree", "--quiet", "--format", "json", *options]
        for protocol in ("http", "https", "tftp", "ftp"):
            command += [f"--{protocol}", "127.0.0.1:0"]
        self.log = open("serve.log", "wb")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        urls = json.loads(self.process.stdout.readline())["urls"]
        self.port = {url.split(":")[0]: int(url.split(":")[2].strip("/")) for url in urls}
        threading.Thread(target=self._read_log, daemon=True).start()

    def _read_log(self):
        for line in self.process.stdout:
            self.log.write(line)

    def stop(self):
        self.process.terminate()
        assert self.process.wait() == 0, "the server failed"
        self.log.close()


def get_http(server, target, tls=False):
    port = server.port["https" if tls else "http"]
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    if tls:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = context.wrap_socket(connection)
    connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    response = b""
    try:
        while chunk := connection.recv(65536):
            response += chunk
    except OSError:
        pass
    connection.close()
    return response


def get_tftp(server, name, source="127.0.0.1", options=b"", timeout=5.0):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.bind((source, 0))
    client.settimeout(timeout)
    client.sendto(struct.pack("!H", 1) + name + b"\0octet\0" + options, ("127.0.0.1", server.port["tftp"]))
    content = b""
    try:
        while True:
            packet, address = client.recvfrom(2048)
            operation = packet[1]
            if operation == 5:
                return None
            if operation == 6:
                client.sendto(b"\0\4\0\0", address)
                continue
            content += packet[4:]
            client.sendto(b"\0\4" + packet[2:4], address)
            if len(packet) < 516:
                return content
    except TimeoutError:
        return None
    finally:
        client.close()


class Ftp:
    def __init__(self, server):
        self.server = server
        self.client = None

    def get(self, name):
        content = io.BytesIO()
        try:
            if self.client is None:
                self.client = ftplib.FTP(encoding="latin-1")
                self.client.connect("127.0.0.1", self.server.port["ftp"], timeout=20)
                self.client.login("a", "b")
            self.client.retrbinary("RETR " + name.decode("latin-1"), content.write)
            return content.getvalue()
        except ftplib.error_perm:
            return None
        except (*ftplib.all_errors, ValueError):
            self.client = None
            return None


def spellings():
    """At least 340 spellings of paths that leave the tree or lead to private files."""
    dots = [b"..", b"%2e%2e", b"%2E%2E", b".%2e", b"%2e.", b"%252e%252e", b"%c0%ae%c0%ae", b"%e0%80%ae%e0%80%ae",
            b"\xef\xbc\x8e\xef\xbc\x8e", b"%uff0e%uff0e", b"....", b"..;", b"..%00", b".. ", b"..."]
    slashes = [b"/", b"%2f", b"%2F", b"\\", b"%5c", b"%255c", b"%252f", b"//", b"/./", b"%c0%af", b"%e2%88%95"]
    prefixes = [b"/", b"/sub/../", b"//"]
    for prefix in prefixes:
        for dot in dots:
            for slash in slashes:
                yield prefix + dot + slash + b"outside.cfg"
    for private in [b"fvprov.toml", b"FVPROV.TOML", b"%66vprov.toml", b"secrets.csv", b"secrets%2ecsv", b"secrets.csv ",
                    b"secrets.csv.", b"secrets.csv%00.cfg", b"secrets.csv::$DATA", b"./secrets.csv", b"sub/../secrets.csv",
                    b"phones.csv", b"templates/phone.cfg.j2", b".git/config", b"leads-out.cfg", b"leads-out/passwd",
                    b"sub/inner.cfg", b"/etc/passwd", b"C:/outside.cfg", b"file:///etc/passwd"]:
        yield b"/" + private


def names():
    """At least 200 names of existing files that no phone uses."""
    stems = ["secrets", "phones", "old", "copy", "backup", "test", "phone (1)", "0021f2000001-local", "y00000000000", "new"]
    endings = ["cfg", "boot", "xml", "csv", "txt", "bak", "cfg~", "zip", "pem", "cfg.orig"]
    return [f"{folder}{stem}.{ending}" for folder in ("", "sub/") for stem in stems for ending in endings]


def refused_names(server):
    ftp, count, served = Ftp(server), 0, 0
    tries = list(spellings())
    for name in names():
        write("tree/" + name, SECRET)
        tries.append(b"/" + name.encode().replace(b" ", b"%20"))
    for name in tries:
        plain = name.replace(b"%20", b" ") if b"(1)" in name else name
        for content in (get_http(server, name), get_http(server, name, tls=True), get_tftp(server, plain), ftp.get(plain)):
            count += 1
            if content and (SECRET in content or b"root:" in content):
                served += 1
                print("served:", name)
    print(f"names: {len(list(spellings()))} spellings and {len(names())} unused names, {count} requests, {served} served")
    assert len(list(spellings())) >= 340 and len(names()) >= 200 and served == 0


def send_forged(port):
    packet = struct.pack("!H", 1) + b"common.cfg\0octet\0timeout\x0010\0"
    forged = []
    for number in range(4300):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.bind((f"127.0.0.{10 + number % 10}", 0))
        sender.sendto(packet, ("127.0.0.1", port))
        forged.append(sender)
        if len(forged) > 500:
            forged.pop(0).close()


def forged_burst(server):
    """4,300 TFTP requests that nobody acknowledges, while another address downloads."""
    slowest, stop = [0.0], threading.Event()

    def client():
        while not stop.is_set():
            start = time.monotonic()
            while get_tftp(server, b"common.cfg", "127.0.0.200", timeout=0.2) is None:
                assert time.monotonic() - start < 30, "not served"
            slowest[0] = max(slowest[0], time.monotonic() - start)
            response = get_http(server, b"/common.cfg")
            assert response.startswith(b"HTTP/1.1 200"), response
            time.sleep(0.02)

    thread = threading.Thread(target=client)
    thread.start()
    # In another process, so that it does not slow down the measuring thread.
    sender = multiprocessing.Process(target=send_forged, args=(server.port["tftp"],))
    sender.start()
    sender.join()
    time.sleep(5)
    stop.set()
    thread.join()
    print(f"forged TFTP: 4300 requests, slowest other download {slowest[0]:.2f} s")
    assert slowest[0] < 1


def rewrites(server):
    """Downloads a file while it is rewritten in place and by renaming."""
    def version(number):
        return (b"%08d\n" % number) * 2000

    for way in ("in place", "by renaming"):
        write("tree/common.cfg", version(0))
        stop, torn, empty, answered, failed = threading.Event(), [0], [0], [0], [0]

        def download():
            while not stop.is_set():
                response = get_http(server, b"/common.cfg")
                head, _, body = response.partition(b"\r\n\r\n")
                if not head.startswith(b"HTTP/1.1 200"):
                    failed[0] += 1
                    continue
                answered[0] += 1
                empty[0] += not body
                torn[0] += bool(body) and body != body[:9] * 2000

        threads = [threading.Thread(target=download) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(ROUNDS):
            if way == "in place":
                descriptor = os.open("tree/common.cfg", os.O_WRONLY | os.O_TRUNC)
                os.write(descriptor, version(number))
                os.close(descriptor)
            else:
                write("tree/.new", version(number))
                os.rename("tree/.new", "tree/common.cfg")
            # A pause now and then, as between the edits of a program.
            if number % 20 == 0:
                time.sleep(0.02)
        stop.set()
        for thread in threads:
            thread.join()
        print(f"rewritten {way}: {ROUNDS} times, {answered[0]} downloads, {torn[0]} torn, {empty[0]} empty, "
              f"{failed[0]} refused for retry")
        assert torn[0] == 0 and empty[0] == 0 and answered[0] > 0


build_tree()
server = Server("--rate-per-address", "100000")
try:
    refused_names(server)
    forged_burst(server)
    rewrites(server)
finally:
    server.stop()
print("hostile: passed")
