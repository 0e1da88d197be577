"""Payment plans, promises and holds in the books; at most one of each kind is active per case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from dunning.arrangement import (
    Arrangement,
    ArrangementState,
    Hold,
    InstalmentState,
    PaymentPlan,
    Promise,
    instalment_states,
)
from dunning.money import Money
from ledger.keys import CaseKey, of_case
from ledger.schema import arrangements
from ledger.standing import credit_notes_of, last_ids, payments_of

_READ: TypeAdapter[Arrangement] = TypeAdapter(Arrangement)


@dataclass(frozen=True)
class ActiveArrangement:
    """An arrangement that runs, and the last payment and credit note that came before it."""

    id: int
    content: PaymentPlan | Promise | Hold
    last_payment_id: int
    last_credit_note_id: int


@dataclass(frozen=True)
class ActiveArrangements:
    """What runs on one case."""

    plan: ActiveArrangement | None = None
    promise: ActiveArrangement | None = None
    hold: ActiveArrangement | None = None

    @property
    def running(self) -> tuple[ActiveArrangement, ...]:
        """Those that there are."""
        return tuple(one for one in (self.plan, self.promise, self.hold) if one)

    @property
    def promise_made(self) -> Promise | None:
        """The promise itself."""
        return self.promise.content if self.promise and isinstance(self.promise.content, Promise) else None

    @property
    def hold_placed(self) -> Hold | None:
        """The hold itself."""
        return self.hold.content if self.hold and isinstance(self.hold.content, Hold) else None


def active_arrangements(conn: sa.Connection, key: CaseKey) -> ActiveArrangements:
    """Read what runs on a case."""
    table = arrangements
    running = sa.and_(of_case(table, key), table.c.state == ArrangementState.ACTIVE.value)
    found: dict[str, ActiveArrangement] = {}
    for row in conn.execute(sa.select(table).where(running).order_by(table.c.id)):
        found[row.kind] = _active(row)
    return ActiveArrangements(
        plan=found.get("payment_plan"), promise=found.get("promise"), hold=found.get("hold")
    )


def agree(conn: sa.Connection, key: CaseKey, content: PaymentPlan | Promise | Hold, now: datetime) -> None:
    """Write an arrangement that runs from now on."""
    payment_id, credit_note_id = last_ids(conn, key)
    conn.execute(
        sa.insert(arrangements).values(
            **key._asdict(),
            arrangement_id=content.arrangement_id,
            kind=content.kind,
            state=ArrangementState.ACTIVE.value,
            content=content.model_dump(mode="json"),
            agreed_at=now,
            last_payment_id=payment_id,
            last_credit_note_id=credit_note_id,
        )
    )


def conclude(conn: sa.Connection, one: ActiveArrangement, state: ArrangementState, now: datetime) -> None:
    """Write how an arrangement ended."""
    ended = sa.update(arrangements).where(arrangements.c.id == one.id)
    conn.execute(ended.values(state=state.value, ended_at=now))


def instalments_of(
    conn: sa.Connection, key: CaseKey, plan: ActiveArrangement | None
) -> tuple[InstalmentState, ...]:
    """What is missing on each instalment of the plan that runs; nothing where none does."""
    if plan is None or not isinstance(plan.content, PaymentPlan):
        return ()
    paid = payments_of(conn, key, after=plan.last_payment_id)
    credited = credit_notes_of(conn, key, after=plan.last_credit_note_id)
    return instalment_states(plan.content, paid, credited)


def paid_since(conn: sa.Connection, key: CaseKey, one: ActiveArrangement, currency: str) -> Money:
    """The money that came since an arrangement was made."""
    paid = payments_of(conn, key, after=one.last_payment_id)
    return sum((payment.amount for payment in paid), Money.zero(currency))


def _active(row: sa.Row[Any]) -> ActiveArrangement:
    return ActiveArrangement(
        id=row.id,
        content=_READ.validate_python(row.content),
        last_payment_id=row.last_payment_id,
        last_credit_note_id=row.last_credit_note_id,
    )
