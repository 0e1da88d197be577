from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.money import Money
from dunning.party import Language
from dunning.wording import (
    NO_BREAK,
    days,
    french_spaces,
    listing,
    long_date,
    money,
    numeric_date,
    percentage,
    short_instant,
)

FR, EN = Language.FRENCH, Language.ENGLISH


def visible(text: str) -> str:
    """The text with each no-break space shown as a tilde, as TeX writes it."""
    assert "~" not in text
    return text.replace(NO_BREAK, "~")


@pytest.mark.parametrize(
    ("amount", "currency", "language", "expected"),
    [
        ("1204.50", "EUR", FR, "1~204,50~€"),
        ("0", "EUR", FR, "0,00~€"),
        ("1234567.89", "EUR", FR, "1~234~567,89~€"),
        ("-40", "EUR", FR, "-40,00~€"),
        ("1204", "JPY", FR, "1~204~JPY"),
        ("1204.50", "CHF", FR, "1~204,50~CHF"),
        ("1204.50", "EUR", EN, "€1,204.50"),
        ("1204.50", "GBP", EN, "£1,204.50"),
        ("1204.50", "CHF", EN, "CHF1,204.50"),
        ("1204.505", "TND", FR, "1~204,505~TND"),
    ],
)
def test_money(amount: str, currency: str, language: Language, expected: str) -> None:
    """Amounts as the reader expects them, never breakable between figures and currency."""
    assert visible(money(Money.of(amount, currency), language)) == expected


@given(cents=st.integers(min_value=-(10**12), max_value=10**12), language=st.sampled_from(Language))
def test_an_amount_never_breaks(cents: int, language: Language) -> None:
    """No ordinary and no narrow space stands in an amount."""
    text = money(Money.from_minor_units(cents, "EUR"), language)
    assert not {" ", "\u202f", "\u2009"} & set(text)


@pytest.mark.parametrize(
    ("rate", "language", "expected"),
    [
        ("12.15", FR, "12,15~%"),
        ("12", FR, "12,00~%"),
        ("0.5", FR, "0,50~%"),
        ("2.625", FR, "2,63~%"),
        ("2.615", FR, "2,62~%"),
        ("12.15", EN, "12.15%"),
        ("12.345", EN, "12.35%"),
    ],
)
def test_percentage(rate: str, language: Language, expected: str) -> None:
    """Two decimals always, rounded half-up; French sets the sign apart."""
    assert visible(percentage(Decimal(rate), language)) == expected


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 9, 1), "1er septembre 2026", "1 September 2026"),
        (date(2026, 9, 11), "11 septembre 2026", "11 September 2026"),
        (date(2026, 8, 21), "21 août 2026", "21 August 2026"),
    ],
)
def test_long_date(day: date, french: str, english: str) -> None:
    """Only the first of a month is an ordinal in French."""
    assert long_date(day, FR) == french
    assert long_date(day, EN) == english


def test_numeric_date() -> None:
    """Day first, two figures, four for the year."""
    assert numeric_date(date(2026, 6, 3), FR) == numeric_date(date(2026, 6, 3), EN) == "03/06/2026"


@pytest.mark.parametrize(
    ("at", "zone", "language", "expected"),
    [
        (datetime(2026, 12, 14, 8, 0, tzinfo=UTC), "Europe/Paris", FR, "14 déc. 09:00"),
        (datetime(2026, 7, 14, 8, 0, tzinfo=UTC), "Europe/Paris", FR, "14 juil. 10:00"),
        (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), "Europe/Paris", FR, "1er déc. 00:30"),
        (datetime(2026, 12, 14, 8, 0, tzinfo=UTC), "Indian/Reunion", FR, "14 déc. 12:00"),
        (datetime(2026, 12, 14, 8, 0, tzinfo=UTC), "Europe/Paris", EN, "14 Dec 09:00"),
    ],
)
def test_short_instant(at: datetime, zone: str, language: Language, expected: str) -> None:
    """The zone's own clock and date, in winter, in summer and overseas."""
    assert short_instant(at, zone, language) == expected


def test_a_local_time_is_no_instant() -> None:
    """Without an offset nobody knows when it is: refused."""
    with pytest.raises(ValueError, match="does not say its offset"):
        short_instant(datetime(2026, 12, 14, 8, 0), "Europe/Paris", FR)  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (0, "0~jour", "0 days"),
        (1, "1~jour", "1 day"),
        (12, "12~jours", "12 days"),
        (1200, "1~200~jours", "1,200 days"),
    ],
)
def test_days(count: int, french: str, english: str) -> None:
    """Nothing is singular in French and plural in English."""
    assert visible(days(count, FR)) == french
    assert visible(days(count, EN)) == english


@pytest.mark.parametrize(
    ("items", "french", "english"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a et b", "a and b"),
        (["a", "b", "c"], "a, b et c", "a, b and c"),
    ],
)
def test_listing(items: list[str], french: str, english: str) -> None:
    """Commas, and one word before the last."""
    assert listing(items, FR) == french
    assert listing(items, EN) == english


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Montant : 12 € ; merci !", "Montant~: 12~€~; merci~!"),
        ("Montant: 12€; merci!", "Montant~: 12~€~; merci~!"),
        ("Avez-vous reçu la facture ?", "Avez-vous reçu la facture~?"),
        ("Vraiment?!", "Vraiment~?!"),
        ("« Oui »", "«~Oui~»"),
        ("«Oui»", "«~Oui~»"),
        ("la mention « payé »: merci", "la mention «~payé~»~: merci"),
        ("Montant\u202f: 3", "Montant~: 3"),
        ("Montant   : 3", "Montant~: 3"),
        ("(reçu ?)", "(reçu~?)"),
        ("etc.; puis", "etc.~; puis"),
        ("Objet :\nBonjour", "Objet~:\nBonjour"),
        ("Objet:\nBonjour", "Objet~:\nBonjour"),
        ("Bonjour\n: suite", "Bonjour\n: suite"),
        ("à 09:00, 14:30:15", "à 09:00, 14:30:15"),
        ("https://pay.example/a?b=c;d:e!f", "https://pay.example/a?b=c;d:e!f"),
        ("Voir https://pay.example:8443/x ?", "Voir https://pay.example:8443/x~?"),
        ("« https://pay.example/x »", "«~https://pay.example/x~»"),
        ("«https://pay.example/x»", "«~https://pay.example/x~»"),
        ("www.example.com/?a=b", "www.example.com/?a=b"),
        ("mailto:a.b@example.com", "mailto:a.b@example.com"),
        ("Contact: a.b@example.com; merci", "Contact~: a.b@example.com~; merci"),
        ("R&amp;D &nbsp; &#160;", "R&amp;D &nbsp; &#160;"),
        ("RUM:2026:A", "RUM:2026:A"),
        ("Sans signe, rien.", "Sans signe, rien."),
        ("", ""),
    ],
)
def test_french_spaces(text: str, expected: str) -> None:
    """Signs that end a word get their no-break space; addresses, times and references stay whole."""
    assert visible(french_spaces(text)) == expected


@given(st.text(alphabet="ab1.@:/;!?»«€% \n\u00a0\u202fwhtps&", max_size=40))
def test_french_spaces_twice_is_once(text: str) -> None:
    """A template's text may pass twice; and nothing but spaces ever changes."""
    once = french_spaces(text)
    assert french_spaces(once) == once
    assert [c for c in once if not c.isspace()] == [c for c in text if not c.isspace()]
    assert once.count("\n") == text.count("\n")
