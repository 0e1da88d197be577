"""The sheet that a person has before them during a call: facts first, then the order of the call."""

from __future__ import annotations

from typing import Any

from dunning.party import Language
from rendering.context import SheetContext
from rendering.plain_text import tidy
from rendering.templates import Format, TemplateBook

_NAMES = (*SheetContext.model_fields, "days_past_due", "account_balance", "suggest_instalments")


def sheet_file(language: Language) -> str:
    """Name of the call sheet's template in the book."""
    return f"{language}/call/sheet.j2"


def variables(context: SheetContext) -> dict[str, Any]:
    """What the sheet may print, by name."""
    return {name: getattr(context, name) for name in _NAMES}


def render_call_sheet(book: TemplateBook, context: SheetContext) -> str:
    """Write a call sheet as Markdown that also reads well as plain text, in the caller's language.

    Args:
        book: where the template is looked up.
        context: what is known of the invoice, the customer and the exchanges so far.

    Raises:
        TemplateFaultError: the template is missing or wrong; with file and line.
    """
    text = book.render(sheet_file(context.language), Format.TEXT, context.language, variables(context))
    return tidy(text)
