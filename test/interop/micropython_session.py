# HS256 session tokens with what a MicroPython board has: hashlib, binascii, json.
import binascii
import hashlib
import json


def hmac_sha256(key, message):
    if len(key) > 64:
        key = hashlib.sha256(key).digest()
    key += bytes(64 - len(key))
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()


def to_base64url(data):
    return binascii.b2a_base64(data).rstrip(b"=\n").replace(b"+", b"-").replace(b"/", b"_")


def from_base64url(text):
    return binascii.a2b_base64(text.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(text) % 4))


# Text, not a dict: a dict of MicroPython keeps no order.
HEADER = b'{"typ": "JWT", "alg": "HS256"}'


def encode(payload, secret):
    signed = to_base64url(HEADER) + b"." + to_base64url(json.dumps(payload).encode())
    return (signed + b"." + to_base64url(hmac_sha256(secret.encode(), signed))).decode()


def decode(token, secret):
    header, payload, signature = token.encode().split(b".")
    if from_base64url(signature) != hmac_sha256(secret.encode(), header + b"." + payload):
        return None
    return json.loads(from_base64url(payload))


def answer(line):
    question = json.loads(line)
    if question["op"] == "encode":
        return json.dumps({"token": encode(question["payload"], question["secret"])})
    payload = decode(question["token"], question["secret"])
    return json.dumps({"error": "refused"} if payload is None else {"payload": payload})
