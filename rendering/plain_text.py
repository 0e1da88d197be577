"""The last touch to plain text that templates wrote."""

from __future__ import annotations


def tidy(text: str) -> str:
    """At most one empty line in a row, none at the ends, and one line break at the end."""
    kept: list[str] = []
    for line in text.splitlines():
        stripped = line.rstrip(" ")
        if stripped or (kept and kept[-1]):
            kept.append(stripped)
    return "\n".join(kept).strip("\n") + "\n"
