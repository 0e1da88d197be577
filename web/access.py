"""Who may use the billing API: whoever shows one of its keys."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from http import HTTPStatus

from pydantic import SecretStr
from starlette.requests import Request

from web.refusals import ApiRefusal

_SCHEME = "bearer "


def key_check(keys: Sequence[SecretStr]) -> Callable[[Request], None]:
    """A check of the header `Authorization: Bearer <key>` (RFC 6750).

    Args:
        keys: any of them opens; none opens to nobody.

    Returns:
        What raises ApiRefusal 401 for a request without a valid key.
    """
    known = [_digest(key.get_secret_value()) for key in keys]

    def check(request: Request) -> None:
        if not known:
            raise ApiRefusal(
                HTTPStatus.UNAUTHORIZED,
                "The billing API is closed: no key is configured.",
                "Set DUNNING_API_KEYS and restart the web app.",
            )
        header = request.headers.get("authorization", "")
        shown = _digest(header[len(_SCHEME) :].strip()) if header.lower().startswith(_SCHEME) else b""
        # Every key is compared, so that the time taken tells nothing.
        if sum(hmac.compare_digest(shown, key) for key in known) == 0:
            raise ApiRefusal(
                HTTPStatus.UNAUTHORIZED,
                "The request shows no valid API key.",
                "Send the header Authorization: Bearer <key> with one of DUNNING_API_KEYS.",
            )

    return check


def _digest(key: str) -> bytes:
    # Of one length whatever the key's, since compare_digest shows where lengths differ.
    return hashlib.sha256(key.encode()).digest()
