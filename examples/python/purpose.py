"""Sessions of a TypeScript application that has a `purpose`, read and written from Python with PyJWT."""

import hashlib
import hmac
import json
import sys

import jwt


def purpose_key(secret, purpose):
    """The 32-byte key of a purpose: HKDF-SHA-256 (RFC 5869) with an empty salt."""
    if len(secret) < 32:
        raise ValueError("a purpose needs a secret of 32 bytes or more")
    info = b"microdot/session/v1/sign\x00" + purpose.encode("utf-8")
    # RFC 5869, 2.2: a salt that is not provided is as many zero bytes as the hash is long.
    pseudorandom_key = hmac.digest(bytes(hashlib.sha256().digest_size), secret, "sha256")
    # 2.3: 32 bytes are one block, T(1).
    return hmac.digest(pseudorandom_key, info + b"\x01", "sha256")


def read_session(token, secret, purpose, audience=None):
    """The data of a session cookie; raises a jwt.PyJWTError where it is not one, is expired, or is for somebody else."""
    # Without this list a token would choose how it is checked.
    return jwt.decode(token, purpose_key(secret, purpose), algorithms=["HS256"], audience=audience)


def write_session(data, secret, purpose):
    """The value of a session cookie."""
    return jwt.encode(data, purpose_key(secret, purpose), algorithm="HS256")


if __name__ == "__main__":
    # purpose.py read TOKEN SECRET PURPOSE [AUDIENCE] | write JSON SECRET PURPOSE. Give real secrets by a file, not here.
    command, value, secret, purpose, *audience = sys.argv[1:]
    if command == "write":
        print(write_session(json.loads(value), secret.encode("utf-8"), purpose))
    else:
        try:
            print(json.dumps(read_session(value, secret.encode("utf-8"), purpose, *audience)))
        except jwt.PyJWTError as error:
            sys.exit(type(error).__name__)
