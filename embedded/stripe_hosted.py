"""The pages that the Stripe sandbox shows a customer: what is due, how to pay, what became of it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs

from babel.numbers import format_currency
from jinja2 import Environment, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from embedded.stripe_book import PageClosedError, StripeBook
from embedded.stripe_objects import Json
from embedded.stripe_params import StripeApiError
from providers.stripe_amounts import from_stripe_units

OUTCOME_HEADER = "x-sandbox-outcome"


class HowToPay(StrEnum):
    """What a customer does on the page."""

    CARD = "card"
    DEBIT = "debit"
    """Pending at first; the bank accepts it later."""
    FAILING_DEBIT = "failing-debit"
    """Pending at first; the bank rejects it later."""
    DECLINED_CARD = "declined-card"
    CANCEL = "cancel"


class Outcome(StrEnum):
    """What became of a visit."""

    PAID = "paid"
    PENDING = "pending"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    CLOSED = "closed"


_WORDS = MappingProxyType(
    {
        "fr": {
            "title": "Paiement (bac à sable)",
            "notice": "Bac à sable Stripe\u00a0: aucun argent ne circule.",
            "card": "Payer par carte",
            "debit": "Payer par prélèvement SEPA",
            "trials": "Pour essayer",
            "declined": "Carte refusée",
            "failing": "Prélèvement qui sera rejeté",
            "cancel": "Annuler et revenir",
            "paid": "Paiement reçu. Merci\u00a0!",
            "pending": "Prélèvement enregistré\u00a0: votre banque confirmera dans quelques jours.",
            "declined_now": "La carte a été refusée. Essayez un autre moyen de paiement.",
            "inactive": "Ce lien n’est plus actif.",
            "expired": "Cette page de paiement a expiré.",
            "unknown": "Cette page de paiement n’existe pas.",
        },
        "en": {
            "title": "Payment (sandbox)",
            "notice": "Stripe sandbox: no money moves.",
            "card": "Pay by card",
            "debit": "Pay by SEPA debit",
            "trials": "To try out",
            "declined": "Declined card",
            "failing": "Debit that will be rejected",
            "cancel": "Cancel and go back",
            "paid": "Payment received. Thank you!",
            "pending": "Debit registered: your bank will confirm it in a few days.",
            "declined_now": "The card was declined. Try another way to pay.",
            "inactive": "This link is no longer active.",
            "expired": "This payment page has expired.",
            "unknown": "There is no such payment page.",
        },
    }
)
_PAGE = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(
    Path(__file__).with_name("stripe_page.html").read_text(encoding="utf-8")
)


class StripeHosted:
    """Shows links and sessions, and lets a customer pay there."""

    def __init__(self, book: StripeBook, debit_begun: Callable[[str, bool], None]) -> None:
        """Work on one account.

        Args:
            book: Its rules.
            debit_begun: Told the payment of a debit and whether the bank will accept it.
        """
        self._book = book
        self._debit_begun = debit_begun

    def routes(self) -> list[Route]:
        """The pages under /pay."""
        return [
            Route("/pay/{id}", self._visit, methods=["GET"]),
            Route("/pay/{id}", self._confirm, methods=["POST"]),
        ]

    async def _visit(self, request: Request) -> Response:
        identity = request.path_params["id"]
        locale = request.query_params.get("locale", "auto")
        try:
            if identity.startswith("plink_"):
                session = self._book.visit_link(identity, locale)
                return RedirectResponse(session["url"], status_code=303)
            return self._session_page(self._book.session(identity))
        except PageClosedError as error:
            return _page(locale, Outcome.CLOSED, message=error.own_words or _words(locale)[error.reason])
        except StripeApiError:
            return _page(locale, Outcome.CLOSED, message=_words(locale)["unknown"], status=404)

    async def _confirm(self, request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        try:
            session = self._book.session(request.path_params["id"])
            return self._do(HowToPay(form["how"][0]), session)
        except (StripeApiError, KeyError, ValueError):
            return _page("auto", Outcome.CLOSED, message=_words("auto")["unknown"], status=404)

    def _do(self, how: HowToPay, session: Json) -> Response:
        locale = session["locale"]
        try:
            match how:
                case HowToPay.CANCEL:
                    return _leave(session, Outcome.CANCELLED, session["cancel_url"])
                case HowToPay.DECLINED_CARD:
                    self._book.decline(session)
                    message = _words(locale)["declined_now"]
                    return self._session_page(session, message=message, outcome=Outcome.DECLINED)
                case HowToPay.CARD:
                    self._book.complete(session, paid=True)
                    return _leave(session, Outcome.PAID, session["success_url"])
                case HowToPay.DEBIT | HowToPay.FAILING_DEBIT:
                    intent = self._book.complete(session, paid=False)
                    self._debit_begun(intent["id"], how is HowToPay.DEBIT)
                    return _leave(session, Outcome.PENDING, session["success_url"])
        except PageClosedError as error:
            return _page(locale, Outcome.CLOSED, message=error.own_words or _words(locale)[error.reason])

    def _session_page(
        self, session: Json, *, message: str | None = None, outcome: Outcome | None = None
    ) -> Response:
        if session["status"] == "expired":
            expired = _words(session["locale"])["expired"]
            return _page(session["locale"], Outcome.CLOSED, message=expired)
        if session["status"] == "complete":
            state = Outcome.PAID if session["payment_status"] == "paid" else Outcome.PENDING
            return _page(session["locale"], state, session=session, message=_words(session["locale"])[state])
        return _page(session["locale"], "open", session=session, message=message, outcome=outcome)


def _leave(session: Json, outcome: Outcome, url: str | None) -> Response:
    headers = {OUTCOME_HEADER: outcome}
    target = url or f"/pay/{session['id']}"
    return RedirectResponse(target, status_code=303, headers=headers)


def _words(locale: str) -> dict[str, str]:
    return _WORDS.get(locale, _WORDS["fr" if locale == "auto" else "en"])


def _page(
    locale: str,
    state: str,
    *,
    session: Json | None = None,
    message: str | None = None,
    outcome: Outcome | None = None,
    status: int = 200,
) -> Response:
    language = locale if locale in _WORDS else "en"
    shown: dict[str, Any] = {"label": "", "amount": "", "action": ""}
    if session is not None:
        due = from_stripe_units(session["amount_total"], session["currency"])
        shown = {
            "label": session["_description"],
            "amount": format_currency(due.amount, due.currency, locale=language),
            "action": f"/pay/{session['id']}",
        }
    html = _PAGE.render(language=language, words=_words(locale), state=state, message=message, **shown)
    closed = {OUTCOME_HEADER: Outcome.CLOSED} if state == Outcome.CLOSED else {}
    headers = {OUTCOME_HEADER: outcome} if outcome else closed
    return HTMLResponse(html, status_code=status, headers=headers)
