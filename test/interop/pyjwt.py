"""Answers JSON lines on stdin with JSON lines on stdout, by PyJWT: {"op", "secret", "payload" | "token"}."""
import json
import sys

import jwt


def answer(question):
    secret = question["secret"]
    if question["op"] == "encode":
        return {"token": jwt.encode(question["payload"], secret, algorithm="HS256")}
    try:
        return {"payload": jwt.decode(question["token"], secret, algorithms=["HS256"])}
    except jwt.PyJWTError as error:
        return {"error": type(error).__name__}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
