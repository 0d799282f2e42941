"""Fill an empty installation with the demo city and made-up families."""

import random
from argparse import ArgumentParser
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import localdate, localtime, now

from lotsen.accounts.models import Organisation, User
from lotsen.errors import Refusal
from lotsen.places.models import District, Municipality
from lotsen.pseudonyms import new_pseudonym
from referrals.assessments.models import current_version
from referrals.cases.models import Case
from referrals.management.demo import city, planning, quarters
from referrals.management.demo.families import draw
from referrals.management.demo.stories import STORIES, Stage, Story
from referrals.management.demo.teamwork import work_together
from referrals.retention.actions import plan
from referrals.statistics.actions import fold, freeze_due

ANSWERING = {"familienbuero-demo": "bilal", "traeger-regenbogen-demo": "emre"}
FIRST_HOUR, LAST_HOUR = 8, 16  # nobody is asked at night
NAVIGATORS = ("anna", "anna", "hanna", "anna", "carla")


class Command(BaseCommand):
    help = (
        "Füllt die Demo: erfundene Stellen, Konten und Familien. Derselbe Startwert ergänzt nichts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--city", default="duesseldorf", help="Kürzel der Stadt")
        parser.add_argument("--cases", type=int, default=60, help="wie viele Familien")
        parser.add_argument(
            "--quarters",
            type=int,
            default=0,
            help="wie viele abgeschlossene Quartale mit erfundenen Zahlen",
        )
        parser.add_argument("--seed", type=int, default=1, help="Startwert des Zufalls")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        if not settings.DEMO and not settings.DEBUG:
            raise CommandError(
                "load_demo legt Konten mit bekanntem Kennwort an und läuft nur mit LOTSEN_DEMO=1. "
                "Es wurde nichts geändert."
            )
        for name in ("cases", "quarters"):
            if options[name] < 0:
                raise CommandError(f"--{name} muss 0 oder größer sein. Es wurde nichts geändert.")
        if options["quarters"] > quarters.QUARTERS:
            raise CommandError(
                f"--quarters kann höchstens {quarters.QUARTERS} sein. Es wurde nichts geändert."
            )
        if options["city"] not in city.CITIES:
            raise CommandError(
                f"Für die Stadt „{options['city']}“ gibt es keine Demo. Möglich ist: "
                f"{', '.join(city.CITIES)}. Es wurde nichts geändert."
            )
        municipality = city.settle(options["city"], at=now() - timedelta(days=500))
        city.invite(at=now())
        added = sum(
            self._family(municipality, number, options["seed"])
            for number in range(options["cases"])
        )
        if added:
            _plan_erasure(municipality)
            work_together(at=now())
        self.stdout.write(
            f"{municipality.name}: {added} Familien ergänzt, "
            f"{options['cases'] - added} waren schon da. Konten: Kennwort {city.PASSWORD}."
        )
        if options["quarters"]:
            self._past(municipality, options["quarters"], options["seed"])

    def _past(self, municipality: Municipality, number: int, seed: int) -> None:
        """Families of quarters that are over, as numbers only, frozen and planned with."""
        moment = now()
        today = localdate(moment)
        while fold(at=moment):
            pass
        told = quarters.tell(municipality, today=today, seed=seed, quarters=number)
        frozen = freeze_due(at=moment)
        planning.plan(municipality, quarters.closed(today, number), seed=seed, at=moment)
        self.stdout.write(
            f"Auswertung: {told} erfundene Familien früherer Quartale gezählt, "
            f"{len(frozen)} Quartale eingefroren."
        )

    def _family(self, municipality: Municipality, number: int, seed: int) -> bool:
        """One family with its own chance, so that more families later change none of these."""
        chance = random.Random(f"{seed}:{number}")  # noqa: S311  a demo has no secrets
        pseudonym = new_pseudonym(chance)
        if Case.objects.filter(pseudonym=pseudonym).exists():
            return False
        story = STORIES[number] if number < len(STORIES) else _any_story(chance)
        story.tell(self._stage(municipality, number, story, chance, pseudonym))
        return True

    def _stage(
        self,
        municipality: Municipality,
        number: int,
        story: Story,
        chance: random.Random,
        pseudonym: str,
    ) -> Stage:
        # The first families are Anna's, one in each state; after that the houses take turns.
        navigator = "anna" if number < len(STORIES) else chance.choice(NAVIGATORS)
        return Stage(
            family=draw(chance, number, list(District.objects.filter(municipality=municipality))),
            navigator=User.objects.get(username=navigator),
            answering={
                Organisation.objects.get(slug=house).pk: User.objects.get(username=person)
                for house, person in ANSWERING.items()
            },
            version=current_version(),
            chance=chance,
            clock=_begin(story, chance),
            pseudonym=lambda: pseudonym,
        )


def _plan_erasure(municipality: Municipality) -> None:
    """Gero has planned what is due, so that Frieda finds a run that waits for her."""
    gero = User.objects.get(username="gero")
    with suppress(Refusal):  # nothing is due: few families, none of them long ago
        plan(municipality, actor=gero, at=now())


def _any_story(chance: random.Random) -> Story:
    return chance.choices(STORIES, [story.weight for story in STORIES])[0]


def _begin(story: Story, chance: random.Random) -> datetime:
    """A moment of a working day in the story's past; all of the story fits before now."""
    first, last = story.began
    moment = localtime(now() - timedelta(days=chance.uniform(first, last), hours=1))
    if not FIRST_HOUR <= moment.hour < LAST_HOUR:
        moment = (moment - timedelta(days=1)).replace(hour=chance.randrange(FIRST_HOUR, LAST_HOUR))
    return moment
