"""Writes the pay page as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dunning.party import Language
from dunning.wording import NO_BREAK, long_date, money
from web.page_words import word
from web.payable_view import PayableView, Situation

FOLDER = Path(__file__).with_name("pages")

PAGE_HEADERS: Mapping[str, str] = {
    # The address is the secret: no store, no search engine and no other site may learn it.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    # Chromium applies form-action to the redirect too, which leads to the payment provider; a sandbox
    # of the same machine speaks plain HTTP.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self' https: http://127.0.0.1:*"
    ),
}

_GOOD = frozenset({Situation.PAID, Situation.INSTALMENT_PAID, Situation.ON_ITS_WAY})
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_ENVIRONMENT.filters["together"] = lambda text: text.replace(" ", NO_BREAK)


def due_page(view: PayableView, *, card: bool, alert: str | None = None, status: int = 200) -> HTMLResponse:
    """The page of something that is to be paid: amount, card button, transfer instructions.

    Args:
        view: of a payable that is due.
        card: whether the button is shown.
        alert: key of a phrase above it all.
        status: HTTP status.
    """
    language, invoice = view.language, view.case.invoice
    say = partial(word, language=language)
    amount = money(view.amount, language)
    payee = view.creditor.cheque_payable_to
    return _page(
        "due.html",
        language,
        status,
        creditor=view.creditor,
        title=f"{say('title', number=invoice.number)} – {view.creditor.name}",
        alert=say(alert) if alert else None,
        heading=say("title", number=invoice.number),
        subheading=_instalment_line(view) or say("issued_on", issued=long_date(invoice.issue_date, language)),
        amount=amount,
        amount_lines=_amount_lines(view),
        card=card,
        checkout_path=f"/pay/{view.payable.token}/checkout",
        transfer=[
            (say("account_holder"), view.creditor.name),
            (say("iban"), _grouped(view.creditor.iban)),
            (say("bic"), view.creditor.bic),
            (say("reference"), invoice.number),
            (say("amount"), amount),
        ],
        cheque=say("cheque", payee=payee, reference=invoice.number) if payee else None,
    )


def situation_page(view: PayableView, *, phrase: str | None = None) -> HTMLResponse:
    """The page of something on which nothing is to be paid here.

    Args:
        view: of the payable.
        phrase: key of other words than those of the situation.
    """
    language, number = view.language, view.case.invoice.number
    key = phrase or view.situation.value
    details = {"number": number, "instalment": view.instalment or 0, "count": view.instalment_count}
    return _page(
        "notice.html",
        language,
        HTTPStatus.OK,
        creditor=view.creditor,
        title=f"{word('title', language, number=number)} – {view.creditor.name}",
        headline=word(key, language),
        detail=word(f"{key}_detail", language, **details),
        mood="good" if phrase or view.situation in _GOOD else "plain",
    )


def nameless_page(key: str, language: Language, status: HTTPStatus) -> HTMLResponse:
    """A page that says nothing about any invoice: unknown address, or books out of reach."""
    return _page(
        "notice.html",
        language,
        status,
        creditor=None,
        title=word(key, language),
        headline=word(key, language),
        detail=word(f"{key}_detail", language),
        mood="plain",
    )


def _page(template: str, language: Language, status: int, **values: Any) -> HTMLResponse:
    say = partial(word, language=language)
    html = _ENVIRONMENT.get_template(template).render(language=language.value, word=say, **values)
    return HTMLResponse(html, status, dict(PAGE_HEADERS))


def _instalment_line(view: PayableView) -> str | None:
    if view.instalment is None:
        return None
    return word("instalment", view.language, instalment=view.instalment, count=view.instalment_count)


def _amount_lines(view: PayableView) -> list[str]:
    language, total = view.language, view.case.invoice.amount
    lines = [word("due_on", language, due=long_date(view.due_on, language))]
    if view.accessories:
        lines.append(word("of_which", language, accessories=money(view.accessories, language)))
    if view.instalment is None and view.case.balance != total:
        lines.append(word("of_total", language, total=money(total, language)))
    return lines


def _grouped(iban: str) -> str:
    """An IBAN in groups of four, as it is printed (ISO 13616)."""
    compact = iban.replace(" ", "")
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))
