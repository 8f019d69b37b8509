#!/usr/bin/env bash
# dhcppython 0.1.4 (PyPI): option 66 keeps a zero byte at its end, which some DHCP servers append, so a comparison with the configured URL fails.
# An option that a server split after 255 bytes (RFC 3396) stays two options, and a newline at the start of the value is removed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv; venv/bin/pip install -q --disable-pip-version-check dhcppython==0.1.4

seen=$(venv/bin/python - <<'END'
from dhcppython.options import OptionList, options
for value in [b"http://h/", b"http://h/\0", b"\nhttp://h/"]:
    print(value, options.bytes_to_object(bytes([66, len(value)]) + value).value)
parts = [b"http://h/" + b"x" * 246, b"/end/"]
split = OptionList([options.bytes_to_object(bytes([66, len(part)]) + part) for part in parts])
print("split:", [len(option.data) for option in split])
END
)
echo "dhcppython 0.1.4"; echo "$seen"
expected="b'http://h/' {'tftp_server_name': 'http://h/'}
b'http://h/\\x00' {'tftp_server_name': 'http://h/\\x00'}
b'\\nhttp://h/' {'tftp_server_name': 'http://h/'}
split: [255, 5]"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
