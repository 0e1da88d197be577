"""The last screen: what a credit manager wants in the morning, then the figures and the addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from activities.summaries import label_of
from demo.stage import Stage
from demo.tally import Summary
from demo.words import word
from dunning.journal import TaskKind
from dunning.money import Money
from dunning.party import Customer, Language
from dunning.phrases import phrase
from dunning.wording import long_date, money, numeric_date
from ledger import cases, tasks
from ledger.ageing import AgeingBucket, Overdue, overdue_by_age
from ledger.cases import Case
from ledger.customers import known_customer
from ledger.tasks import Task


@dataclass(frozen=True)
class Waiting:
    """A task, and whom it is about."""

    task: Task
    case: Case | None
    customer: Customer | None


@dataclass(frozen=True)
class Morning:
    """What waits for people on a day, and what is overdue."""

    today: date
    calls: tuple[Waiting, ...]
    approvals: tuple[Waiting, ...]
    others: tuple[Waiting, ...]
    overdue: dict[str, dict[AgeingBucket, Overdue]]


async def this_morning(stage: Stage) -> Morning:
    """Read the books as they stand."""
    today = stage.pace.today()
    return await stage.books.reading(lambda conn: _morning(conn, stage.creditor.creditor_id, today))


def _morning(conn: sa.Connection, creditor_id: str, today: date) -> Morning:
    waiting = [_waiting(conn, task) for task in tasks.open_tasks(conn, creditor_id)]
    calls = tuple(one for one in waiting if one.task.kind is TaskKind.CALL and _due(one.task, today))
    approvals = tuple(one for one in waiting if one.task.kind is TaskKind.APPROVAL)
    apart = {TaskKind.CALL, TaskKind.APPROVAL}
    others = tuple(one for one in waiting if one.task.kind not in apart)
    return Morning(today, calls, approvals, others, overdue_by_age(conn, creditor_id, today))


def _waiting(conn: sa.Connection, task: Task) -> Waiting:
    case = cases.load(conn, task.case) if task.case else None
    known = known_customer(conn, task.creditor_id, task.customer_id) if task.customer_id else None
    return Waiting(task, case, known.customer if known else None)


def _due(task: Task, today: date) -> bool:
    return task.due_on is None or task.due_on <= today


def addresses_of(stage: Stage) -> dict[str, str]:
    """Where to look while everything runs, by name."""
    addresses = {
        "address_temporal": stage.temporal_url,
        "address_outbox": stage.outbox_url,
        "address_web": stage.web_url,
    }
    return {word(key, stage.language): address for key, address in addresses.items()}


class MorningPaper:
    """Prints the last screen."""

    def __init__(self, console: Console, stage: Stage) -> None:
        """Print there, in the creditor's language."""
        self._console = console
        self._stage = stage
        self._language: Language = stage.language

    def show(self, morning: Morning) -> None:
        """Today's calls, approvals to give, other tasks, overdue money by age."""
        self._console.rule(
            Text(self._word("morning", day=long_date(morning.today, self._language)), style="bold")
        )
        self._list(
            "calls",
            ("since", "customer", "phone", "contact", "invoice", ">balance"),
            [self._call(one) for one in morning.calls],
        )
        self._list(
            "approvals",
            ("since", "customer", "invoice", "step", ">balance"),
            [self._approval(one) for one in morning.approvals],
        )
        self._list(
            "tasks_other",
            ("since", "what", "customer", "invoice"),
            [self._other(one) for one in morning.others],
        )
        for buckets in morning.overdue.values():
            self._ageing(buckets)

    def sum_up(self, summary: Summary, mishaps: Sequence[str]) -> None:
        """The figures; what did not go as planned stands under them."""
        figures = [
            ("summary_invoices", summary.invoices),
            ("summary_settled", summary.settled),
            ("summary_handed", summary.handed_over),
            ("summary_open", summary.invoices - summary.settled - summary.handed_over),
            ("summary_emails", summary.emails_received),
            ("summary_links", summary.payment_links),
            ("summary_webhooks", summary.webhooks),
            ("summary_plans", summary.plans),
            ("summary_calls", summary.call_tasks),
            ("summary_kills", summary.worker_kills),
            ("summary_after", summary.contacts_after_payment),
            ("summary_twice", summary.duplicate_contacts),
        ]
        if summary.unknown_sends:
            figures.append(("summary_unknown", summary.unknown_sends))
        self._console.rule(Text(self._word("summary"), style="bold"))
        counted = [Text.assemble(f"{self._word(key)} : ", (f"{count}", "bold")) for key, count in figures]
        self._console.print(Columns(counted, padding=(0, 3)))
        for mishap in mishaps:
            self._console.print(Text(f"{self._word('mishap')} : {mishap}", style="bold red"))

    def name_addresses(self) -> None:
        """Where to look while everything runs."""
        for name, address in addresses_of(self._stage).items():
            self._console.print(Text.assemble((f"{name:<18}", "bold"), address), soft_wrap=True)

    def say(self, key: str) -> None:
        """One sentence."""
        self._console.print(Text(self._word(key)), soft_wrap=True)

    def _list(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        caption = Text(f"{self._word(title)} ({len(rows)})", style="bold")
        if not rows:
            self._console.print(caption)
            return
        table = Table(title=caption, title_justify="left", show_edge=False, pad_edge=False)
        for column in columns:
            heading = self._word(column.removeprefix(">"))
            table.add_column(heading, justify="right" if column.startswith(">") else "left")
        for row in rows:
            table.add_row(*map(Text, row))
        self._console.print(table)
        self._console.print()

    def _ageing(self, buckets: dict[AgeingBucket, Overdue]) -> None:
        table = Table(
            title=Text(self._word("ageing"), style="bold"),
            title_justify="left",
            show_edge=False,
            pad_edge=False,
        )
        for bucket in buckets:
            words = "after_90" if bucket is AgeingBucket.OVER_90 else "bucket"
            table.add_column(self._word(words, days=bucket), justify="right")
        table.add_column(self._word("total"), justify="right")
        table.add_row(*(self._overdue(one) for one in buckets.values()), self._total(buckets))
        self._console.print(table)
        self._console.print()

    def _overdue(self, one: Overdue) -> str:
        return f"{money(one.amount, self._language)} ({one.invoices})" if one.invoices else "–"

    def _total(self, buckets: dict[AgeingBucket, Overdue]) -> str:
        amounts = [one.amount for one in buckets.values()]
        total = sum(amounts[1:], amounts[0])
        return self._overdue(Overdue(sum(one.invoices for one in buckets.values()), total))

    def _call(self, one: Waiting) -> list[str]:
        customer = one.customer
        return [
            self._since(one.task),
            customer.name if customer else "–",
            (customer.phone if customer else None) or "–",
            (customer.contact_name if customer else None) or "–",
            one.task.invoice_id or "–",
            self._balance(one.case),
        ]

    def _approval(self, one: Waiting) -> list[str]:
        step = str(one.task.details.get("step", ""))
        return [
            self._since(one.task),
            one.customer.name if one.customer else "–",
            one.task.invoice_id or "–",
            self._label(one.case, step),
            self._balance(one.case),
        ]

    def _other(self, one: Waiting) -> list[str]:
        kind = phrase(f"task.{one.task.kind}", self._language)
        name = one.customer.name if one.customer else one.task.details.get("text")
        return [self._since(one.task), kind, str(name or "–"), one.task.invoice_id or "–"]

    def _label(self, case: Case | None, step: str) -> str:
        if case is None:
            return step
        policy = self._stage.registers.policies.choose(case.invoice, case.customer, case.policy).policy
        return label_of(step, policy, self._language)

    def _since(self, task: Task) -> str:
        opened = task.opened_at.astimezone(self._stage.pace.zone).date()
        return numeric_date(task.due_on or opened, self._language)

    def _balance(self, case: Case | None) -> str:
        balance: Money | None = case.balance if case else None
        return money(balance, self._language) if balance else "–"

    def _word(self, key: str, **details: object) -> str:
        return word(key, self._language, **details)
