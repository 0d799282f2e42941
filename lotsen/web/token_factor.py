"""A token is refused while its owner must have a second factor and has none: it would be the way
round. Asked at every use, because roles come and factors go after a token was made.
"""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from lotsen.accounts.factors import has_second_factor
from lotsen.accounts.models import ApiToken
from lotsen.errors import NotPermitted
from lotsen.web.second_factor.requirement import needs_one

if TYPE_CHECKING:  # it asks for its permissions while it is loaded
    from rest_framework.views import APIView


class OwnerHasSecondFactor(BasePermission):
    """For tokens alone; a session was asked when it began."""

    def has_permission(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002
        """
        Raises:
            NotPermitted: the owner needs a second factor and has none; an event tells of it.
        """
        if not isinstance(request.auth, ApiToken):
            return True
        user = request.auth.user
        if needs_one(user) and not has_second_factor(user):
            raise NotPermitted("token_without_factor", right="second_factor")
        return True
