"""The key file of a TypeScript application, read from Python: the same secret that loadSecret returns."""

import sys
from pathlib import Path


def load_secret(path):
    """The text of the file, less exactly one LF or CR LF at its end. (str.strip() would take more.)"""
    text = Path(path).read_bytes().decode("utf-8")
    for line_end in ("\r\n", "\n"):
        if text.endswith(line_end):
            return text[: -len(line_end)]
    return text


if __name__ == "__main__":
    sys.stdout.buffer.write(load_secret(sys.argv[1]).encode("utf-8"))
