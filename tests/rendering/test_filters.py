from __future__ import annotations

import pytest

from rendering.filters import iban, lines, one_line, packed, wrapped
from rendering.plain_text import tidy


@pytest.mark.parametrize("written", ["FR7630004000031234567890143", "fr76 3000 4000 0312 3456 7890 143"])
def test_an_iban_is_printed_in_groups_of_four(written: str) -> None:
    """However it was typed, with plain spaces between the groups (ISO 13616)."""
    assert iban(written) == "FR76 3000 4000 0312 3456 7890 143"


def test_lines_break_at_spaces_but_never_at_no_break_spaces() -> None:
    """No line of text is longer than 76 signs unless one word is, and amounts stay whole."""
    text = wrapped("mot " * 30 + "1\u00a0204,50\u00a0€ " * 12)
    assert max(len(line) for line in text.splitlines()) <= 76
    assert all(not line.endswith(("\u00a0€ ", "1", "204,50")) for line in text.splitlines())
    address = "https://pay.example/" + "a" * 100
    assert address in wrapped(f"Payer : {address} merci")


def test_small_helpers_keep_words_and_drop_air() -> None:
    """Outer spaces, empty lines and line breaks go; no-break spaces stay."""
    assert one_line("  a\n b\u00a0: \tc ") == "a b\u00a0: c"
    assert lines(" 1 rue A \n\n 69000 Lyon\r\n") == ["1 rue A", "69000 Lyon"]
    assert packed("a\n\n  \nb  \n") == "a\nb"
    assert tidy("\n\na  \n\n\n\nb\n\n") == "a\n\nb\n"
