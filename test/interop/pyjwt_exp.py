"""Answers JSON lines on stdin, {"token", "secret", "leeway", "now"}, with "ok" or PyJWT's error, as if it were `now`."""
import datetime
import json
import sys
import time

import jwt
from jwt import api_jwt


class Clock(datetime.datetime):
    """The time of the question. PyJWT asks datetime.now(), older versions utcnow() or time.time()."""

    seconds = 0.0

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(cls.seconds, tz)

    @classmethod
    def utcnow(cls):
        return datetime.datetime.fromtimestamp(cls.seconds, datetime.timezone.utc).replace(tzinfo=None)


api_jwt.datetime = Clock
time.time = lambda: Clock.seconds


def answer(question):
    Clock.seconds = question["now"]
    try:
        jwt.decode(question["token"], question["secret"], algorithms=["HS256"], leeway=question["leeway"])
        return "ok"
    except jwt.PyJWTError as error:
        return type(error).__name__


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
