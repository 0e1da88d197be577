"""The forms in which settings are written: paths, addresses, keys, lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from runtime.yaml_files import CHECKOUT

_DATABASES = ("sqlite", "postgresql+psycopg", "postgresql")
_API_KEY = re.compile(r"[!-+\--~]{24,}")


def _by_commas(value: Any) -> Any:
    """Split a list as a variable holds it; each secret may be surrounded by spaces."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _from_checkout(path: Path) -> Path:
    """A relative path starts at the checkout, wherever the program was called from."""
    return CHECKOUT / path.expanduser()


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        msg = f"{text!r} is not the address of a web server"
        raise ValueError(msg)
    return text.rstrip("/")


def _database(url: str) -> str:
    # Never in the words of the library, which repeat the URL and with it the password.
    try:
        driver = make_url(url).drivername
    except (ArgumentError, ValueError):
        raise ValueError("is not a database URL") from None
    if driver not in _DATABASES:
        msg = f"{driver!r} is no database that the ledger can live in: sqlite or postgresql"
        raise ValueError(msg)
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _stripe_key(key: SecretStr) -> SecretStr:
    if not key.get_secret_value().startswith(("sk_", "rk_")):
        raise ValueError(
            "is not a secret key of Stripe, which begins with sk_ or rk_ (pk_ is the public one)"
        )
    return key


def _webhook_secret(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().startswith("whsec_"):
        raise ValueError("is not the signing secret of a webhook endpoint, which begins with whsec_")
    return secret


def _api_key(key: SecretStr) -> SecretStr:
    if not _API_KEY.fullmatch(key.get_secret_value()):
        raise ValueError("a key must be 24 or more letters, digits or signs, without spaces")
    return key


CheckoutPath = Annotated[Path, AfterValidator(_from_checkout)]
"""A path that starts at the checkout where it is relative."""
WebAddress = Annotated[str, AfterValidator(_web_address)]
"""http or https, without query and closing slash."""
DatabaseUrl = Annotated[str, AfterValidator(_database)]
"""As SQLAlchemy reads it; PostgreSQL always by psycopg."""
StripeKey = Annotated[SecretStr, AfterValidator(_stripe_key)]
WebhookSecrets = Annotated[
    tuple[Annotated[SecretStr, AfterValidator(_webhook_secret)], ...], NoDecode, BeforeValidator(_by_commas)
]
ApiKeys = Annotated[
    tuple[Annotated[SecretStr, AfterValidator(_api_key)], ...], NoDecode, BeforeValidator(_by_commas)
]
