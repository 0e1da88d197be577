"""What the tests of messages share: our own templates, the figures of law, the standard policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dunning.legal_rules import LegalRules
from dunning.party import Language
from dunning.policy import AskAccessories, Channel, Policy
from rendering.emails import EventTemplate
from rendering.samples import event_samples, step_samples
from rendering.templates import TemplateBook
from runtime.law_files import load_rules
from runtime.policy_files import load_policy
from tests.rendering.reading import Message

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"

WriteTemplate = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def book() -> TemplateBook:
    """Our own templates."""
    return TemplateBook([TEMPLATES])


@pytest.fixture(scope="session")
def rules() -> LegalRules:
    """The figures of French law."""
    return load_rules()


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The standard policy for businesses."""
    return load_policy(ROOT / "policies" / "standard-business.yaml")


@pytest.fixture(scope="session")
def messages(policy: Policy, rules: LegalRules) -> list[Message]:
    """Every message for every kind of customer, in both languages, under each policy on accessories."""
    return [message for ask in AskAccessories for message in _messages(policy, rules, ask)]


def _messages(policy: Policy, rules: LegalRules, ask: AskAccessories) -> list[Message]:
    found: list[Message] = []
    for language in Language:
        for step in policy.steps:
            if step.channel is Channel.EMAIL:
                samples = step_samples(step, ask, language, rules)
                found += [(step.template_name, context) for context in samples]
        for template in EventTemplate:
            found += [(template, context) for context in event_samples(template, language, rules)]
    return found


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """A user's own template folder, empty."""
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def own_book(own_folder: Path) -> TemplateBook:
    """The user's templates before ours."""
    return TemplateBook([own_folder, TEMPLATES])


@pytest.fixture
def write(own_folder: Path) -> WriteTemplate:
    """Write a template into the user's folder: name, content."""

    def write_template(name: str, content: str) -> Path:
        file = own_folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        return file

    return write_template
