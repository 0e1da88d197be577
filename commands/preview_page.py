"""The page that leads to the messages of a preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from commands.case_view import CHANNELS
from commands.desk import Desk
from commands.preview_plan import Outlook
from dunning.phrases import phrase
from dunning.plan import PlannedStep
from dunning.wording import long_date, money, short_instant

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Written:
    """What was written for one step; nothing for a hand-over."""

    outlook: Outlook
    step: PlannedStep
    subject: str | None = None
    files: tuple[str, ...] = ()
    """Relative to the folder."""
    remark: str | None = None

    @property
    def at(self) -> datetime:
        """When."""
        return self.step.at


def index_page(desk: Desk, written: Sequence[Written]) -> str:
    """The page as HTML, day by day, in the creditor's language; every value is escaped."""
    days: dict[str, list[dict[str, Any]]] = {}
    for one in written:
        day = long_date(one.outlook.day(one.step), desk.language)
        days.setdefault(day, []).append(_row(desk, one))
    return _PAGES.get_template("preview_page.html").render(
        language=desk.language.value,
        title=f"{desk.word('preview')} – {desk.creditor.name}",
        headings=[desk.word(key) for key in ("when", "number", "customer", "account", "label", "what")],
        days=days,
    )


def _row(desk: Desk, one: Written) -> dict[str, Any]:
    case = one.outlook.case
    return {
        "at": short_instant(one.at, desk.creditor.time_zone, desk.language),
        "number": case.invoice.number,
        "customer": case.customer.name,
        "balance": money(case.balance, desk.language),
        "label": one.outlook.policy_step(one.step).label[desk.language],
        "channel": phrase(f"channel.{CHANNELS[one.step.act]}", desk.language),
        "subject": one.subject,
        "files": [{"path": quote(file), "kind": PurePosixPath(file).suffix[1:]} for file in one.files],
        "remark": one.remark,
    }
