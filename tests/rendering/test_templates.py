from __future__ import annotations

from pathlib import Path

import pytest

from dunning.legal_rules import LegalRules
from dunning.party import Language
from rendering.context import MessageContext
from rendering.emails import EventTemplate, render_email, variables
from rendering.samples import event_samples
from rendering.templates import Format, TemplateBook, TemplateFaultError
from tests.rendering.conftest import WriteTemplate
from tests.rendering.reading import shown

HEAD = "{% extends layout %}\n{% block subject %}Sujet{% endblock %}\n{% block body %}\n"
TAIL = "\n{% endblock %}\n"


@pytest.fixture
def context(rules: LegalRules) -> MessageContext:
    """A thank-you to a business, with everything known."""
    return next(event_samples(EventTemplate.THANKS, Language.FRENCH, rules))


def _fault(book: TemplateBook, context: MessageContext) -> TemplateFaultError:
    with pytest.raises(TemplateFaultError) as caught:
        render_email(book, "mine", context)
    return caught.value


def test_a_folder_of_ones_own_comes_first(
    own_book: TemplateBook, write: WriteTemplate, context: MessageContext
) -> None:
    """One template is replaced, the others stay ours."""
    body = "{% call paragraph() %}Merci beaucoup !{% endcall %}"
    write("fr/email/thanks.j2", HEAD + body + TAIL)
    email = render_email(own_book, "thanks", context)
    assert email.subject == "Sujet"
    assert "Merci beaucoup\u00a0!" in email.text
    assert "Merci beaucoup\u00a0!" in shown(email.html)
    assert (
        "Payment"
        in render_email(
            own_book, "reminder-1", context.model_copy(update={"language": Language.ENGLISH})
        ).subject
    )


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """A mistyped folder is refused at once, not at the first message."""
    with pytest.raises(FileNotFoundError, match="nowhere does not exist"):
        TemplateBook([tmp_path / "nowhere"])


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("\n{{ ballance|money }}", 5, "'ballance' is undefined"),
        ("{{ invoice.numero }}", 4, "numero"),
        ("\n\n{% if %}", 6, "Expected an expression"),
        ("{{ balance|monney }}", 4, "No filter named 'monney'"),
        ("{% for a in [1] recursive %}{% endfor %}", 4, "recursive loops are not allowed"),
        ("{{ promise }}", 4, "an empty value is printed"),
        ("\n{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", 5, "loop turns"),
        ("{% macro f() %}{{ f() }}{% endmacro %}\n{{ f() }}", 4, "without end"),
        (
            "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(30) }}",
            4,
            "loop turns",
        ),
        ("{% for a in range(9999) %}" + "x" * 100 + "{% endfor %}", 4, "more than 200000 characters"),
        ("{{ 'x' * 9999999 }}", 4, "operator * is not allowed"),
        ("{{ 9 ** 9 ** 9 }}", 4, "operator ** is not allowed"),
        ("{{ ''.__class__ }}", 4, "unsafe"),
        ("{{ invoice.parse_file('/etc/hostname') }}", 4, "unsafe"),
        ("{{ invoice.model_construct() }}", 4, "unsafe"),
        ("{{ 1 / 0 }}", 4, "division by zero"),
        ("{{ balance + 1 }}", 4, "int"),
        ("{{ invoice.number|day }}", 4, "'F-2025-118' is no date"),
    ],
)
def test_a_fault_names_file_and_line(
    own_book: TemplateBook,
    write: WriteTemplate,
    context: MessageContext,
    body: str,
    line: int,
    message: str,
) -> None:
    """Whoever wrote the template reads where it is wrong and why; a template without end is stopped."""
    file = write("fr/email/mine.j2", HEAD + body + TAIL)
    fault = _fault(own_book, context).fault
    assert message in fault.message
    assert fault.file == str(file)
    assert fault.line == line


def test_a_fault_in_shared_wording_names_that_file(
    own_book: TemplateBook, write: WriteTemplate, context: MessageContext
) -> None:
    """The innermost file is the one to mend."""
    shared = write("fr/email/shared.j2", "\n{% macro hello() %}\n{{ nobody }}\n{% endmacro %}\n")
    write(
        "fr/email/mine.j2",
        HEAD + "{% import 'fr/email/shared.j2' as mine with context %}{{ mine.hello() }}" + TAIL,
    )
    fault = _fault(own_book, context).fault
    assert (fault.file, fault.line) == (str(shared), 3)
    assert str(fault) == f"{shared}:3: 'nobody' is undefined"


def test_a_missing_template_says_where_it_was_looked_for(
    own_book: TemplateBook, write: WriteTemplate, own_folder: Path, context: MessageContext
) -> None:
    """Neither a missing message nor a missing import is a riddle."""
    fault = _fault(own_book, context).fault
    assert fault.file == "fr/email/mine.j2"
    assert f"there is no such template in {own_folder}" in fault.message
    write("fr/email/mine.j2", HEAD + "{% import 'fr/email/gone.j2' as gone %}" + TAIL)
    assert (
        "it needs fr/email/gone.j2"
        in _fault(TemplateBook([own_folder, *own_book.folders[1:]]), context).fault.message
    )


def test_a_message_without_subject_is_refused(
    own_book: TemplateBook, write: WriteTemplate, context: MessageContext
) -> None:
    """An empty subject would be sent unread."""
    write("fr/email/mine.j2", HEAD.replace("Sujet", " ") + "x" + TAIL)
    assert "the subject is empty" in _fault(own_book, context).fault.message


def test_broken_markup_in_a_layout_is_refused(
    own_book: TemplateBook, write: WriteTemplate, context: MessageContext
) -> None:
    """MJML that cannot be read never reaches a customer."""
    write("layout/email.mjml.j2", "<mjml><mj-body><mj-section></mj-body>{% block body %}{% endblock %}")
    with pytest.raises(TemplateFaultError, match="no MJML"):
        render_email(own_book, "thanks", context)


def test_wording_is_plain_text_for_its_author(
    own_book: TemplateBook, write: WriteTemplate, context: MessageContext
) -> None:
    """An ampersand or an angle bracket in the wording is a sign like any other, in both parts."""
    write("fr/email/mine.j2", HEAD + "{% call paragraph() %}Dupont & fils : 1 < 2{% endcall %}" + TAIL)
    email = render_email(own_book, "mine", context)
    assert "Dupont & fils\u00a0: 1 < 2" in email.text
    assert "Dupont & fils\u00a0: 1 < 2" in shown(email.html)


def test_each_rendering_has_its_own_budget(book: TemplateBook, context: MessageContext) -> None:
    """A thousand messages in a row do not use up one another's turns."""
    values = variables(context) | {"subject": "-"}
    for _ in range(300):
        book.render("fr/email/thanks.j2", Format.HTML, Language.FRENCH, values)
