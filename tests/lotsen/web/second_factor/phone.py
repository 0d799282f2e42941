"""A phone with an app, for tests: it makes codes as RFC 6238 says, without our code."""

import base64
import hmac
import struct
from dataclasses import dataclass
from time import time

from django.test import Client

from tests.builders import PASSWORD


@dataclass
class Phone:
    """What the app was given when it was set up: a key."""

    key: str

    def code(self, *, steps: int = 0) -> str:
        """The six digits shown now, or `steps` times 30 seconds later."""
        counter = struct.pack(">Q", int(time()) // 30 + steps)
        digest = hmac.digest(base64.b32decode(self.key), counter, "sha1")
        at = digest[-1] & 15
        number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"


def begin(client: Client, name: str = "anna", password: str = PASSWORD) -> str:
    """Sign in with a password; where that leads."""
    answer = client.post("/anmelden/", {"login": name, "password": password})
    return answer.headers.get("Location", "")


def set_up(client: Client) -> Phone:
    """The app is set up in this session, which has just signed in."""
    page = client.get("/konto/zweiter-faktor/app/").content.decode()
    phone = Phone(page.split('class="key-text">')[1].split("<")[0].replace(" ", ""))
    answer = client.post("/konto/zweiter-faktor/app/", {"code": phone.code()})
    assert answer.headers.get("Location") == "/konto/zweiter-faktor/ersatzcodes/", answer.content
    return phone


def spare_codes(client: Client) -> list[str]:
    """The recovery codes this session shows."""
    page = client.get("/konto/zweiter-faktor/ersatzcodes/").content.decode()
    return [each.split("<")[0] for each in page.split("<code>")[1:]]


def confirm(client: Client, code: str) -> str:
    """The second step of signing in; where it leads, "" if it stays."""
    answer = client.post("/anmelden/bestaetigen/", {"code": code})
    return answer.headers.get("Location", "")
