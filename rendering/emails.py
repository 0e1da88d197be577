"""E-mails from templates: a subject, a text part and an HTML part of equal content."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import mrml
from pydantic import BaseModel, ConfigDict

from dunning.party import Language
from rendering.context import MessageContext
from rendering.plain_text import tidy
from rendering.templates import Format, TemplateBook, TemplateFault, TemplateFaultError

_NAMES = (*MessageContext.model_fields, "days_past_due", "kind", "protected", "fixed_costs", "amount_due")


class EventTemplate(StrEnum):
    """Messages that answer an event, beside the steps of a policy."""

    THANKS = "thanks"
    INSTALMENT_REMINDER = "instalment-reminder"
    PLAN_CONFIRMATION = "plan-confirmation"
    PROMISE_CONFIRMATION = "promise-confirmation"


class RenderedEmail(BaseModel):
    """What `build_email` turns into bytes."""

    model_config = ConfigDict(frozen=True)

    subject: str
    text: str
    html: str


def template_file(template: str, language: Language) -> str:
    """Name of an e-mail's template in the book."""
    return f"{language}/email/{template}.j2"


def variables(context: MessageContext) -> dict[str, Any]:
    """What the template may print, by name."""
    return {name: getattr(context, name) for name in _NAMES}


def render_email(book: TemplateBook, template: str, context: MessageContext) -> RenderedEmail:
    """Write one e-mail in the language of its context.

    Both parts come from one template, whose wording stands once; layout and building blocks differ. The
    values are escaped before MJML is read, so that nothing a customer or a file brought is taken for markup.

    Args:
        book: where templates are looked up.
        template: such as ``reminder-1``; a policy step's `template_name`.
        context: what may be printed.

    Raises:
        TemplateFaultError: the template is missing or wrong; with file and line.
    """
    name = template_file(template, context.language)
    values = variables(context)
    subject, _, text = book.render(name, Format.TEXT, context.language, values).partition("\n")
    if not subject.strip():
        raise TemplateFaultError(TemplateFault(file=name, line=None, message="the subject is empty"))
    values["subject"] = subject
    mjml = book.render(name, Format.HTML, context.language, values)
    return RenderedEmail(subject=subject, text=tidy(text), html=_html(name, mjml))


def _html(name: str, mjml: str) -> str:
    try:
        return mrml.to_html(mjml).content
    except OSError as error:
        message = f"the HTML part is no MJML: {error}; see the templates under layout/"
        raise TemplateFaultError(TemplateFault(file=name, line=None, message=message)) from error
