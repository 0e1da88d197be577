"""A customer who follows the link of a reminder and pays, in plain HTTP like a browser."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx
from pydantic import BaseModel, ConfigDict

from embedded.stripe_hosted import OUTCOME_HEADER, HowToPay, Outcome

_MOST_PAGES = 5


class Visit(BaseModel):
    """How a visit ended."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    url: str
    """The page that the customer sees last."""
    page: str
    """Its HTML, where it is the sandbox's own; the creditor's return page is not fetched."""


class NoWayToPayError(RuntimeError):
    """The page led to no payment page."""


async def pay_as_customer(
    url: str, how: HowToPay = HowToPay.CARD, *, http: httpx.AsyncClient | None = None
) -> Visit:
    """Visit a link of a message and pay there.

    Args:
        url: A payment link, a Checkout session, or a page of our own whose first form leads to one.
        how: What the customer does on the payment page.
        http: The browser; a fresh one where it is missing.

    Raises:
        NoWayToPayError: A page without a form, or an error page.
    """
    if http is None:
        async with httpx.AsyncClient(timeout=20, trust_env=False) as fresh:
            return await pay_as_customer(url, how, http=fresh)
    answer = await http.get(url, follow_redirects=True)
    for _ in range(_MOST_PAGES):
        if OUTCOME_HEADER in answer.headers:
            return await _visit_ended(answer, http)
        form = _Form.on(answer)
        action = urljoin(str(answer.url), form.action)
        if form.pays:
            answer = await http.post(action, data={**form.fields, "how": how.value})
        elif form.posts:
            answer = await http.post(action, data=form.fields, follow_redirects=True)
        else:
            answer = await http.get(action, params=form.fields, follow_redirects=True)
    raise NoWayToPayError(
        f"{url} still leads to no payment after {_MOST_PAGES} pages, the last {answer.url}."
    )


async def _visit_ended(answer: httpx.Response, http: httpx.AsyncClient) -> Visit:
    outcome = Outcome(answer.headers[OUTCOME_HEADER])
    location = answer.headers.get("location", "")
    if location.startswith("/"):
        answer = await http.get(urljoin(str(answer.url), location))
    elif location:
        return Visit(outcome=outcome, url=location, page="")
    return Visit(outcome=outcome, url=str(answer.url), page=answer.text)


class _Form(HTMLParser):
    """The first form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False
        self.action = ""
        self.posts = False
        self.pays = False
        self.fields: dict[str, str] = {}
        self._inside = False

    @classmethod
    def on(cls, answer: httpx.Response) -> _Form:
        form = cls()
        form.feed(answer.text)
        if not form.found or answer.is_error:
            raise NoWayToPayError(f"{answer.url} (HTTP {answer.status_code}) offers no way to pay.")
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.found:
            self.found = self._inside = True
            self.action = attributes.get("action", "")
            self.posts = attributes.get("method", "get").lower() == "post"
        elif self._inside and tag == "input" and "name" in attributes:
            self.fields[attributes["name"]] = attributes.get("value", "")
        elif self._inside and tag == "button" and attributes.get("name") == "how":
            self.pays = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
