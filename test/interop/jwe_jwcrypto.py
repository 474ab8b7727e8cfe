"""Answers JSON lines on stdin with JSON lines on stdout, by jwcrypto: {"op", "secret", "name", "payload" | "token"}."""
import base64
import json
import sys

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from jwcrypto import jwe, jwk
from jwcrypto.common import JWException


def session_key(secret, name):
    """As docs/encryption.md says."""
    info = b"microdot/session/v1/encrypt\0" + name.encode()
    key = HKDF(SHA256(), length=32, salt=None, info=info).derive(secret.encode())
    return jwk.JWK(kty="oct", k=base64.urlsafe_b64encode(key).rstrip(b"=").decode())


def answer(question):
    key = session_key(question["secret"], question["name"])
    if question["op"] == "encode":
        header = {"alg": "dir", "enc": "A256GCM", "typ": "JWT"}
        plaintext = json.dumps(question["payload"], ensure_ascii=False).encode()
        token = jwe.JWE(plaintext, json.dumps(header))
        token.add_recipient(key)
        return {"token": token.serialize(compact=True)}
    token = jwe.JWE(algs=["dir", "A256GCM"])
    try:
        token.deserialize(question["token"], key)
        return {"payload": json.loads(token.payload.decode())}
    except (JWException, ValueError) as error:
        return {"error": type(error).__name__}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
