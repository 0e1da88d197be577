"""Made-up messages of every kind, so that each template is tried before it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dunning.arrangement import Instalment, Promise
from dunning.claim import Claim, ClaimInput, claim
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.legal_rules import LegalRules
from dunning.money import Money
from dunning.party import Creditor, Customer, CustomerKind, Language
from dunning.policy import AskAccessories, PolicyStep, Tone
from dunning.rates import RateTable, Semester, SemesterRates
from rendering.context import (
    AccessoriesLeft,
    Contact,
    DueInstalment,
    MessageContext,
    OpenItem,
    SheetContext,
    accessories_for,
)
from rendering.emails import EventTemplate

_DUE = date(2025, 11, 28)
_TODAY = date(2026, 1, 12)
_PAID = Payment(event_id="sample-payment", amount=Money.of(500, "EUR"), received_on=date(2025, 12, 15))
_CREDITED = CreditNote(
    event_id="sample-credit", amount=Money.of("99.50", "EUR"), issued_on=date(2025, 12, 2), reference="AV-7"
)
_RATES = RateTable(
    semesters=(
        SemesterRates(
            semester=Semester(year=2025, half=2),
            ecb=Decimal(2),
            legal=Decimal(3),
            source="made up",
            seen_on=_DUE,
        ),
    )
)
_PLAN = (
    Instalment(number=1, due_on=date(2026, 2, 2), amount=Money.of(400, "EUR")),
    Instalment(number=2, due_on=date(2026, 3, 2), amount=Money.of("605.00", "EUR")),
)

CREDITOR = Creditor(
    creditor_id="sample",
    name="Menuiserie Exemple",
    legal_form="SARL",
    siren="732829320",
    address="12 rue des Ateliers\n69007 Lyon",
    court="RCS Lyon",
    share_capital="20 000 €",
    email="compta@menuiserie.example",
    contact_name="Camille Exemple",
    phone="04 72 00 00 00",
    signatory="Camille Exemple",
    signatory_capacity="gérante",
    iban="FR7630004000031234567890143",
    bic="BNPAFRPPXXX",
    cheque_payable_to="Menuiserie Exemple",
)


def customer(kind: CustomerKind, language: Language, *, rich: bool = True) -> Customer:
    """A customer of this kind; with `rich`, everything that may be known of it is."""
    known: dict[str, Any] = {
        "address": "3 avenue de la Gare\n38000 Grenoble",
        "contact_name": "Dominique Client",
        "phone": "04 76 00 00 00",
        "payer_name": "Sacha Payeur",
    }
    if kind in {CustomerKind.BUSINESS, CustomerKind.PUBLIC}:
        known["siren"] = "552100554"
    return Customer(
        customer_id="C-1",
        name="Client Exemple",
        kind=kind,
        email="client@example.com",
        language=language,
        **(known if rich else {}),
    )


def invoice(*, rich: bool = True) -> Invoice:
    """An invoice of 1 604.50 €; with `rich`, with what was sold and ordered."""
    sold = {"description": "Fenêtres en chêne", "order_number": "BC-2025-118"} if rich else {}
    return Invoice(
        creditor_id="sample",
        invoice_id="F-1",
        number="F-2025-118",
        customer_id="C-1",
        amount=Money.of("1604.50", "EUR"),
        issue_date=date(2025, 10, 29),
        due_date=_DUE,
        **sold,
    )


def sample_claim(kind: CustomerKind, rules: LegalRules, *, today: date = _TODAY) -> Claim:
    """The claim of the rich sample, with a rate that is missing for the last days."""
    request = ClaimInput(invoice=invoice(), kind=kind, payments=(_PAID,), credit_notes=(_CREDITED,))
    return claim(request, _RATES, today, rules=rules)


def _context(kind: CustomerKind, language: Language, rules: LegalRules, *, rich: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "creditor": CREDITOR,
        "customer": customer(kind, language, rich=rich),
        "invoice": invoice(rich=rich),
        "rules": rules,
        "language": language,
        "today": _TODAY,
        "balance": Money.of("1005.00" if rich else "1604.50", "EUR"),
    }
    if rich:
        facts |= {
            "payments": (_PAID,),
            "credit_notes": (_CREDITED,),
            "claim": sample_claim(kind, rules),
            "copy_attached": True,
            "pay_url": "https://pay.example/abc?x=1&y=2",
            "card_offered": True,
            "earlier_contacts": (Contact(on=date(2025, 12, 2), label="1re relance"),),
        }
    return facts


def step_samples(
    step: PolicyStep, ask: AskAccessories, language: Language, rules: LegalRules
) -> Iterator[MessageContext]:
    """Messages of a policy's step, for customers of every kind, with much known of them and with little."""
    for kind in CustomerKind:
        for rich in (True, False):
            facts = _context(kind, language, rules, rich=rich)
            facts["accessories"] = accessories_for(ask, step, facts["customer"])
            facts["claim"] = sample_claim(kind, rules)
            if step.before_due:
                facts["today"] = _DUE + timedelta(days=step.offset)
            if step.formal_notice and rich:
                facts |= {"deadline": _TODAY + timedelta(days=8), "registered_letter": True}
            label = step.label.get(language, step.step)
            yield MessageContext(**facts, step=step.step, label=label, level=step.level, tone=step.tone)


def event_samples(template: EventTemplate, language: Language, rules: LegalRules) -> Iterator[MessageContext]:
    """Messages that answer an event, for customers of every kind and each outcome."""
    variants: dict[EventTemplate, tuple[dict[str, Any], ...]] = {
        EventTemplate.THANKS: tuple({"accessories_left": left} for left in AccessoriesLeft),
        EventTemplate.INSTALMENT_REMINDER: (
            {"plan": _PLAN, "instalment": DueInstalment(of=2, **_PLAN[0].model_dump())},
        ),
        EventTemplate.PLAN_CONFIRMATION: ({"plan": _PLAN},),
        EventTemplate.PROMISE_CONFIRMATION: (
            {
                "promise": Promise(
                    arrangement_id="sample",
                    agreed_on=_TODAY,
                    until=date(2026, 2, 1),
                    amount=Money.of(1005, "EUR"),
                )
            },
        ),
    }
    for kind in CustomerKind:
        for rich in (True, False):
            for variant in variants[template]:
                facts = _context(kind, language, rules, rich=rich) | variant
                facts["claim"] = sample_claim(kind, rules)
                yield MessageContext(**facts, step=template, label=template, level=0, tone=Tone.COURTEOUS)


def sheet_samples(language: Language) -> Iterator[SheetContext]:
    """Call sheets with much known, and with little."""
    promise = Promise(
        arrangement_id="sample", agreed_on=date(2025, 12, 10), until=_TODAY, amount=Money.of(1005, "EUR")
    )
    known: dict[str, Any] = {
        "task_id": 7,
        "reason": "Promesse non tenue",
        "payments": (_PAID,),
        "credit_notes": (_CREDITED,),
        "history": (Contact(on=date(2025, 12, 2), label="1re relance"),),
        "promises": (promise,),
        "objections": (Contact(on=date(2025, 12, 3), label="Une fenêtre était rayée"),),
        "other_items": (
            OpenItem(number="F-2025-119", due_on=date(2026, 1, 31), amount=Money.of(250, "EUR")),
            OpenItem(number="AV-9", amount=Money.of(-50, "EUR")),
        ),
    }
    for rich, threshold in ((True, 500), (False, 5000)):
        yield SheetContext(
            creditor=CREDITOR,
            customer=customer(CustomerKind.BUSINESS, language, rich=rich),
            invoice=invoice(rich=rich),
            language=language,
            today=_TODAY,
            balance=Money.of("1005.00" if rich else "1604.50", "EUR"),
            instalments_from=Money.of(threshold, "EUR"),
            **(known if rich else {}),
        )
