"""What holds of every document: links lead somewhere, commands exist, pictures are small."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from starter import app
from tests.docs.pages import CHECKOUT, PAGES, blocks, commands, links

_MOST_BYTES = 300_000
_PICTURES = sorted((CHECKOUT / "docs" / "pictures").glob("*.png"))
_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_PROGRAM = "starter.py"


def _calls() -> list[str]:
    return [line for page in PAGES for line in commands(page, _PROGRAM)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file or folder of the checkout."""
    assert [target for target in links(page) if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("call", _calls())
def test_commands_are_real(call: str) -> None:
    """Every command that a document shows, with its arguments and options, is one that the program takes."""
    words = shlex.split(call, comments=True)
    program = next(place for place, word in enumerate(words) if word.endswith(_PROGRAM))
    command: Any = typer.main.get_command(app)
    rest = words[program + 1 :]
    while hasattr(command, "commands"):
        name, *rest = rest
        assert name in command.commands, f"there is no command {name}"
        command = command.commands[name]
    command.make_context(command.name, rest)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    """Every `make` command that a document shows has its target."""
    targets = set(_TARGET.findall((CHECKOUT / "Makefile").read_text(encoding="utf-8")))
    shown = {
        line.split()[1] for block in blocks(page, "sh") for line in block.splitlines() if line[:5] == "make "
    }
    assert shown <= targets


@pytest.mark.parametrize("picture", _PICTURES, ids=lambda picture: picture.name)
def test_pictures_are_small_and_shown(picture: Path) -> None:
    """A picture stands in some document and weighs less than 300 kB."""
    assert picture.stat().st_size < _MOST_BYTES
    assert any(picture == (page.parent / target).resolve() for page in PAGES for target in links(page))
