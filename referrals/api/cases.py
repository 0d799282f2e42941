"""Cases by their pseudonym, and what is asked, found and agreed for them."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from lotsen.access.reach import Page
from lotsen.access.rights import organisations_where
from lotsen.accounts.areas import Area
from lotsen.accounts.models import Organisation
from lotsen.accounts.roles import Right
from lotsen.audit import events
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput
from lotsen.places.finding import district_named
from lotsen.rest.endpoints import EndpointSet
from lotsen.rest.repeats import REPEATABLE
from offers.vocabulary import LANGUAGES
from referrals.api.assessments import (
    LONGEST,
    AssessmentInput,
    AssessmentSerializer,
    record_assessment,
)
from referrals.api.consents import ConsentInput, ConsentSerializer, record_consent
from referrals.api.handovers import HandoverInput, HandoverSerializer, request_handover
from referrals.api.matches import MatchesSerializer, matches_of
from referrals.cases import worklist
from referrals.cases.models import AccessRoute, Case, CaseQuerySet, CaseState, Household
from referrals.consent.models import Consent
from referrals.consent.rules import Category
from referrals.consent.viewpoints import Sight, sights, viewpoint
from referrals.handovers.models import Handover
from referrals.intake import actions as intake
from referrals.rights import marks
from referrals.rights.models import DisputedPart
from referrals.rights.rules import told_parts


class CaseSerializer(serializers.Serializer[Any]):
    """A case as far as it is meant for who asks: coarse facts, never a name.

    The house that holds it reads all of them; a house that takes part reads what the family
    agreed to pass on, and the rest stays empty.
    """

    pseudonym = serializers.CharField()
    state = serializers.ChoiceField(CaseState.choices)
    language = serializers.CharField(help_text="BCP 47")
    interpreting = serializers.BooleanField()
    child_age_months = serializers.IntegerField(
        allow_null=True, help_text="on `aged_on`; −9 to −1 in pregnancy"
    )
    aged_on = serializers.DateField(allow_null=True)
    household = serializers.ChoiceField([("", ""), *Household.choices])
    district = serializers.CharField(help_text="key of the district")
    holder = serializers.CharField(help_text="short name of the house")
    opened_at = serializers.DateTimeField()
    touched_at = serializers.DateTimeField()
    closure_reason = serializers.CharField()
    disputed = serializers.ListField(
        child=serializers.ChoiceField(DisputedPart.choices),
        help_text="parts the family contests (§ 84 SGB X): use and pass on with this mark only",
    )


class CaseInput(serializers.Serializer[Any]):
    """What opens a case."""

    district = serializers.CharField(
        max_length=LONGEST, help_text="key, or the name where only one is called so"
    )
    language = serializers.ChoiceField([(code, code) for code in LANGUAGES])
    child_age_months = serializers.IntegerField(min_value=-9, max_value=216)
    household = serializers.ChoiceField(Household.choices, default=Household.UNKNOWN)
    interpreting = serializers.BooleanField(default=False)
    route = serializers.ChoiceField(AccessRoute.choices, default=AccessRoute.SCREENING)
    organisation = serializers.CharField(
        required=False,
        max_length=LONGEST,
        help_text="short name of the house, where you work in several",
    )


def represented(
    case: Case | worklist.Row, view: Sight, *, holder: str, contested: Sequence[str]
) -> dict[str, object]:
    """A case for the serializer, as `view` shows it: the same as on its page.

    Args:
        holder: slug of the house that holds it.
        contested: parts the family contests.
    """
    tells_language = view.sees(Category.LANGUAGE)
    return {
        "pseudonym": case.pseudonym,
        "state": case.state,
        "language": case.language if tells_language else "",
        "interpreting": case.interpreting and tells_language,
        "child_age_months": case.child_age_months if view.is_holder else None,
        "aged_on": case.aged_on if view.is_holder else None,
        "household": case.household if view.is_holder else "",
        "district": case.district_id if view.sees(Category.DISTRICT) else "",
        "holder": holder,
        "opened_at": case.opened_at,
        "touched_at": case.touched_at,
        "closure_reason": case.closure_reason,
        "disputed": told_parts(contested, view.categories, is_holder=view.is_holder),
    }


class CaseEndpoints(mixins.RetrieveModelMixin, EndpointSet[Case]):
    """Cases of your houses. There is no PATCH: a case changes by verbs."""

    area = Area.CASES
    serializer_class = CaseSerializer
    lookup_field = "pseudonym"

    def get_queryset(self) -> CaseQuerySet:
        return Case.objects.visible_to(self.actor).with_parties()

    def page(self, rows: Any, *, after: str | None, size: int) -> Page[Any]:  # noqa: ARG002
        return worklist.page(self.actor, after=after, size=size, beside=marks.parts_of_case)

    def list(self, request: Request) -> Response:  # noqa: ARG002
        """Cases of your houses, shared with you or taken over, last touched first."""
        rows: Sequence[Any] = self.paginate_queryset(Case.objects.none()) or []
        self._note(Deed.LIST, [row.pseudonym for row in rows])
        views = sights(rows, self.actor)
        told = [
            represented(
                row,
                views[row.pk],
                holder=row.holder_slug,
                contested=marks.parts_in(row.beside),
            )
            for row in rows
        ]
        return self.get_paginated_response(CaseSerializer(told, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002
        """One case by its pseudonym."""
        return self._told(self.get_object())

    @extend_schema(request=CaseInput, responses={201: CaseSerializer}, parameters=[REPEATABLE])
    def create(self, request: Request) -> Response:
        """Open a case; the answer names its pseudonym."""
        values = dict(self.checked(CaseInput(data=request.data)))
        house = self._house(values.pop("organisation", None))
        district = district_named(values.pop("district"), near=house.municipality)
        made = self.once(
            lambda: intake.open_case(
                actor=self.actor, organisation=house, district=district, **values, at=now()
            )
        )
        return self._told(get_object_or_404(self.get_queryset(), pk=made), status=201)

    @extend_schema(
        request=AssessmentInput, responses={201: AssessmentSerializer}, parameters=[REPEATABLE]
    )
    @action(detail=True, methods=["post"])
    def assessments(self, request: Request, **_: str) -> Response:
        """Record a finished pass through an instrument. What is not answered was not asked."""
        case = self.get_object()
        values = self.checked(AssessmentInput(data=request.data))
        made = self.once(lambda: record_assessment(case, values, actor=self.actor, at=now()))
        sheet = get_object_or_404(case.assessments.select_related("version__instrument"), pk=made)
        self._note(Deed.READ, [case.pseudonym], fields=("answers", "needs", "resources"))
        return Response(AssessmentSerializer(sheet).data, status=201)

    @extend_schema(responses=MatchesSerializer)
    @action(detail=True)
    def matches(self, request: Request, **_: str) -> Response:  # noqa: ARG002
        """Fitting offers, best first, with reasons; and what was left out, with why not."""
        case = self.get_object()
        self._note(Deed.READ, [case.pseudonym], fields=("matches",))
        return Response(MatchesSerializer(matches_of(case, actor=self.actor, at=now())).data)

    @extend_schema(
        request=ConsentInput, responses={201: ConsentSerializer}, parameters=[REPEATABLE]
    )
    @action(detail=True, methods=["post"])
    def consents(self, request: Request, **_: str) -> Response:
        """Record what the family agreed to, for one named house."""
        case = self.get_object()
        values = self.checked(ConsentInput(data=request.data))
        made = self.once(lambda: record_consent(case, values, actor=self.actor, at=now()))
        consents = Consent.objects.visible_to(self.actor).with_parties()
        consent = get_object_or_404(consents, pk=made)
        self._note(Deed.READ, [case.pseudonym], fields=("consents",))
        return Response(ConsentSerializer(consent).data, status=201)

    @extend_schema(
        request=HandoverInput, responses={201: HandoverSerializer}, parameters=[REPEATABLE]
    )
    @action(detail=True, methods=["post"])
    def handovers(self, request: Request, **_: str) -> Response:
        """Ask the house that answers for an offer, under a consent of the family."""
        case = self.get_object()
        values = self.checked(HandoverInput(data=request.data))
        made = self.once(lambda: request_handover(case, values, actor=self.actor, at=now()))
        sent = Handover.objects.visible_to(self.actor).with_parties()
        handover = get_object_or_404(sent, pk=made)
        self._note(Deed.READ, [case.pseudonym], fields=("handovers",))
        return Response(HandoverSerializer(handover).data, status=201)

    def _told(self, case: Case, status: int = 200) -> Response:
        """One case; no event, no answer."""
        self._note(Deed.READ, [case.pseudonym])
        view = viewpoint(case, self.actor)
        told = represented(case, view, holder=case.holder.slug, contested=marks.contested(case.pk))
        return Response(CaseSerializer(told).data, status=status)

    def _house(self, slug: str | None) -> Organisation:
        """The one house the actor opens cases in, or the one named.

        Raises:
            InvalidInput: several and none named.
        """
        houses = organisations_where(self.actor, Right.OPEN_CASE)
        if slug is not None:
            return get_object_or_404(Organisation, slug=slug, pk__in=houses)
        if len(houses) > 1:
            raise InvalidInput("house_not_named", field="organisation")
        return get_object_or_404(Organisation, pk__in=houses)

    def _note(self, deed: Deed, shown: Sequence[str], fields: tuple[str, ...] = ()) -> None:
        events.record(
            deed, actor=self.actor, object_type="case", shown=shown, fields=fields, reason="api"
        )
