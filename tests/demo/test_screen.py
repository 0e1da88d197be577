import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from demo.feed import Line
from demo.performance import Programme, Told
from demo.screen import Screen
from dunning.case import DunningStatus
from dunning.party import Language
from ledger.keys import CaseKey

NOW = datetime(2026, 4, 7, 11, 0, tzinfo=UTC)
OUTBOX = "http://127.0.0.1:1"


def lines(count: int) -> tuple[Line, ...]:
    """So many invoices; the later ones changed later."""
    return tuple(
        Line(
            key=CaseKey("acme", f"F-{number:02}"),
            number=f"F-{number:02}",
            customer="Menuiserie Roux",
            status=DunningStatus.DUNNING,
            status_words="relances en cours",
            level=1,
            balance="1 204,50 €",
            action="2e relance – 7 avr. 13:59",
            last="1re relance : envoyée par e-mail.",
            last_at=NOW - timedelta(days=100 - number),
        )
        for number in range(count)
    )


def drawn(width: int, height: int, *, invoices: int = 18) -> str:
    """The screen as a person reads it."""
    stream = io.StringIO()
    console = Console(file=stream, width=width, height=height, force_terminal=True, color_system=None)
    screen = Screen(console, Language.FRENCH, ZoneInfo("Europe/Paris"), {"E-mails envoyés": OUTBOX})
    programme = Programme(
        customer="Imprimerie Lacroix",
        story=[Told(NOW, "La relance de 13:59 n'est pas partie.")],
        behind=[Told(NOW, "Le worker est tué.")],
    )
    console.print(screen.page(NOW, lines(invoices), programme))
    return stream.getvalue()


@pytest.mark.parametrize(("width", "height"), [(172, 44), (120, 40), (100, 36)])
def test_a_high_terminal_shows_every_invoice_the_story_and_the_addresses(width: int, height: int) -> None:
    """Nothing is cut off at the sizes that people work with."""
    page = drawn(width, height)

    assert all(line.number in page for line in lines(18))
    assert "n'est pas partie" in page
    assert "Le worker est tué." in page
    assert OUTBOX in page
    assert "Mardi 7 avril 2026" in page


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 14), (40, 10)])
def test_a_low_terminal_shows_what_changed_last(width: int, height: int) -> None:
    """Where not all fit, the newest stay, and drawing never fails."""
    page = drawn(width, height)

    assert "F-17" in page
    assert "F-00" not in page
    assert len(page.rstrip("\n").splitlines()) <= height
