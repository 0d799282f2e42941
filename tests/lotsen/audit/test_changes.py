"""What the change log holds, and what must never get there."""

import json
from typing import Any

import pytest
from auditlog.context import set_extra_data
from auditlog.registry import auditlog
from django.apps import apps
from django.db.models import Model
from django.test import Client

from lotsen.accounts.models import Membership, User
from lotsen.audit.changes import attribute_to, logged_fields
from lotsen.audit.models import AccessEvent, ChangeEntry
from lotsen.privacy import REGISTER
from lotsen.vault.models import CaseKey, SealedText
from tests.builders import NOON, make_district
from tests.conftest import Cast

LOGGED = [model for model, classes in REGISTER.items() if classes.logged]


def entries(row: Model) -> list[ChangeEntry]:
    return list(ChangeEntry.objects.get_for_object(row).order_by("pk"))


@pytest.mark.parametrize("model", LOGGED, ids=lambda model: model.__name__)
def test_only_operational_fields_are_watched(model: type[Model]) -> None:
    watched = auditlog.get_model_fields(model)
    classes = REGISTER[model]

    assert watched["include_fields"] == logged_fields(classes)
    assert set(watched["include_fields"]) <= classes.operational
    assert not set(watched["include_fields"]) & {"password", "last_login"}
    assert watched["mask_fields"] == []  # masking keeps half of a name


def test_logs_counts_and_sealed_tables_are_not_watched() -> None:
    delta = apps.get_model("referrals", "Delta")
    for model in (AccessEvent, ChangeEntry, CaseKey, SealedText, delta):
        assert not auditlog.contains(model)


def test_a_change_of_a_case_is_told_without_what_is_sensitive(cast: Cast) -> None:
    cast.case.language = "ar"
    cast.case.assigned_to = None
    cast.case.save()

    created, changed = entries(cast.case)
    assert changed.object_repr == cast.case.pseudonym
    assert changed.changes == {"assigned_to": [str(cast.anna.pk), "None"]}
    assert not set(created.changes) & REGISTER[type(cast.case)].sensitive


def test_no_name_of_a_professional_gets_into_the_change_log(cast: Cast) -> None:
    cast.anna.display_name = "Anna Neumann"
    cast.anna.is_active = False
    cast.anna.save()

    logged = json.dumps(list(ChangeEntry.objects.values()), default=str)
    for secret in ("anna", "Anna", "example.org", cast.anna.password):
        assert secret not in logged
    assert entries(cast.anna)[-1].object_repr == str(cast.anna.pk)


def test_signing_in_changes_nothing_worth_an_entry(cast: Cast, client: Client) -> None:
    before = ChangeEntry.objects.count()
    client.login(username="anna", password="wrong")
    cast.anna.set_password("another horse battery staple")
    cast.anna.save()

    assert ChangeEntry.objects.count() == before


def test_an_entry_names_its_author_but_not_their_address(cast: Cast) -> None:
    context = {"actor": cast.dora, "remote_addr": "203.0.113.5", "remote_port": 4711}
    with set_extra_data(context):
        cast.case.restricted = True
        cast.case.save()

    entry = entries(cast.case)[-1]
    assert entry.actor == cast.dora
    columns = {field.name for field in ChangeEntry._meta.concrete_fields}
    assert not columns & {"actor_email", "remote_addr", "remote_port"}


def test_who_signs_in_late_is_the_author_all_the_same(cast: Cast) -> None:
    with set_extra_data({"actor": None}):
        attribute_to(cast.dora)
        cast.case.restricted = True
        cast.case.save()

    assert entries(cast.case)[-1].actor == cast.dora


def test_an_entry_carries_the_number_of_the_request_and_no_header(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lotsen.audit.requests.current_request_id", lambda: "number-1")
    cast.case.restricted = True
    cast.case.save()

    assert entries(cast.case)[-1].cid == "number-1"


def test_joining_and_leaving_are_told(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.anna)
    membership.until = NOON
    membership.save(update_fields=["until"])

    joined, left = entries(membership)
    assert joined.changes["role"] == ["None", "navigator"]
    assert list(left.changes) == ["until"]


def test_lists_of_places_are_told(cast: Cast) -> None:
    cast.office.districts_served.add(make_district())

    assert entries(cast.office)[-1].changes["districts_served"]["objects"] == ["Bilk"]


def test_lists_of_people_are_not(cast: Cast) -> None:
    watched: dict[type[Model], Any] = auditlog._registry

    assert watched[User]["m2m_fields"] == set()


def test_a_removed_row_leaves_only_operational_values(cast: Cast) -> None:
    pk, classes = cast.case.pk, REGISTER[type(cast.case)]
    cast.case.delete()

    entry = ChangeEntry.objects.filter(object_pk=str(pk)).latest("pk")
    assert entry.action == ChangeEntry.Action.DELETE
    assert set(entry.changes) <= classes.operational
    assert "'tr'" not in str(entry.changes)
