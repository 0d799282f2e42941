"""Sending twice, doing once: the `Idempotency-Key` of a POST.

A client that never got an answer sends the same request again under the same key. What the
first one made is found again and answered as it stands now, through the same eyes as any
reading: who may no longer see it is not answered by an old right. A refused request leaves
nothing, so it may be sent again under its key.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from lotsen.accounts.models import User
from lotsen.errors import InvalidInput
from lotsen.rest.models import CarriedOut

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)

_KEY = re.compile(r"[\x21-\x7e]{1,255}")  # visible ASCII

REPEATABLE = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        "A random value of your own, such as a UUID, new for each thing you want done. Sent again "
        "within 24 hours with the same content, the request is not carried out twice: the answer "
        "tells how what it made stands now. With another content it is refused "
        "(`idempotency_key_reused`). A refused request may be sent again under its key."
    ),
)


def once(request: Request, do: Callable[[], UUID], *, actor: User, at: datetime) -> UUID:
    """The id of what `do` makes, or made before for `actor` under the key of this request.

    Without a key it is simply done. Of two at the same moment one waits for the other: the
    unique column decides.

    Raises:
        InvalidInput: the key is unreadable, or was used with another request.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return do()
    if not _KEY.fullmatch(key):
        raise InvalidInput("idempotency_key_unreadable", field=HEADER)
    carried_out, is_new = _carried_out(_digest(key), _asked(request), actor=actor, at=at)
    if is_new:
        carried_out.made = do()
        carried_out.save(update_fields=["made"])
    if carried_out.made is None:
        raise ValueError("a request that was carried out made something")
    return carried_out.made


@transaction.atomic
def _carried_out(key: str, asked: str, *, actor: User, at: datetime) -> tuple[CarriedOut, bool]:
    CarriedOut.objects.filter(user=actor, at__lte=at - KEPT).delete()
    try:
        with transaction.atomic():
            return CarriedOut.objects.create(user=actor, key=key, asked=asked, at=at), True
    except IntegrityError:
        before = CarriedOut.objects.get(user=actor, key=key)
    if before.asked != asked:
        raise InvalidInput("idempotency_key_reused", field=HEADER)
    return before, False


def _asked(request: Request) -> str:
    content = json.dumps(request.data, sort_keys=True)
    return _digest("\n".join([str(request.method), request.path, content]))


def _digest(text: str) -> str:
    return salted_hmac("lotsen.rest.repeats", text, algorithm="sha256").hexdigest()
