"""What allauth asks us: how secrets lie in the database, and under which name we appear."""

from base64 import b64decode, b64encode
from uuid import UUID

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.timezone import now

from lotsen.accounts.models import User
from lotsen.crypto import envelope
from lotsen.crypto.envelope import Unopenable
from lotsen.errors import Damaged
from lotsen.vault import purposes
from lotsen.vault.purposes import Purpose


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are sealed with a key for this purpose; the database alone makes no code."""

    def encrypt(self, text: str) -> str:
        """`text` sealed with the newest key, after the id of that key.

        Raises:
            KeyringProblem: the keyring cannot be used at present.
        """
        key = purposes.newest(Purpose.SECOND_FACTOR, at=now())
        sealed = envelope.seal(key.key, text.encode(), _place(key.id))
        return f"{key.id.hex}:{b64encode(sealed).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given, with whichever key that was.

        Raises:
            Damaged: it was changed, or belongs to another installation.
            KeyringProblem: as above.
        """
        number, _, sealed = encrypted_text.partition(":")
        try:
            key = purposes.found(Purpose.SECOND_FACTOR, UUID(number))
            if key is None:
                raise Damaged("second_factor_damaged")
            return envelope.unseal(key.key, b64decode(sealed), _place(key.id)).decode()
        except (Unopenable, ValueError):
            raise Damaged("second_factor_damaged") from None

    def get_totp_issuer(self) -> str:
        return f"lotsen {context.request.get_host()}"

    def get_totp_label(self, user: User) -> str:
        return user.username

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": "lotsen"}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, object]:
        """What the person's own device shows beside the passkey: the user name, nothing more."""
        return {"id": user.pk.hex.encode(), "name": user.username, "display_name": user.username}


def _place(key: UUID) -> tuple[str, ...]:
    """Where a secret belongs: installation, purpose, key."""
    return ("lotsen/second-factor/v1", settings.INSTANCE, str(Purpose.SECOND_FACTOR), str(key))
