"""The texts a family may be asked in: what `text_version` and `language` of a consent refer to."""

from rest_framework import mixins, serializers

from lotsen.accounts.areas import Area
from lotsen.rest.endpoints import EndpointSet
from referrals.consent.models import ConsentText, TextStatus


class ConsentTextSerializer(serializers.ModelSerializer[ConsentText]):
    text_version = serializers.CharField(source="version", read_only=True)
    questions = serializers.DictField(child=serializers.CharField(), read_only=True)
    words = serializers.DictField(
        child=serializers.CharField(),
        read_only=True,
        help_text="buttons and labels; empty before version 2. {recipient} is yours to fill in",
    )

    class Meta:
        model = ConsentText
        fields = [
            "text_version", "language", "legal_regime", "title", "body", "questions", "words",
            "sha256", "reviewed_by", "released_at",
        ]  # fmt: skip
        read_only_fields = fields


class ConsentTextEndpoints(mixins.ListModelMixin, EndpointSet[ConsentText]):
    """Released texts only; drafts of translations are not for asking families."""

    area = Area.BASICS
    serializer_class = ConsentTextSerializer
    queryset = ConsentText.objects.filter(status=TextStatus.RELEASED)
    ordered_by = ("language", "id")
