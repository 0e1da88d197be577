from __future__ import annotations

import re
import time
from datetime import date
from typing import Any

import mrml
import pytest

from dunning.party import CustomerKind, Language
from rendering.context import MessageContext
from rendering.emails import EventTemplate, render_email, template_file, variables
from rendering.templates import Format, TemplateBook
from tests.rendering.reading import Message, forms, plain, read_html, rich_message, shown


def test_nothing_is_loaded_from_outside(messages: list[Message], book: TemplateBook) -> None:
    """No web font, picture, script or style sheet: opening a message tells nobody."""
    for template, context in messages:
        html = render_email(book, template, context).html
        page = read_html(html)
        assert page.tags.isdisjoint({"link", "script", "img", "iframe", "form", "object"}), template
        assert "@import" not in html
        assert "url(" not in html
        assert set(page.links) <= {context.pay_url}


HOSTILE = (
    "<script>alert(1)</script>",
    "A & B <b>gras</b>",
    "fin ]]> &amp; &#60;",
    "{{ 7*7 }} {% for x in y %} {# non #}",
    '"><img src=x onerror=alert(1)>',
    "' onload='x",
    "<mj-raw><a href='https://bad.example'>",
    "<!-- --> <![CDATA[ x",
)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("template", ["reminder-2", "formal-notice", EventTemplate.PLAN_CONFIRMATION])
def test_hostile_values_are_shown_as_they_are(
    messages: list[Message], book: TemplateBook, template: str, hostile: str
) -> None:
    """What a file or a customer brought is text: shown letter by letter, never run or rendered."""
    context = rich_message(messages, template, CustomerKind.BUSINESS, Language.FRENCH)
    values: dict[str, Any] = {
        "invoice": context.invoice.model_copy(update={"description": hostile, "order_number": hostile}),
        "customer": context.customer.model_copy(
            update={"name": hostile, "contact_name": hostile, "address": f"{hostile}\n{hostile}\x0b\x00"}
        ),
        "creditor": context.creditor.model_copy(update={"contact_name": hostile, "signatory": hostile}),
    }
    email = render_email(book, template, context.model_copy(update=values))
    page = read_html(email.html)
    assert page.tags.isdisjoint({"script", "img", "mj-raw", "link"})
    assert page.attributes.isdisjoint({"onerror", "onload"})
    assert set(page.links) <= {context.pay_url}
    assert plain(hostile) in plain(shown(email.html))
    assert plain(hostile) in plain(email.text)
    assert "\x0b" not in email.text + email.html


def test_a_hostile_payment_link_cannot_leave_its_attribute(
    messages: list[Message], book: TemplateBook
) -> None:
    """Quotes in an address are escaped; only web addresses are accepted at all."""
    context = rich_message(messages, "reminder-1", CustomerKind.BUSINESS, Language.FRENCH)
    url = 'https://pay.example/?a="><script>x</script>&b=1'
    page = read_html(render_email(book, "reminder-1", context.model_copy(update={"pay_url": url})).html)
    assert "script" not in page.tags
    assert page.links == [url]
    with pytest.raises(ValueError, match="no web address"):
        MessageContext.model_validate({**dict(context), "pay_url": "javascript:alert(1)"})


def test_an_unknown_address_prints_nothing_in_its_place(messages: list[Message], book: TemplateBook) -> None:
    """What is not known is left out; the word None never reaches a customer."""
    for template, context in messages:
        for text in forms(render_email(book, template, context)).values():
            assert not re.search(r"\bNone\b|Undefined|\{\{|\{%", text), template


def test_amounts_due_today_are_the_ones_of_today(messages: list[Message], book: TemplateBook) -> None:
    """The same context gives the same bytes: rendering reads no clock."""
    context = rich_message(messages, "reminder-1", CustomerKind.BUSINESS, Language.FRENCH)
    assert context.today == date(2026, 1, 12)
    assert render_email(book, "reminder-1", context) == render_email(book, "reminder-1", context)


def test_rendering_stays_fast(messages: list[Message], book: TemplateBook) -> None:
    """A message costs a few milliseconds at most; prints what it took beside MJML alone."""
    context = rich_message(messages, "reminder-3", CustomerKind.BUSINESS, Language.FRENCH)
    name = template_file("reminder-3", Language.FRENCH)
    mjml = book.render(name, Format.HTML, Language.FRENCH, variables(context) | {"subject": "-"})

    def best(work: Any) -> float:
        spans = []
        for _ in range(30):
            begin = time.perf_counter()
            work()
            spans.append(time.perf_counter() - begin)
        return min(spans) * 1000

    bare, whole = best(lambda: mrml.to_html(mjml)), best(lambda: render_email(book, "reminder-3", context))
    print(f"MJML alone {bare:.2f} ms, subject + text + HTML {whole:.2f} ms")  # noqa: T201
    assert whole < 20
