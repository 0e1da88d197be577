"""What activities work with; put together once per process and injected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dunning.calendar import BusinessCalendar
from dunning.party import Creditor, Customer
from dunning.policy import Policy
from dunning.registers import CreditorRegister, LawRegister, PolicyRegister
from ledger.books import Books
from providers.protocols import MailProvider, PaymentPageProvider
from rendering.templates import TemplateBook


@dataclass(frozen=True)
class Dependencies:
    """Books, registers and providers of one deployment."""

    books: Books
    policies: PolicyRegister
    creditors: CreditorRegister
    law: LawRegister
    templates: TemplateBook
    mail: MailProvider
    pages: PaymentPageProvider | None = None
    """None where no payment provider is configured: messages then ask for a transfer or a cheque."""
    public_url: str | None = None
    """Address of our own pay page; without it messages carry a link of the payment provider."""
    payments_by_file: bool = False
    """Whether payments come by bank file: contacts then wait for books that are up to date."""
    documents: Path | None = None
    """Folder of the invoice copies that are attached."""


def calendar_for(creditor: Creditor, customer: Customer, policy: Policy) -> BusinessCalendar:
    """Business days of the debtor's place, contact hours of its kind, in the creditor's zone."""
    return BusinessCalendar(
        window=policy.window(customer.legal_kind),
        time_zone=creditor.time_zone,
        country=customer.country,
        subdivision=customer.subdivision,
    )
