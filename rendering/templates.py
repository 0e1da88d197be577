"""The book of templates: the user's folder before ours, every fault with its file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import FileSystemLoader, Template, TemplateNotFound, TemplateSyntaxError
from pydantic import BaseModel, ConfigDict

from dunning.party import Language
from dunning.wording import NO_BREAK
from rendering.filters import FILTERS
from rendering.sandbox import MessageEnvironment, bounded, start_budget

_COLONS = {Language.FRENCH: f"{NO_BREAK}:", Language.ENGLISH: ":"}


class Format(StrEnum):
    """In which form a template is rendered; the value is the ending of the layout's file."""

    TEXT = "txt"
    HTML = "mjml"


class TemplateFault(BaseModel):
    """What is wrong with a template, for the person who wrote it."""

    model_config = ConfigDict(frozen=True)

    file: str
    line: int | None
    """None where only the finished message shows the fault."""
    message: str

    def __str__(self) -> str:
        """Such as ``templates/fr/email/thanks.j2:12: 'ballance' is undefined``."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class TemplateFaultError(Exception):
    """A template cannot be rendered; trying again will not help before someone mends it."""

    def __init__(self, fault: TemplateFault) -> None:
        """Carry the fault."""
        self.fault = fault
        super().__init__(str(fault))


class TemplateBook:
    """Templates by name, such as ``fr/email/reminder-1.j2``, read once from the given folders."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Look names up in the folders in this order: the user's own first, ours last.

        Raises:
            FileNotFoundError: a folder does not exist.
        """
        for folder in folders:
            if not folder.is_dir():
                raise FileNotFoundError(f"the template folder {folder} does not exist")
        self.folders = tuple(folders)
        self._environments = {form: self._environment(form) for form in Format}
        self._parts: dict[tuple[Format, Language], dict[str, Any]] = {}

    def _environment(self, form: Format) -> MessageEnvironment:
        loader = FileSystemLoader([str(folder) for folder in self.folders])
        environment = MessageEnvironment(loader, markup=form is Format.HTML)
        environment.filters.update(FILTERS)
        environment.globals["layout"] = f"layout/email.{form}.j2"
        return environment

    def has(self, name: str) -> bool:
        """Whether one of the folders holds this template."""
        return any((folder / name).is_file() for folder in self.folders)

    def render(self, name: str, form: Format, language: Language, variables: Mapping[str, Any]) -> str:
        """Render a template in one form.

        Args:
            name: path below the template folder, with forward slashes.
            form: plain text, or MJML with every value escaped.
            language: of the filters and of the colon in "label: value".
            variables: what the template may print.

        Raises:
            TemplateFaultError: it is missing or wrong, or does not end; with file and line.
        """
        start_budget()
        try:
            template = self._environments[form].get_template(name)
            parts = self._parts_of(form, language)
            return bounded(template.generate({**parts, **variables, "language": language}))
        except Exception as error:
            # Whatever a template provokes, in Jinja, in a filter or in Babel, is for its author to mend.
            raise TemplateFaultError(self.fault_of(name, error)) from error

    def _parts_of(self, form: Format, language: Language) -> dict[str, Any]:
        """The building blocks that every template may call: paragraph, facts, row, button and the like."""
        key = (form, language)
        if key not in self._parts:
            template: Template = self._environments[form].get_template(f"layout/parts.{form}.j2")
            module = template.make_module({"colon": _COLONS[language]})
            self._parts[key] = {
                name: macro for name, macro in vars(module).items() if not name.startswith("_")
            }
        return self._parts[key]

    def fault_of(self, name: str, error: BaseException) -> TemplateFault:
        """Say where a template failed, in words for the person who wrote it."""
        message = str(error) or type(error).__name__
        if isinstance(error, TemplateSyntaxError):
            return TemplateFault(
                file=error.filename or name, line=error.lineno, message=error.message or message
            )
        if isinstance(error, TemplateNotFound):
            return TemplateFault(file=name, line=None, message=self._missing(name, error))
        if isinstance(error, RecursionError):
            message = "macros call each other without end"
        file, line = self._place(error.__traceback__) or (name, None)
        return TemplateFault(file=file, line=line, message=message)

    def _missing(self, name: str, error: TemplateNotFound) -> str:
        searched = ", ".join(str(folder) for folder in self.folders)
        if error.name in {None, name}:
            return f"there is no such template in {searched}"
        return f"it needs {error.name}, which is not in {searched}"

    def _place(self, traceback: TracebackType | None) -> tuple[str, int] | None:
        """The innermost line of a template in a traceback that Jinja has mapped to template lines."""
        found = None
        folders = tuple(f"{folder}/" for folder in self.folders)
        while traceback is not None:
            file = traceback.tb_frame.f_code.co_filename
            if file.startswith(folders):
                found = (file, traceback.tb_lineno)
            traceback = traceback.tb_next
        return found


__all__ = ["Format", "TemplateBook", "TemplateFault", "TemplateFaultError"]
