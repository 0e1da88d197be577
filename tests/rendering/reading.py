"""Reading a rendered message as a person sees it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from dunning.party import CustomerKind, Language
from rendering.context import MessageContext
from rendering.emails import RenderedEmail

Message = tuple[str, MessageContext]
"""A template's name and what it is to print."""


class _Words(HTMLParser):
    """Collects what is shown and what is linked, loaded or run."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag in {"style", "title", "script"}:
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "title", "script"}:
            self._hidden -= 1
        elif tag not in {"b", "a"}:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def read_html(html: str) -> _Words:
    """Parse the HTML part."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return reader


def shown(html: str) -> str:
    """The words of the HTML part; spaces as they are."""
    return "".join(read_html(html).words)


def plain(text: str) -> str:
    """The same words with every run of spaces, line breaks and no-break spaces made one plain space."""
    return re.sub(r"\s+", " ", text)


def forms(email: RenderedEmail) -> dict[str, str]:
    """Both parts of a message, plain, to be searched for words."""
    return {"text": plain(email.text), "html": plain(shown(email.html))}


def rich_message(
    messages: list[Message], template: str, kind: CustomerKind, language: Language
) -> MessageContext:
    """The message of the default policy in which everything is known."""
    found = [
        context
        for name, context in messages
        if name == template and context.kind is kind and context.language is language and context.payments
    ]
    return found[-1]
