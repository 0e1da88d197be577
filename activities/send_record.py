"""What becomes of one send: its row, the line in the journal, the task where a person must look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from dunning.journal import EntryKind, TaskKind
from ledger import customers, journal, sends, tasks
from ledger.cases import Case
from ledger.keys import SendKey
from providers.protocols import OutgoingEmail

CUT_OFF = "an earlier attempt was cut off while the message was being submitted"


@dataclass(frozen=True)
class SendRecord:
    """One row of the send ledger at one business instant and local date."""

    case: Case
    send: SendKey
    now: datetime
    today: date
    courtesy: bool = False
    """Whether nobody needs to look after it when it fails, as with thanks."""

    def accepted(self, conn: Connection, token: str, email: OutgoingEmail, response: str) -> None:
        """The other side took it; whoever was asked whether it arrived need not look any more."""
        sends.accept(
            conn,
            self.send,
            token,
            on=self.today,
            now=self.now,
            message_id=email.message_id,
            response=response,
            evidence=email.content,
        )
        self._journal(conn, EntryKind.SENT, message_id=email.message_id)
        for task in tasks.of_this_case(conn, self.case.key, TaskKind.UNKNOWN_SEND):
            if task.dedupe_key == self._task_key(TaskKind.UNKNOWN_SEND):
                tasks.finish(conn, task.id, outcome="accepted", now=self.now)

    def refused(self, conn: Connection, token: str, words: str, *, address: bool) -> None:
        """A bad address asks for another one; a message that no server takes asks for a look at it."""
        sends.refuse(conn, self.send, token, on=self.today, now=self.now, response=words)
        self._journal(conn, EntryKind.REFUSED)
        if address:
            customers.mark_bounced(conn, self.case.key, self.now, address=self.case.customer.email)
        else:
            self._ask(conn, TaskKind.STEP_FAILED, problem=words)

    def unknown(self, conn: Connection, words: str, *, resend: bool) -> bool:
        """Nobody knows whether it arrived: a person decides, or it is sent once more where the policy allows.

        Returns:
            Whether the row is free for another attempt. A second uncertain outcome frees it no more: a
            server that always breaks the line after the dot would fill the customer's mailbox.
        """
        before = any(
            self._is_mine(entry.details)
            for entry in journal.entries(conn, self.case.key)
            if entry.kind is EntryKind.UNKNOWN
        )
        if not sends.mark_unknown(conn, self.send, on=self.today, now=self.now, response=words):
            return False
        self._journal(conn, EntryKind.UNKNOWN, cycle=self.send.cycle)
        if resend and not before:
            return sends.send_again(conn, self.send)
        self._ask(conn, TaskKind.UNKNOWN_SEND)
        return False

    def _is_mine(self, details: dict[str, Any]) -> bool:
        return details.get("step") == self.send.step and details.get("cycle") == self.send.cycle

    def _task_key(self, kind: TaskKind) -> str:
        return tasks.task_key(kind, *self.case.key, self.send.cycle, self.send.step)

    def _ask(self, conn: Connection, kind: TaskKind, **details: str) -> None:
        if self.courtesy or self.case.facts.closed:
            return
        tasks.open_task(
            conn,
            kind=kind,
            dedupe_key=self._task_key(kind),
            creditor_id=self.case.key.creditor_id,
            invoice_id=self.case.key.invoice_id,
            customer_id=self.case.customer.customer_id,
            details={"step": self.send.step, **details},
            now=self.now,
        )

    def _journal(self, conn: Connection, kind: EntryKind, **details: Any) -> None:
        journal.append(
            conn, self.case.key, kind, at=self.now, step=self.send.step, channel="email", **details
        )
