"""Looking at the outside services: does the mail server let us in, does Stripe know our key."""

from __future__ import annotations

from providers.protocols import ProviderError
from providers.smtp import SmtpMailProvider, SmtpSettings
from providers.stripe_pages import StripePages, StripeSettings
from runtime.finding import Finding, broken, doubtful, fine

_MAIL, _STRIPE = "Mail server", "Stripe"


async def check_mail(settings: SmtpSettings | None) -> Finding:
    """Connect, encrypt and log in as for a message, and send none."""
    if settings is None:
        return doubtful(_MAIL, "none is configured, so no e-mail can be sent", "Set DUNNING_SMTP_HOST.")
    try:
        async with SmtpMailProvider(settings) as mail:
            await mail.check()
    except ProviderError as error:
        return broken(_MAIL, str(error), "The settings are DUNNING_SMTP_HOST, _PORT, _SECURITY and so on.")
    return fine(_MAIL, f"{settings.host}:{settings.port} lets us in ({settings.security})")


async def check_stripe(settings: StripeSettings | None) -> Finding:
    """Read one link and one event with the key."""
    if settings is None:
        return fine(_STRIPE, "not configured: messages offer transfer and cheque")
    pages = StripePages(settings)
    try:
        await pages.check()
    except ProviderError as error:
        return broken(
            _STRIPE, str(error), "Check DUNNING_STRIPE_API_KEY, and that this machine reaches Stripe."
        )
    finally:
        await pages.aclose()
    if not settings.webhook_secrets:
        return doubtful(
            _STRIPE,
            "the key works, but no webhook secret is set, so payments by card are not heard of at once",
            "Add an endpoint for /webhooks/stripe at Stripe and set DUNNING_STRIPE_WEBHOOK_SECRETS.",
        )
    return fine(_STRIPE, "the key works")
