"""What a production server is set to, asked of a process of its own; and what no answer carries."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, override_settings

from tests.access.routes import all_routes
from tests.access.table import ROWS
from tests.builders import PASSWORD
from tests.conftest import Cast
from tests.lotsen.vault.test_starting import run
from tests.security.stage import browser, set_stage

ROOT = Path(__file__).parents[2]
_TELL = """
import json
import django
django.setup()
from django.conf import settings
names = [n for n in dir(settings) if n.isupper() and n not in ("SECRET_KEY", "DATABASES")]
print(json.dumps({n: getattr(settings, n) for n in names}, default=str))
"""
_A_YEAR = 365 * 24 * 60 * 60


@cache
def _production(*, demo: bool = False) -> dict[str, Any]:
    keyring = Path("/nonexistent/keyring.json")
    ended = run("-c", _TELL, keyring=keyring, LOTSEN_DEMO="1" if demo else "0")
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_families_are_served_over_tls_alone() -> None:
    settings = _production()
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SECURE_HSTS_SECONDS"] >= _A_YEAR
    assert settings["SECURE_HSTS_INCLUDE_SUBDOMAINS"]


def test_cookies_come_over_tls_from_this_host_alone() -> None:
    settings = _production()
    for name in ("SESSION", "CSRF"):
        assert settings[f"{name}_COOKIE_SECURE"]
        assert settings[f"{name}_COOKIE_HTTPONLY"]
        assert settings[f"{name}_COOKIE_SAMESITE"] == "Lax"
        assert settings[f"{name}_COOKIE_NAME"].startswith("__Host-")
        assert settings[f"{name}_COOKIE_PATH"] == "/"
        assert not settings[f"{name}_COOKIE_DOMAIN"]


def test_nothing_that_helps_developers_is_on() -> None:
    settings = _production()
    assert settings["DEBUG"] is False
    assert settings["DEMO"] is False
    apps = " ".join(settings["INSTALLED_APPS"])
    assert not re.search(r"debug_toolbar|django\.contrib\.admin|oauth2_provider|silk", apps)


def test_the_demo_says_what_it_leaves_out() -> None:
    """Without TLS on one's own machine: cookies that asked for it would never come back."""
    settings = _production(demo=True)
    assert settings["SESSION_COOKIE_NAME"] == "lotsen_session"
    assert not settings["SESSION_COOKIE_SECURE"]
    assert settings["DEBUG"] is False


def test_passwords_are_hashed_slowly_and_never_by_a_fast_hash() -> None:
    first, *others = _production()["PASSWORD_HASHERS"]
    assert first.endswith("ScryptPasswordHasher")
    assert all(other.endswith("PBKDF2PasswordHasher") for other in others)


@override_settings(SECURE_SSL_REDIRECT=True)
@pytest.mark.once
def test_a_program_without_tls_is_refused_and_a_person_is_led_on(db: None) -> None:
    refused = Client().get("/api/v1/cases/")
    assert refused.status_code == 403
    assert refused.json()["code"] == "tls_required"
    assert Client().get("/anmelden/").headers["Location"].startswith("https://")


@pytest.mark.parametrize(
    "fine",
    [
        "vier ruhige worte genügen",
        "x" * 8 + "Q7!" * 24,  # 80 characters
        "correct horse battery staple",
        "82914421991248",
        "ÄÖÜäöüß kaiserswerther Ufer",
        "   führende und folgende   ",
    ],
)
def test_any_composition_of_a_password_is_welcome(fine: str) -> None:
    validate_password(fine)


@pytest.mark.parametrize(
    "bad",
    ["kurz", "elf zeichen", "password1234", "passwordpassword", "qwertyuiop123", "Babylotse2026!",
     "familienbüro-familienbüro", "SommerSommer2026", "lotsen lotsen lotsen"],
)  # fmt: skip
def test_what_others_would_try_first_is_refused(bad: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(bad)


def test_a_password_counts_as_it_was_typed(cast: Cast) -> None:
    """Neither cut short nor folded: the last character and its case decide."""
    long = "Ä" + "a1 " * 30 + "Z"
    cast.anna.set_password(long)
    assert cast.anna.check_password(long)
    assert not cast.anna.check_password(long[:-1])
    assert not cast.anna.check_password(long.lower())
    assert not cast.anna.check_password(long.strip("Z"))


@pytest.mark.once
def test_every_answer_says_what_it_is_and_no_other_site_may_read_it(cast: Cast) -> None:
    stage = set_stage(cast)
    client = browser(cast.anna)
    for route in all_routes():
        url = route.url(stage.things[ROWS[route.name].about])
        answer = client.get(url, headers={"origin": "https://elsewhere.example"})
        kind = answer.headers.get("Content-Type", "")
        assert not answer.content or "charset=" in kind or "json" in kind or "pdf" in kind, url
        assert "Access-Control-Allow-Origin" not in answer.headers, url
        if route.name in {"logout", "lock"}:
            client = browser(cast.anna)


@pytest.mark.once
def test_methods_nobody_offers_are_refused_everywhere(cast: Cast) -> None:
    stage = set_stage(cast)
    client = browser(cast.anna)
    for route in all_routes():
        url = route.url(stage.things[ROWS[route.name].about])
        for method in ("TRACE", "CONNECT", "PROPFIND"):
            answer = client.generic(method, url)
            assert answer.status_code in (403, 405), (method, route.name, answer.status_code)


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/static/", "/static/js/", "/static/../manage.py", "/manage.py", "/var/",
     "/static/%2e%2e/manage.py", "/requirements.txt", "/admin/"],
)  # fmt: skip
@pytest.mark.once
def test_no_folder_and_no_source_is_served(cast: Cast, path: str) -> None:
    assert browser(cast.anna).get(path).status_code == 404


def test_the_web_server_in_front_speaks_todays_tls_and_keeps_no_addresses() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    protocols = re.findall(r"ssl_protocols ([^;]+);", text)
    assert protocols
    assert all(set(line.split()) <= {"TLSv1.2", "TLSv1.3"} for line in protocols)
    assert "access_log off;" in text
    assert "autoindex on" not in text


@pytest.mark.once
def test_no_account_exists_that_nobody_made(db: None, django_user_model: Any) -> None:
    assert not django_user_model.objects.exists()


@pytest.mark.once
def test_the_same_parameter_twice_is_no_way_round(cast: Cast) -> None:
    """Where a form is sent, what stands in the address is not part of it."""
    client = Client()
    sent = client.post("/anmelden/?login=anna&password=" + PASSWORD, {"login": "", "password": ""})
    assert sent.status_code in (200, 422)
    assert "_auth_user_id" not in client.session


@pytest.mark.once
def test_password_fields_hide_and_take_what_a_keeper_of_passwords_puts_in(cast: Cast) -> None:
    for client, url in ((Client(), "/anmelden/"), (browser(cast.anna), "/konto/kennwort/")):
        page = client.get(url).content.decode()
        fields = re.findall(r"<input[^>]*password[^>]*>", page)
        assert fields, url
        assert all('type="password"' in field for field in fields if "name=" in field)
        assert re.search(r'autocomplete="(current|new)-password"', page)
    for script in (ROOT / "static" / "js").glob("*.js"):
        assert "paste" not in script.read_text(encoding="utf-8"), script.name


@pytest.mark.once
def test_signing_out_is_on_every_page_of_somebody_signed_in(cast: Cast) -> None:
    client = browser(cast.anna)
    for url in ("/station/", "/eingang/", "/faelle/", "/konto/", "/angebote/", "/hilfe/"):
        assert 'action="/abmelden/"' in client.get(url).content.decode(), url
