"""Trying every template that a policy may need, before the first customer waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser

from dunning.legal_rules import LegalRules
from dunning.party import Language
from dunning.policy import Channel, Policy
from rendering.call_sheet import render_call_sheet
from rendering.context import MessageContext
from rendering.emails import EventTemplate, RenderedEmail, render_email, template_file
from rendering.samples import event_samples, sheet_samples, step_samples
from rendering.templates import TemplateBook, TemplateFault, TemplateFaultError

_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_HOLD_NO_TEXT = frozenset({"table", "tbody", "thead", "tr"})


def check_templates(
    book: TemplateBook,
    policies: Iterable[Policy],
    rules: LegalRules,
    languages: Sequence[Language] = tuple(Language),
) -> list[TemplateFault]:
    """Render each template with made-up messages for customers of every kind, and list what is wrong.

    Finds syntax errors, unknown variables, empty values that would be printed, templates that do not end,
    text outside a paragraph, and steps without a template in one of the languages.

    Args:
        book: the templates.
        policies: whose steps are tried; the messages that answer events, and call sheets, are tried always.
        rules: figures of law that the messages print.
        languages: in which a customer may be written to.

    Returns:
        Each fault once, in the order of discovery; none when every template can be used.
    """
    steps = [(policy, step) for policy in policies for step in policy.steps if step.channel is Channel.EMAIL]
    faults: dict[TemplateFault, None] = {}
    for language in languages:
        for policy, step in steps:
            samples = step_samples(step, policy.ask_accessories, language, rules)
            faults |= dict.fromkeys(_email_faults(book, step.template_name, samples))
        for template in EventTemplate:
            samples = event_samples(template, language, rules)
            faults |= dict.fromkeys(_email_faults(book, template, samples))
        faults |= dict.fromkeys(_sheet_faults(book, language))
    return list(faults)


def _email_faults(
    book: TemplateBook, template: str, samples: Iterable[MessageContext]
) -> Iterator[TemplateFault]:
    for context in samples:
        try:
            email = render_email(book, template, context)
        except TemplateFaultError as error:
            yield error.fault
        else:
            yield from _markup_faults(template_file(template, context.language), email)


def _sheet_faults(book: TemplateBook, language: Language) -> Iterator[TemplateFault]:
    for context in sheet_samples(language):
        try:
            render_call_sheet(book, context)
        except TemplateFaultError as error:
            yield error.fault


def _markup_faults(name: str, email: RenderedEmail) -> Iterator[TemplateFault]:
    reader = _MarkupReader()
    reader.feed(email.html)
    for problem in reader.problems:
        yield TemplateFault(file=name, line=None, message=problem)


class _MarkupReader(HTMLParser):
    """Finds what MJML passes through without a word: stray text and elements that it does not know."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag.startswith("mj-"):
            self.problems.append(f"the HTML part has <{tag}>, which is no element of MJML here")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1] in _HOLD_NO_TEXT:
            self.problems.append(f"{data.strip()[:40]!r} stands outside a paragraph")
