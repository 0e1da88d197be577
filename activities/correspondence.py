"""Puts together what a message says and the bytes it travels in."""

from __future__ import annotations

import hashlib
import mimetypes
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from activities.dependencies import Dependencies
from activities.summaries import label_of
from dunning.case import SendState
from dunning.claim import Claim, ClaimInput, claim
from dunning.money import Money
from dunning.party import Creditor, CustomerKind
from dunning.policy import Channel, Policy, Tone
from ledger.cases import Case
from ledger.keys import SendKey
from providers.protocols import OutgoingEmail
from rendering.context import (
    Accessories,
    AccessoriesLeft,
    Contact,
    DueInstalment,
    MessageContext,
    accessories_for,
)
from rendering.emails import EventTemplate, RenderedEmail
from rendering.mime import Attachment, EmailParts, Mailbox, build_email


class DocumentMissingError(LookupError):
    """The invoice copy that a message should carry is not there."""


def message_id(send: SendKey, creditor: Creditor) -> str:
    """The Message-ID of a send, always the same for the same row (RFC 5322, 3.6.4)."""
    case, cycle, step, channel = send
    identity = f"{case.creditor_id}:{case.invoice_id}:{cycle}:{step}:{channel}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:32]
    return f"<{digest}@{creditor.email.rpartition('@')[2]}>"


def claim_of(
    case: Case, creditor: Creditor, policy: Policy, dependencies: Dependencies, today: date
) -> Claim:
    """The legal claim at a date, from the books."""
    kind = case.customer.legal_kind
    request = ClaimInput(
        invoice=case.invoice,
        kind=kind,
        payments=case.payments,
        credit_notes=case.credit_notes,
        allocation=policy.allocation,
        contract_rate=creditor.contract_rate if kind is CustomerKind.BUSINESS else None,
    )
    return claim(request, dependencies.law.rates, today, rules=dependencies.law.rules)


def reminder_context(  # noqa: PLR0913 - what a message depends on
    case: Case,
    creditor: Creditor,
    policy: Policy,
    dependencies: Dependencies,
    *,
    step: str,
    level: int,
    today: date,
    instalment: int | None,
    pay_url: str | None,
) -> MessageContext:
    """What the message of a step, or of an instalment, prints."""
    policy_step = policy.step(step)
    accessories = (
        accessories_for(policy.ask_accessories, policy_step, case.customer)
        if policy_step
        else Accessories.NONE
    )
    asked = accessories is Accessories.ASKED
    notice = policy_step is not None and policy_step.formal_notice
    deadline = today + timedelta(days=policy.formal_notice_deadline_days) if notice else None
    return MessageContext(
        creditor=creditor,
        customer=case.customer,
        invoice=case.invoice,
        rules=dependencies.law.rules,
        language=case.customer.language,
        today=today,
        step=step,
        label=label_of(step, policy, case.customer.language, instalment),
        level=level,
        tone=policy_step.tone if policy_step else Tone.NEUTRAL,
        balance=case.balance,
        payments=case.payments,
        credit_notes=case.credit_notes,
        accessories=accessories,
        claim=claim_of(case, creditor, policy, dependencies, today) if asked else None,
        deadline=deadline,
        registered_letter=policy_step is not None and policy_step.task == "send-registered-letter",
        copy_attached=case.invoice.document is not None,
        pay_url=pay_url,
        card_offered=pay_url is not None,
        instalment=_due_instalment(case, instalment),
        plan=tuple(state.instalment for state in case.facts.instalments),
        instalment_grace_days=policy.instalment_grace_days,
        earlier_contacts=earlier_contacts(case, policy),
    )


def thanks_context(
    case: Case, creditor: Creditor, policy: Policy, dependencies: Dependencies, today: date
) -> MessageContext:
    """What the thanks after payment print."""
    asked = case.accessories_asked
    left = AccessoriesLeft.NOTHING
    computed = due = None
    if asked is not None and (asked + case.balance).is_positive:
        due = asked + case.balance
        waived = policy.unpaid_accessories == "waive"
        left = AccessoriesLeft.WAIVED if waived else AccessoriesLeft.DUE
        computed = claim_of(case, creditor, policy, dependencies, today)
    return MessageContext(
        creditor=creditor,
        customer=case.customer,
        invoice=case.invoice,
        rules=dependencies.law.rules,
        language=case.customer.language,
        today=today,
        step=EventTemplate.THANKS,
        label=EventTemplate.THANKS,
        level=max(case.level, 0),
        tone=Tone.FRIENDLY,
        balance=Money.zero(case.balance.currency),
        payments=case.payments,
        credit_notes=case.credit_notes,
        accessories_left=left,
        accessories_due=due,
        claim=computed,
    )


def earlier_contacts(case: Case, policy: Policy) -> tuple[Contact, ...]:
    """Messages that were delivered, oldest first.

    A call is none: its step asks a person to call, which does not say that anybody was reached. A formal
    notice that named it as a contact could be contested.
    """
    language = case.customer.language
    return tuple(
        Contact(on=attempt.on, label=label_of(attempt.step, policy, language))
        for attempt in case.facts.attempts
        if attempt.state is SendState.ACCEPTED and _is_message(attempt.step, policy)
    )


def _is_message(name: str, policy: Policy) -> bool:
    step = policy.step(name)
    return step is None or step.channel is Channel.EMAIL


def _due_instalment(case: Case, number: int | None) -> DueInstalment | None:
    if number is None:
        return None
    state = next(state for state in case.facts.instalments if state.instalment.number == number)
    return DueInstalment(
        number=number,
        of=len(case.facts.instalments),
        due_on=state.instalment.due_on,
        amount=state.missing,
    )


def attachments_of(case: Case, folder: Path | None) -> tuple[Attachment, ...]:
    """The invoice copy, where the creditor gave one.

    Raises:
        DocumentMissingError: the file is named, but not in the folder of documents.
    """
    if case.invoice.document is None:
        return ()
    path = Path(case.invoice.document)
    root = (folder or Path()).resolve()
    found = (root / path).resolve()
    if not found.is_relative_to(root) or not found.is_file():
        msg = f"invoice {case.invoice.number}: its copy {path.name!r} is not in the folder of documents"
        raise DocumentMissingError(msg)
    media_type = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    return (Attachment(filename=found.name, media_type=media_type, content=found.read_bytes()),)


def outgoing(
    case: Case,
    creditor: Creditor,
    send: SendKey,
    rendered: RenderedEmail,
    *,
    now: datetime,
    attachments: tuple[Attachment, ...] = (),
) -> OutgoingEmail:
    """The message as bytes, with its envelope.

    Raises:
        ValueError: the customer has no e-mail address.
    """
    if case.customer.email is None:
        msg = f"invoice {case.invoice.number}: the customer has no e-mail address"
        raise ValueError(msg)
    identity = message_id(send, creditor)
    parts = EmailParts(
        message_id=identity,
        sent_at=now.astimezone(ZoneInfo(creditor.time_zone)),
        sender=Mailbox(address=creditor.email, name=creditor.name),
        to=(Mailbox(address=case.customer.email, name=case.customer.contact_name or case.customer.name),),
        reply_to=Mailbox(address=creditor.reply_to) if creditor.reply_to else None,
        subject=rendered.subject,
        language=case.customer.language,
        text=rendered.text,
        html=rendered.html,
        attachments=attachments,
    )
    return OutgoingEmail(
        message_id=identity,
        sender=creditor.email,
        recipients=(case.customer.email,),
        content=build_email(parts),
    )
