"""What must be answered: a declaration for each route about a family, read beside docs/adr/0004.

Nothing here asks the code under test. `RIGHTS` is written down once more, word by word: a change
in lotsen.accounts.roles that is not meant shows here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lotsen.accounts.roles import Role
from tests.access.table import NO, ROWS, Row, Statuses
from tests.access.world import Actor, Place, State

_WORK = frozenset(
    {"open", "assess", "view", "identity", "share", "request", "answer", "follow", "close", "break"}
)
RIGHTS: dict[Role, frozenset[str]] = {
    Role.SCREENER: frozenset({"open", "assess"}),
    Role.NAVIGATOR: _WORK,
    Role.FAMILY_OFFICE: _WORK,
    Role.PROVIDER: frozenset({"view", "identity", "answer", "follow"}),
}
# Ways of answering. Anything else is a mismatch, above all an error of the server.
IN = frozenset({200, 201, 302, 400, 409, 422})
OUT = frozenset({403, 404})
NO_METHOD = frozenset({405})
DOOR = frozenset({302, 401})  # to the sign-in page
STOPPED = frozenset({409})
DESCRIBED = frozenset({200})  # what the API says of an address, the same whether the thing exists
# For everybody; whoever is signed in is led on, whatever the method.
ALREADY_IN = {"login", "account_login"}


@dataclass(frozen=True)
class Here:
    """One actor before the family in one state."""

    actor: Actor
    state: State

    def own(self, right: str) -> bool:
        """Holds the right in the house of the case."""
        return self.actor.place is Place.OWN and self._has(right)

    def asked(self, right: str) -> bool:
        """Holds the right in the house that was asked."""
        return self.actor.place is Place.ASKED and self._has(right)

    def _has(self, right: str) -> bool:
        return self.actor.role is not None and right in RIGHTS.get(self.actor.role, ())

    @property
    def works(self) -> bool:
        """Assigned, or standing in for who is."""
        return self.actor.assigned or self.actor.deputises

    @property
    def knows(self) -> bool:
        """The own house's case: a colleague does not know of one for insiders only."""
        return self.own("view") and (self.works or self.state is not State.INSIDERS)

    @property
    def takes_part(self) -> bool:
        return self.asked("view") and self.state in PARTICIPATING

    @property
    def sees(self) -> bool:
        """The case exists for this actor."""
        return self.state is not State.ERASED and (self.knows or self.takes_part)

    @property
    def sees_handover(self) -> bool:
        if self.state is State.ERASED:
            return False
        return self.knows or (self.asked("view") and self.state in REQUESTED)


PARTICIPATING = {State.ACCEPTED, State.RESTRICTED, State.INSIDERS}
RESTING = {State.CLOSED, State.RESTRICTED}
REQUESTED = {*PARTICIPATING, State.REQUESTED, State.WITHDRAWN}

type Test = Callable[[Here], bool]


def _case(right: str, *, guests: bool = False) -> Test:
    """The case is seen, and the right held in its house (or as a guest in one's own)."""
    return lambda here: here.sees and (here.own(right) or (guests and here.asked(right)))


def _identity(here: Here) -> bool:
    """While the case is restricted (Art. 18) the house that was asked reads nobody's name."""
    guests = here.state is not State.RESTRICTED
    return _case("identity", guests=guests)(here)


def _handover(sender: bool = False, recipient: bool = False) -> Test:
    return lambda here: (
        here.sees_handover
        and ((sender and here.own("request")) or (recipient and here.asked("answer")))
    )


def _sees(here: Here) -> bool:
    return here.sees


def _sees_handover(here: Here) -> bool:
    return here.sees_handover


def _nobody(here: Here) -> bool:
    return False


def _may_withdraw(here: Here) -> bool:
    return here.sees_handover and (here.own("assess") or here.asked("answer"))


def _follows(here: Here) -> bool:
    return here.state is not State.ERASED and here.knows and here.own("follow")


def _in_log(here: Here) -> bool:
    return here.sees and here.own("identity") and here.works


@dataclass(frozen=True)
class Rule:
    """Who is let in on reading and on sending. None: the method does not exist."""

    reads: Test | None
    sends: Test | None


def _both(test: Test) -> Rule:
    return Rule(test, test)


_MOVES = {
    "accept": _handover(recipient=True),
    "decline": _handover(recipient=True),
    "start": _handover(recipient=True),
    "hold": _handover(recipient=True),
    "resume": _handover(recipient=True),
    "complete": _handover(recipient=True),
    "fail": _handover(recipient=True),
    "cancel": _handover(sender=True, recipient=True),
}

RULES: dict[str, Rule] = {
    "intake-screening": _both(_case("assess")),
    "intake-needs": _both(_case("assess")),
    "intake-review": _both(_case("assess")),
    "case": Rule(_sees, None),
    "case-assign": Rule(None, _case("share")),
    "case-team": _both(_case("share")),
    "case-emergency": _both(_case("break")),
    "case-close": _both(_case("close")),
    "case-contact": _both(_case("follow", guests=True)),
    "case-identity": _both(_identity),
    "case-notes": _both(_case("identity", guests=True)),
    "case-log": Rule(_in_log, None),
    "case-rights": _both(_case("identity")),
    "case-rights-file": Rule(None, _nobody),  # nothing was asked for yet
    "case-correct": _both(_case("identity")),
    "consents": Rule(_sees, None),
    "consent-withdraw": Rule(_sees_handover, _may_withdraw),
    "matches": _both(_case("assess")),
    "gap": Rule(None, _case("assess")),
    "handover-prepare": _both(_case("request")),
    "handover": Rule(_sees_handover, None),
    "handover-review": _both(_handover(sender=True)),
    "handover-mark-error": Rule(None, _handover(sender=True)),
    **{f"handover-{move}": Rule(None, who) for move, who in _MOVES.items()},
    "follow-up-done": Rule(None, _follows),
    "api-case-detail": Rule(_sees, None),
    "api-case-assessments": Rule(None, _sees),
    "api-case-matches": Rule(_case("assess"), None),
    "api-case-consents": Rule(None, _sees),
    "api-case-handovers": Rule(None, _sees),
    "api-consent-withdraw": Rule(None, _may_withdraw),
    "api-handover-detail": Rule(_sees_handover, None),
    **{f"api-handover-{move}": Rule(None, who) for move, who in _MOVES.items()},
}

ABOUT_A_FAMILY = {"case", "handover", "consent", "follow-up"}


def expected(name: str, method: str, actor: Actor, state: State) -> frozenset[int]:
    """The statuses that may answer this request."""
    row = ROWS[name]
    if name in ALREADY_IN:
        return IN | NO_METHOD
    if actor.role is None:
        return _outside(row, method)
    if method == "OPTIONS" and name.startswith("api-"):
        return DESCRIBED
    if name in RULES:
        return _by_rule(RULES[name], method, Here(actor, state))
    return _by_row(row, method, actor)


def _by_rule(rule: Rule, method: str, here: Here) -> frozenset[int]:
    test = rule.reads if method in ("GET", "HEAD") else rule.sends
    if test is None or method not in ("GET", "HEAD", "POST"):
        return NO_METHOD
    if test(here):
        return IN
    # Who sees the case may learn first that nobody works on it now.
    return OUT | STOPPED if here.sees and here.state in RESTING else OUT


def _outside(row: Row, method: str) -> frozenset[int]:
    if method in ("GET", "HEAD"):
        return frozenset({row.get[0]})
    if method == "POST":
        return frozenset({row.post[0]})
    return NO_METHOD | DOOR


def _by_row(row: Row, method: str, actor: Actor) -> frozenset[int]:
    """For what is about no family: the table says it for the cast, who stand for their likes."""
    statuses = row.get if method in ("GET", "HEAD") else row.post
    if method not in ("GET", "HEAD", "POST") or statuses[1:] == NO[1:]:
        return NO_METHOD
    told = _told(row, statuses, method, actor)
    if told is None:
        return IN | OUT
    return IN if told in IN else OUT if told in OUT else frozenset({told})


def _told(row: Row, statuses: Statuses, method: str, actor: Actor) -> int | None:
    if len(set(statuses[1:])) == 1 and not row.offices and row.editor is None:
        return statuses[1]
    if actor.role in row.offices:
        own = row.offices[actor.role][0 if method in ("GET", "HEAD") else 1]
        return own if actor.place is Place.OWN else None
    if row.offices and len(set(statuses[1:])) == 1:
        return statuses[4]
    if actor.role is Role.COORDINATOR:
        return statuses[4]  # counts in every house alike
    column = {
        (Role.NAVIGATOR, Place.OWN): 1,
        (Role.FAMILY_OFFICE, Place.ASKED): 2,
        (Role.NAVIGATOR, Place.ELSEWHERE): 3,
        (Role.CHILD_PROTECTION_ADVISER, Place.ELSEWHERE): 4,
    }.get((actor.role or Role.SCREENER, actor.place))
    return None if column is None else statuses[column]
