from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dunning.facts import PaymentReceived
from dunning.journal import TaskKind
from dunning.party import CustomerKind, Language
from embedded.stripe_sandbox import StripeSandbox
from rendering.templates import TemplateBook
from tests.activities.office import Office, office, part_of
from tests.activities.papers import DUE, FIRST, ROOT, at, customer, invoice, payment
from tests.activities.stripe_desk import stripe_pages
from tests.rendering.reading import plain, read_html, shown
from workflows.assignments import StepResult

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "template": "{{7*7}}{% raw %}{# x #}",
    "cdata": "a ]]> b <![CDATA[ c",
    "right to left": "\u202eMARTIN\u202c שלום",
    "emoji": "Café 🧑‍🍳 déjà‑vu",
    "long": "Établissements " + "très-" * 120 + "longs",
    "quotes": "\"><img src=x onerror=alert(1)> ' & &amp;",
    "dot": ".",
    "header": "=?utf-8?q?Bcc:_x@example.com?=",
}


async def whole_course(desk: Office) -> str:
    """Every message of a course: courtesy, reminders, the notice, an instalment's, the thanks.

    Returns:
        The call sheet.
    """
    for step, day in (
        ("courtesy", DUE - timedelta(days=3)),
        ("reminder-1", FIRST),
        ("reminder-2", FIRST + timedelta(days=3)),
        ("reminder-3", FIRST + timedelta(days=10)),
    ):
        desk.now = at(day)
        await desk.plan()
        assert (await desk.attempt(step)).result is StepResult.DONE, step
    desk.now = at(date(2026, 4, 7))
    assert (await desk.attempt("call")).result is StepResult.DONE
    (call,) = desk.tasks(TaskKind.CALL)
    desk.now = at(date(2026, 4, 20))
    desk.approve("formal-notice")
    assert (await desk.attempt("formal-notice")).result is StepResult.DONE
    parts = [{"due_on": "2026-05-04", "amount": "600.00"}, {"due_on": "2026-06-04", "amount": "600.00"}]
    planned = await desk.plan(desk.told("agree_payment_plan", command=True, instalments=parts, note="x"))
    desk.now = planned.steps[0].at
    assert (await desk.attempt(planned.steps[0].step, instalment=1)).result is StepResult.DONE
    desk.book(PaymentReceived(event_id="p", payment=payment("1300.00", "p", date(2026, 4, 30))))
    await desk.plan()
    assert (await desk.close()).thanked
    return call.sheet or ""


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
async def test_words_of_others_stay_words(tmp_path: Path, words: str) -> None:
    """In every field that others fill, through every template: shown as they are, never run or obeyed."""
    async with (
        StripeSandbox() as sandbox,
        stripe_pages(sandbox) as pages,
        office(tmp_path, pages=pages) as desk,
    ):
        desk.now = at(date(2026, 2, 20))
        person: dict[str, Any] = dict.fromkeys(
            ("name", "contact_name", "payer_name", "phone", "address"), words
        )
        figures: dict[str, Any] = dict.fromkeys(("description", "order_number"), words)
        desk.register(invoice(number=f"N {words}"[:255], **figures), customer(**person))
        sheet = await whole_course(desk)
        assert desk.received == 7
        for message in desk.sink.messages:
            assert message.recipients == ("compta@garage-dupont.example",)
            assert message.header("Bcc") == ""
            assert message.header("To").endswith("<compta@garage-dupont.example>")
            assert f"N {words}"[:255] in message.subject
            mail = desk.message(message.number)
            page = read_html(part_of(mail, "text/html"))
            assert page.tags.isdisjoint({"script", "img", "iframe"})
            assert all(link.startswith(sandbox.address) for link in page.links)
            assert "49" not in plain(shown(part_of(mail, "text/html"))).replace(words, "").split()
        assert words in plain(desk.text(3))
        assert words in sheet


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", CustomerKind)
async def test_every_kind_of_customer_gets_a_whole_course(
    tmp_path: Path, kind: CustomerKind, language: Language
) -> None:
    """Each message of the course goes out in both languages, to businesses, consumers and public buyers."""
    async with office(tmp_path) as desk:
        desk.now = at(date(2026, 2, 20))
        desk.register(customer_=customer(kind=kind, language=language, siren=None))
        await whole_course(desk)
        assert desk.received == 7


async def test_a_faulty_template_costs_its_step_alone(tmp_path: Path) -> None:
    """The user's reminder has an error: a task names file and line, nothing goes out, the next step does."""
    own = tmp_path / "own" / "fr" / "email"
    own.mkdir(parents=True)
    (own / "reminder-1.j2").write_text(
        "{% extends layout %}\n{% block subject %}{{ ballance }}{% endblock %}"
    )
    async with office(tmp_path, templates=TemplateBook([tmp_path / "own", ROOT / "templates"])) as desk:
        desk.register()
        assert (await desk.attempt()).result is StepResult.FAILED
        (task,) = desk.tasks(TaskKind.STEP_FAILED)
        assert "reminder-1.j2:2" in task.details["problem"]
        assert "ballance" in task.details["problem"]
        assert desk.received == 0
        assert desk.case().next_step == "reminder-2"
        desk.now = at(FIRST + timedelta(days=3))
        assert (await desk.attempt("reminder-2")).result is StepResult.DONE
