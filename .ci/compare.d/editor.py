"""A small editor that records the responses of `fvprov lsp`."""

import json
import subprocess
import threading

CAPABILITIES = {
    "textDocument": {
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source.fixAll"]}}},
    },
    "workspace": {
        "workspaceEdit": {"documentChanges": True},
        "codeLens": {"refreshSupport": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
}
# Typed one character per keystroke: a name with its value, and an unknown name.
TYPED = "\nlang.gui = English\naccount.1.sip_sever.1.address = sip.example.com"
LONGEST_SESSION = 1800


class Editor:
    """A session over stdin and stdout, with one request at a time."""

    def __init__(self, command, top, environment):
        self.process = subprocess.Popen(
            command, cwd=top, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.watchdog = threading.Timer(LONGEST_SESSION, self.process.kill)
        self.watchdog.daemon = True
        self.watchdog.start()
        self.top, self.asked, self.asked_by_server = top, 0, []
        folder = top.as_uri()
        params = {
            "processId": None,
            "rootUri": folder,
            "capabilities": CAPABILITIES,
            "workspaceFolders": [{"uri": folder, "name": "tree"}],
        }
        self.greeting = self.ask("initialize", params)
        self.tell("initialized", {})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        """The response to a request: its result or its error."""
        self.asked += 1
        self.send({"id": self.asked, "method": method, "params": params})
        answer = self.wait(lambda message: "method" not in message and message.get("id") == self.asked)
        return {key: value for key, value in answer.items() if key in ("result", "error")}

    def read(self):
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b": ")
            length = int(value) if name.lower() == b"content-length" else length
        if not length:
            raise EOFError("the language server ended")
        return json.loads(self.process.stdout.read(length))

    def wait(self, fits):
        """The next matching message. Requests of the server get an empty response."""
        while True:
            message = self.read()
            if "method" in message and "id" in message:
                self.asked_by_server.append((message["method"], message.get("params")))
                self.send({"id": message["id"], "result": None})
            if fits(message):
                return message

    def open(self, path):
        """Open a file. Returns its text and its diagnostics."""
        text = (self.top / path).read_bytes().decode("utf-8", "replace")
        uri = (self.top / path).as_uri()
        self.tell(
            "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "cfg", "version": 0, "text": text}}
        )
        return uri, text, self.diagnostics(uri, 0)

    def diagnostics(self, uri, version):
        """The diagnostics of a version of a text."""

        def fits(message):
            params = message.get("params") or {}
            published = message.get("method") == "textDocument/publishDiagnostics"
            return published and params["uri"] == uri and params.get("version") == version

        return self.wait(fits)["params"]["diagnostics"]

    def type(self, uri, version, line, column, text):
        """Insert a text, and wait for the new diagnostics."""
        place = {"line": line, "character": column}
        change = {"range": {"start": place, "end": place}, "text": text}
        document = {"uri": uri, "version": version}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        return self.diagnostics(uri, version)

    def strokes(self, uri, line, count, each=lambda place: None):
        """Type `count` characters at the start of a line, and call a function after each one."""
        column = 0
        for version in range(1, count + 1):
            typed = TYPED[(version - 1) % len(TYPED)]
            yield self.type(uri, version, line, column, typed)
            line, column = (line + 1, 0) if typed == "\n" else (line, column + 1)
            each({"textDocument": {"uri": uri}, "position": {"line": line, "character": column}})

    def close(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.process.stdin.close()
        code = self.process.wait()
        self.watchdog.cancel()
        return code


def transcript(command, top, environment, paths):
    """The responses of the server in a session that opens, queries, edits and closes some files."""
    editor = Editor(command, top, environment)
    try:
        return session(editor, paths)
    finally:
        editor.process.kill()


def session(editor, paths):
    lines = [("initialize", "", editor.greeting)]

    def ask(method, about, params):
        answer = editor.ask(method, params)
        lines.append((method, about, answer))
        return answer.get("result")

    for path in paths:
        uri, text, found = editor.open(path)
        lines.append(("diagnostics", path, found))
        document = {"textDocument": {"uri": uri}}
        rows = text.split("\n")
        for method in ("documentSymbol", "codeLens"):
            ask(f"textDocument/{method}", path, document)
        ask("textDocument/formatting", path, {**document, "options": {"tabSize": 4, "insertSpaces": True}})
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": len(rows), "character": 0}}
        for context in (
            {"diagnostics": []},
            {"diagnostics": found, "only": ["quickfix"]},
            {"diagnostics": [], "only": ["source"]},
        ):
            ask("textDocument/codeAction", path, {**document, "range": whole, "context": context})
        for row in range(0, len(rows), 1 + len(rows) // 12):
            for column in sorted({0, len(rows[row]) // 2, len(rows[row].rstrip("\r"))}):
                place = {**document, "position": {"line": row, "character": column}}
                about = f"{path}:{row + 1}:{column + 1}"
                for method in ("hover", "definition"):
                    ask(f"textDocument/{method}", about, place)
                ask("textDocument/references", about, {**place, "context": {"includeDeclaration": True}})
                items = ask("textDocument/completion", about, place) or []
                items = items["items"] if isinstance(items, dict) else items
                for item in items[:2]:
                    ask("completionItem/resolve", about, item)
        for count, found in enumerate(editor.strokes(uri, len(rows) // 2, len(TYPED))):
            lines.append(("diagnostics", f"{path}, stroke {count + 1}", found))
        editor.tell("textDocument/didSave", document)
        editor.tell("textDocument/didClose", document)
    ask("fvprov/nothing", "", {})
    ask("textDocument/hover", "a request without a position", {"textDocument": {"uri": "file:///nowhere"}})
    lines.append(("asked by the server", "", sorted(map(json.dumps, editor.asked_by_server))))
    lines.append(("exit code", "", editor.close()))
    return "".join(json.dumps(line, sort_keys=True) + "\n" for line in lines).encode()
