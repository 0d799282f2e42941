"""Who can sign in at the made-up city, and what it says of them."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator

# User name → the claims beside the number that each of them gets.
PEOPLE: dict[str, dict[str, Any]] = {
    "known": {"email": "anna@example.org", "email_verified": True},
    "twofold": {"email": "bilal@example.org", "email_verified": True, "amr": ["pwd", "mfa"]},
    "unsure": {"email": "bilal@example.org", "email_verified": False},
    "stranger": {"email": "nobody@example.org", "email_verified": True},
    "closed": {"email": "carla@example.org", "email_verified": True},
    "namesake": {"email": "anna@example.org", "email_verified": True},  # the address given anew
}


class Claims(OAuth2Validator):
    """Tells of each what PEOPLE says, in the signed token and when asked."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        return PEOPLE[request.user.username]
