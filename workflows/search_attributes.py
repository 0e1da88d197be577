"""The search attributes by which operators find cases; nothing personal."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

STATUS = SearchAttributeKey.for_keyword("DunningStatus")
LEVEL = SearchAttributeKey.for_int("DunningLevel")
NEXT_ACTION_AT = SearchAttributeKey.for_datetime("DunningNextActionAt")
CUSTOMER = SearchAttributeKey.for_keyword("DunningCustomer")

ALL = (STATUS, LEVEL, NEXT_ACTION_AT, CUSTOMER)
"""All that a namespace must know before the first run."""


class Shown(NamedTuple):
    """What the list of workflows shows of a case."""

    status: str
    level: int
    customer_id: str


def changes(
    before: Shown | None, now: Shown, next_action_at: datetime | None
) -> list[SearchAttributeUpdate[Any]]:
    """Only what differs, because each attribute costs eighty bytes of every history."""
    next_action = NEXT_ACTION_AT.value_set(next_action_at) if next_action_at else NEXT_ACTION_AT.value_unset()
    updates: list[SearchAttributeUpdate[Any]] = [next_action]
    if before is None or before.status != now.status:
        updates.append(STATUS.value_set(now.status))
    if before is None or before.level != now.level:
        updates.append(LEVEL.value_set(now.level))
    if before is None or before.customer_id != now.customer_id:
        updates.append(CUSTOMER.value_set(now.customer_id))
    return updates
