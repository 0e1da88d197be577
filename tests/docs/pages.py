"""Reads the documents: their code blocks, links and tables."""

from __future__ import annotations

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md")])

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a language, in their order."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [content for name, content in found if name == language]


def block_with(page: Path, language: str, words: str) -> str:
    """The one code block that holds some words."""
    found = [content for content in blocks(page, language) if words in content]
    assert len(found) == 1, f"{page.name} has {len(found)} {language} blocks with {words!r}"
    return found[0]


def commands(page: Path, program: str) -> list[str]:
    """Every line of a shell block that calls a program, continued lines joined."""
    lines = "\n".join(blocks(page, "sh")).replace("\\\n", " ").splitlines()
    return [line for line in lines if program in line.split(" #")[0]]


def links(page: Path) -> list[str]:
    """Targets of links and pictures inside the checkout."""
    found = _LINK.findall(page.read_text(encoding="utf-8"))
    return [target for target in found if "://" not in target]
