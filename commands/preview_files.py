"""Writes every message of a preview as it would be sent, with a page that leads to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from activities.correspondence import (
    DocumentMissingError,
    attachments_of,
    earlier_contacts,
    outgoing,
    reminder_context,
)
from activities.dependencies import Dependencies
from commands import terminal
from commands.desk import Desk
from commands.faults import CommandFaultError
from commands.preview_page import Written, index_page
from commands.preview_plan import Outlook
from dunning.money import Money
from dunning.plan import Act, PlannedStep
from ledger.books import Books
from ledger.keys import SendKey
from rendering.call_sheet import render_call_sheet
from rendering.context import SheetContext
from rendering.emails import render_email
from rendering.mime import Attachment
from runtime.unconfigured_mail import UnconfiguredMail

_LINK = "https://buy.stripe.com/preview"
"""Stands for the payment link, which is made when a message is sent."""


def write_messages(desk: Desk, found: Sequence[Outlook], folder: Path, *, shown: bool) -> int:
    """Write e-mails (as sent, and their two parts) and call sheets, and an ``index.html``.

    Args:
        desk: creditor, templates and law.
        found: the invoices with their steps.
        folder: a new or an empty one.
        shown: whether a progress bar is shown.

    Returns:
        How many messages and sheets were written.

    Raises:
        CommandFaultError: the folder holds something.
        TemplateFaultError: a template is wrong; with file and line.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandFaultError(desk.word("folder_full", folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    writer = _Writer(desk, folder, _dependencies(desk))
    written: list[Written] = []
    with terminal.progress(desk.word("preview"), len(found), shown=shown) as step:
        for outlook in found:
            written.extend(writer.write(outlook))
            step()
    written.sort(key=lambda one: one.at)
    (folder / "index.html").write_text(index_page(desk, written), encoding="utf-8")
    return sum(bool(one.files) for one in written)


def _dependencies(desk: Desk) -> Dependencies:
    """What the wording of messages works with; books that stay empty and mail that never goes."""
    return Dependencies(
        books=Books(sa.create_engine("sqlite://")),
        policies=desk.registers.policies,
        creditors=desk.registers.creditors,
        law=desk.registers.law,
        templates=desk.registers.templates,
        mail=UnconfiguredMail(),
        documents=desk.settings.documents_folder,
    )


@dataclass(frozen=True)
class _Writer:
    desk: Desk
    folder: Path
    dependencies: Dependencies

    def write(self, outlook: Outlook) -> Iterator[Written]:
        """The messages and sheets of one invoice."""
        for index, step in enumerate(outlook.steps):
            match step.act:
                case Act.EMAIL:
                    yield self._email(outlook, index, step)
                case Act.CALL:
                    yield self._sheet(outlook, index, step)
                case _:
                    yield Written(outlook, step)

    def _email(self, outlook: Outlook, index: int, step: PlannedStep) -> Written:
        case, policy, creditor = outlook.before(index), outlook.policy, self.desk.creditor
        context = reminder_context(
            case,
            creditor,
            policy,
            self.dependencies,
            step=step.step,
            level=step.level,
            today=outlook.day(step),
            instalment=None,
            pay_url=self._pay_url(case.balance),
        )
        template = outlook.policy_step(step).template_name
        rendered = render_email(self.desk.registers.templates, template, context)
        place = self._place(outlook, index, step)
        files = [self._file(place, ".html", rendered.html), self._file(place, ".txt", rendered.text)]
        attachments, remark = self._attachments(outlook)
        if case.customer.email:
            send = SendKey(case.key, case.facts.cycle, step.step, step.act)
            email = outgoing(case, creditor, send, rendered, now=step.at, attachments=attachments)
            files.insert(0, self._file(place, ".eml", email.content))
        else:
            remark = self.desk.word("no_address")
        return Written(outlook, step, rendered.subject, tuple(files), remark)

    def _sheet(self, outlook: Outlook, index: int, step: PlannedStep) -> Written:
        case = outlook.before(index)
        context = SheetContext(
            creditor=self.desk.creditor,
            customer=case.customer,
            invoice=case.invoice,
            language=self.desk.language,
            today=outlook.day(step),
            reason=outlook.policy_step(step).label[self.desk.language],
            balance=case.balance,
            payments=case.payments,
            credit_notes=case.credit_notes,
            history=earlier_contacts(case, outlook.policy),
            instalments_from=Money(amount=outlook.policy.suggest_instalments_from, currency="EUR"),
        )
        sheet = render_call_sheet(self.desk.registers.templates, context)
        place = self._place(outlook, index, step)
        return Written(outlook, step, files=(self._file(place, ".md", sheet),))

    def _attachments(self, outlook: Outlook) -> tuple[tuple[Attachment, ...], str | None]:
        """The invoice copy; a remark where it is not there, for which the real step would ask a person."""
        try:
            return attachments_of(outlook.case, self.desk.settings.documents_folder), None
        except DocumentMissingError as error:
            return (), str(error)

    def _pay_url(self, amount: Money) -> str | None:
        limit, settings = self.desk.creditor.card_limit, self.desk.settings
        if limit is not None and amount.amount > limit:
            return None
        if settings.public_url:
            return f"{settings.public_url}/pay/preview"
        return _LINK if settings.stripe else None

    def _place(self, outlook: Outlook, index: int, step: PlannedStep) -> Path:
        folder = self.folder / outlook.case.key.invoice_id
        folder.mkdir(exist_ok=True)
        return folder / f"{index + 1}-{step.step}"

    def _file(self, place: Path, ending: str, content: str | bytes) -> str:
        path = place.with_name(place.name + ending)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path.relative_to(self.folder).as_posix()
