"""Which rows are the same invoice, which are instalments of one, and which contradict each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from intake import values
from intake.drafts import Draft
from intake.findings import Findings
from intake.phrases import Phrase
from intake.synonyms import Column
from intake.wording import CellError

KnownIds = Mapping[tuple[str, date], str]
"""Invoice id by number and due date, as the books know them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An invoice row whose id and customer are settled."""

    invoice_id: str
    customer_id: str
    draft: Draft


def identify(drafts: Sequence[tuple[str, Draft]], known: KnownIds, findings: Findings) -> list[Claim]:
    """Give each invoice row its id.

    An id column decides where there is one. Else the number does: several due dates of one number become
    ``NUMBER-1``, ``NUMBER-2``, … by due date; a due date that the books know keeps its id, so that the
    second instalment does not turn into the first once the first is paid. A row given twice counts once;
    rows that claim one id with different contents are all refused.

    Args:
        drafts: invoice rows with the ids of their customers, in the order of the file.
        known: ids of invoices that were imported before.
        findings: where doubts and refusals are noted.
    """
    groups: dict[tuple[str, str], list[tuple[str, Draft]]] = {}
    for customer_id, draft in drafts:
        given = draft.texts.get(Column.INVOICE_ID)
        key = ("id", given) if given else ("number", draft.number)
        groups.setdefault(key, []).append((customer_id, draft))
    claims: list[Claim] = []
    for (basis, _), group in groups.items():
        unique = _without_repeats(group, findings) if len(group) > 1 else group
        claims.extend(_named(unique, known) if basis == "number" else _by_id(unique))
    return _without_conflicts(claims, findings)


def _without_repeats(group: Sequence[tuple[str, Draft]], findings: Findings) -> list[tuple[str, Draft]]:
    seen: dict[tuple[object, ...], int] = {}
    unique = []
    for customer_id, draft in group:
        first = seen.setdefault(draft.content(), draft.line)
        if first == draft.line:
            unique.append((customer_id, draft))
        else:
            findings.notice(draft.line, Column.NUMBER, draft.number, Phrase.SAME_ROW_TWICE, first=first)
    return unique


def _by_id(group: Sequence[tuple[str, Draft]]) -> list[Claim]:
    return [
        Claim(values.invoice_id(draft.texts[Column.INVOICE_ID]), customer_id, draft)
        for customer_id, draft in group
    ]


def _named(group: Sequence[tuple[str, Draft]], known: KnownIds) -> list[Claim]:
    """Ids of the rows of one number: the number, or the number and a count of its due dates."""
    base = values.invoice_id(group[0][1].number)
    days = sorted({draft.due for _, draft in group if draft.due is not None})
    ids = {day: known[group[0][1].number, day] for day in days if (group[0][1].number, day) in known}
    if len(days) == 1:
        ids.setdefault(days[0], base)
    for place, day in enumerate(days, start=1):
        if day not in ids:
            free = (f"{base}-{count}" for count in (place, *range(1, len(days) + len(ids) + 1)))
            ids[day] = next(candidate for candidate in free if candidate not in ids.values())
    claims = [Claim(ids[draft.due], customer_id, draft) for customer_id, draft in group if draft.due]
    return _share_total(claims) if len(days) > 1 else claims


def _share_total(claims: list[Claim]) -> list[Claim]:
    """Where every instalment repeats the invoice's total beside its own balance, the balance is the claim."""
    totals = {claim.draft.amount for claim in claims}
    if len(totals) == 1 and sum(claim.draft.open for claim in claims) <= next(iter(totals)):
        for claim in claims:
            claim.draft.amount = claim.draft.open or claim.draft.amount
    return claims


def _without_conflicts(claims: Sequence[Claim], findings: Findings) -> list[Claim]:
    by_id: dict[str, list[Claim]] = {}
    for claim in claims:
        by_id.setdefault(claim.invoice_id, []).append(claim)
    for invoice_id, group in by_id.items():
        if len(group) == 1:
            continue
        lines = ", ".join(str(claim.draft.line) for claim in group)
        fault = CellError(Phrase.CONFLICTING_ROWS, invoice_id=invoice_id, lines=lines)
        for claim in group:
            findings.reject(claim.draft.line, Column.NUMBER, claim.draft.number, fault)
    return [claim for claim in claims if len(by_id[claim.invoice_id]) == 1]
