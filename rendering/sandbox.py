"""The Jinja environment that templates run in: nothing unsafe, endless or printed by accident."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from contextvars import ContextVar
from functools import cache
from typing import Any, cast

from jinja2 import BaseLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape
from pydantic import BaseModel

from dunning.party import Language
from dunning.wording import french_spaces

LARGEST_OUTPUT = 200_000
"""Characters that one rendered part may have; a long e-mail has 10,000."""
MOST_TURNS = 20_000
"""Turns of loops and calls of macros that one rendering may take; a long e-mail takes 300."""

# XML 1.0 knows no such characters, and a mail reader shows nothing good for them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_turns_left: ContextVar[list[int]] = ContextVar("turns_left")


class TemplateLimitError(TemplateRuntimeError):
    """A template took more turns, or wrote more, than a message can need."""


def start_budget() -> None:
    """Allow the rendering that follows in this context its full number of turns."""
    _turns_left.set([MOST_TURNS])


def _spend_turn() -> None:
    left = _turns_left.get([MOST_TURNS])
    left[0] -= 1
    if left[0] < 0:
        raise TemplateLimitError(f"the template takes more than {MOST_TURNS} loop turns and calls")


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        _spend_turn()
        yield item


def bounded(chunks: Iterator[str]) -> str:
    """Join what a template writes, and stop it when it writes too much.

    Raises:
        TemplateLimitError: more than `LARGEST_OUTPUT` characters.
    """
    size = 0
    kept = []
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST_OUTPUT:
            excess = TemplateLimitError(f"the template writes more than {LARGEST_OUTPUT} characters")
            # Raised where the template stands, so that the error knows its line.
            cast("Generator[str]", chunks).throw(excess)
        kept.append(chunk)
    return "".join(kept)


def _printable(value: Any) -> Any:
    """Refuse to print nothing, which would read as "None", and drop control characters."""
    if value is None:
        raise TemplateRuntimeError("an empty value is printed: ask for it with {% if … %} first")
    if isinstance(value, str) and _UNPRINTABLE.search(value):
        return type(value)(_UNPRINTABLE.sub("", value))
    return value


class _CountingGenerator(CodeGenerator):
    """Compiles every loop so that its turns are counted."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - Jinja's name
        for loop in list(node.find_all(nodes.For)):
            if loop.recursive:
                self.fail("recursive loops are not allowed in templates", loop.lineno)
            counted = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno)
            loop.iter = counted.set_environment(self.environment)
        super().visit_Template(node, frame)


@cache
def _is_printed_attribute(model: type[BaseModel], attr: str) -> bool:
    if attr.startswith(("_", "model_")):
        return False
    return attr in model.model_fields or isinstance(getattr(model, attr, None), property)


def _french(text: str) -> str:
    # A sign that opens the text follows a value: "{{ amount }} !". A figure stands in for it.
    return french_spaces(f"0{text}")[1:]


class ProseIsPlainText(Extension):
    """Treats what stands between the tags of a language's templates as plain text, not as markup.

    So the same wording serves the text and the HTML part, an ampersand needs no care, and French signs get
    their no-break space whether or not the author knew how to type one.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Rewrite the literal text of templates that lie in a language's folder."""
        language, slash, _ = (stream.name or "").partition("/")
        prose = bool(slash) and language != "layout"
        for token in stream:
            if not prose or token.type not in {"data", "string"}:
                yield token
                continue
            text = token.value
            if language == Language.FRENCH:
                text = _french(text)
            if token.type == "data" and self.environment.autoescape:
                text = str(escape(text))
            yield Token(token.lineno, token.type, text)


class MessageEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox that counts turns; stops accidents, and is no cage for a hostile author."""

    code_generator_class = _CountingGenerator
    intercepted_binops = frozenset(["*", "**"])

    def __init__(self, loader: BaseLoader, *, markup: bool) -> None:
        """Read templates through the loader; with `markup`, values are escaped for XML and HTML."""
        super().__init__(
            loader=loader,
            autoescape=markup,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            finalize=_printable,
            extensions=[ProseIsPlainText],
        )
        self.filters["counted"] = _counted
        del self.globals["lipsum"]

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Of our models, fields and properties only: pydantic's own methods build objects and read files."""
        if isinstance(obj, BaseModel):
            return _is_printed_attribute(type(obj), attr)
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply numbers only: text repeated a million times fits no message."""
        if operator == "**" or isinstance(left, str | list | tuple) or isinstance(right, str | list | tuple):
            raise SecurityError(f"the operator {operator} is not allowed here")
        return super().call_binop(context, operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805, PYI063 - Jinja's signature
        """Call a macro or method on behalf of a template, at the price of one turn."""
        _spend_turn()
        return super().call(__context, __obj, *args, **kwargs)
