"""The negative rows of a portfolio, read as credits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dunning.money import Money
from intake.credits import Credit, credit_id
from intake.drafts import Draft
from intake.findings import Findings
from intake.phrases import Phrase
from intake.synonyms import Column


def read_credits(drafts: Sequence[tuple[str, Draft]], findings: Findings) -> tuple[Credit, ...]:
    """Turn negative rows into credits.

    A numbered row given twice counts once; rows without a number may well be two equal deposits.

    Args:
        drafts: negative rows with the ids of their customers, in the order of the file.
        findings: where a repeated row is noted.
    """
    seen: dict[tuple[object, ...], int] = {}
    alike: Counter[tuple[object, ...]] = Counter()
    found: list[Credit] = []
    for owner, draft in drafts:
        first = seen.setdefault((owner, *draft.content()), draft.line)
        if draft.number and first != draft.line:
            findings.notice(draft.line, Column.NUMBER, draft.number, Phrase.SAME_ROW_TWICE, first=first)
            continue
        amount = Money(amount=-draft.open, currency=draft.currency)
        like = (owner, draft.number or (draft.issued, amount), amount.currency)
        alike[like] += 1
        found.append(
            Credit(
                credit_id=credit_id(owner, draft.number or None, draft.issued, amount, alike[like]),
                customer_id=owner,
                amount=amount,
                reference=draft.number or None,
                text=draft.texts.get(Column.DESCRIPTION),
                credited_number=draft.texts.get(Column.CREDITED_NUMBER),
                issued_on=draft.issued,
                line=draft.line,
            )
        )
    return tuple(found)
