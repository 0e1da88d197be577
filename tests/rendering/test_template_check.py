from __future__ import annotations

import re
from pathlib import Path

import pytest

from dunning.legal_rules import LegalRules
from dunning.party import Language
from dunning.policy import Channel, Policy, PolicyStep
from rendering.template_check import check_templates
from rendering.templates import TemplateBook
from tests.rendering.conftest import TEMPLATES, WriteTemplate

HEAD = "{% extends layout %}{% block subject %}S{% endblock %}{% block body %}\n"
TAIL = "\n{% endblock %}"


def test_our_own_templates_have_no_fault(book: TemplateBook, policy: Policy, rules: LegalRules) -> None:
    """Every message of the standard policy can be written, in each language, for each kind of customer."""
    assert check_templates(book, [policy], rules) == []


def _policy_with(policy: Policy, name: str) -> Policy:
    label = dict.fromkeys(Language, "Essai")
    step = PolicyStep(step=name, level=99, label=label, offset=95, channel=Channel.EMAIL)
    return policy.model_copy(update={"steps": (*policy.steps, step)})


def test_a_step_without_template_is_found_in_each_language(
    own_book: TemplateBook, write: WriteTemplate, policy: Policy, rules: LegalRules
) -> None:
    """A policy that names a template nobody wrote is told so at start, not at the 95th day."""
    write("fr/email/last-word.j2", HEAD + "{% call paragraph() %}x{% endcall %}" + TAIL)
    faults = check_templates(own_book, [_policy_with(policy, "last-word")], rules)
    assert [fault.file for fault in faults] == ["en/email/last-word.j2"]
    assert "there is no such template" in faults[0].message


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("{% if protected %}\n{{ consumer_name }}{% endif %}", 3, "'consumer_name' is undefined"),
        ("{% call paragraph() %}{{ customer.siren }}{% endcall %}", 2, "an empty value is printed"),
        ("{{ deadline|day }}", 2, "None is no date"),
        ("{% endfor %}", 2, "unknown tag 'endfor'"),
    ],
)
def test_faults_that_only_some_customers_meet_are_found(
    own_book: TemplateBook,
    write: WriteTemplate,
    policy: Policy,
    rules: LegalRules,
    body: str,
    line: int,
    message: str,
) -> None:
    """Each template is tried for every kind of customer, with much known of them and with little."""
    file = write("fr/email/reminder-2.j2", HEAD + body + TAIL)
    faults = check_templates(own_book, [policy], rules)
    assert [(fault.file, fault.line) for fault in faults] == [(str(file), line)]
    assert message in faults[0].message


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("en/email/thanks.j2", HEAD + "lost words" + TAIL, "'lost words' stands outside a paragraph"),
        (
            "layout/parts.mjml.j2",
            (TEMPLATES / "layout" / "parts.mjml.j2")
            .read_text(encoding="utf-8")
            .replace("mj-divider", "mj-line"),
            "<mj-line>, which is no element of MJML",
        ),
        ("fr/call/sheet.j2", "{{ nothing }}", "'nothing' is undefined"),
    ],
)
def test_what_markup_would_swallow_is_found(
    own_book: TemplateBook,
    write: WriteTemplate,
    policy: Policy,
    rules: LegalRules,
    file: str,
    content: str,
    message: str,
) -> None:
    """Stray text, unknown elements and faults of call sheets count too."""
    write(file, content)
    faults = check_templates(own_book, [policy], rules)
    assert faults
    assert all(message in fault.message for fault in faults)


def _files(language: str) -> dict[str, Path]:
    folder = TEMPLATES / language
    return {str(file.relative_to(folder)): file for file in sorted(folder.rglob("*.j2"))}


def test_every_wording_asks_for_a_lawyer() -> None:
    """Nobody opens a template without reading that a lawyer must review it."""
    for language in Language:
        for file in _files(language).values():
            first_line = file.read_text(encoding="utf-8").splitlines()[0]
            assert re.search(r"\{#-.*lawyer must review.*before use", first_line), file


def test_both_languages_have_the_same_messages_and_conditions() -> None:
    """What is said in one language under a condition is said in the other under the same."""
    french, english = _files("fr"), _files("en")
    assert french.keys() == english.keys()
    for name, file in french.items():
        tags = [
            re.findall(r"{%-? *((?:if|elif|for|macro|block) .*?|else|endif|endfor) *-?%}", text)
            for text in (file.read_text(encoding="utf-8"), english[name].read_text(encoding="utf-8"))
        ]
        conditions = [[tag for tag in found if not tag.startswith("if kind ==")] for found in tags]
        assert {tag for tag in conditions[0] if "if" in tag} == {
            tag for tag in conditions[1] if "if" in tag
        }, name
