from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from string import Formatter

import pytest
from typer.main import get_command

import starter
from commands.faults import KNOWN_FAULTS, words_of
from commands.words import WORDS
from doors.refusals import NoWorkerError, TemporalAwayError
from dunning.party import Language
from dunning.refusal import Refusal
from tests.commands.terminal_of_tests import CHECKOUT, Typist

PROMISED = (
    "import",
    "import-payments",
    "preview",
    "list",
    "status",
    "timeline",
    "pay",
    "plan",
    "promise",
    "hold",
    "resume",
    "approve",
    "write-off",
    "calls",
    "call-done",
    "note",
    "doctor",
    "search-attributes",
    "start",
    "web",
    "migrate",
)


def commands() -> Iterator[tuple[str, ...]]:
    """Every command there is."""
    root = get_command(starter.app)
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        if inner:
            yield from ((name, sub) for sub in inner)
        else:
            yield (name,)


def test_every_promised_command_is_there() -> None:
    """What the documents name can be typed."""
    assert set(PROMISED) <= {name for name, *_ in commands()}


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Help has a sentence of its own and, where there is a result, a form for programs."""
    assert starter.main([*command, "--help"]) == 0

    said = capsys.readouterr().out
    assert len(said.splitlines()) > 6
    assert "--json" in said or command == ("policies", "schema")


def test_a_wrong_call_ends_with_two(lonely: Typist) -> None:
    """An unknown command, a missing argument, an unknown option."""
    assert lonely("frobnicate").code == 2
    assert lonely("status").code == 2
    assert lonely("list", "--colour").code == 2


def test_an_unknown_creditor_is_refused_by_name(lonely: Typist) -> None:
    """The message names those that are configured."""
    told = lonely("list", "--creditor", "nobody")

    assert told.code == 1
    assert "nobody" in told.words
    assert lonely.deployment.creditor_id in told.words


def test_among_several_creditors_one_must_be_named(lonely: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is guessed: the command lists them, and works once one is named."""
    file = CHECKOUT / lonely.deployment.variables["DUNNING_CREDITOR_FILE"]
    text = file.read_text(encoding="utf-8")
    entry = text.partition("creditors:\n")[2]
    second = entry.replace(lonely.deployment.creditor_id, "second-creditor")
    file.write_text(f"creditors:\n{entry}\n{second}", encoding="utf-8")

    told = lonely("list")

    assert told.code == 1
    assert "second-creditor" in told.words
    assert "--creditor" in told.words
    assert lonely("list", "--creditor", "second-creditor").code == 0


@pytest.mark.parametrize(("arguments", "code"), [(("list",), 0), (("status", "NOPE"), 1), (("status",), 2)])
def test_the_process_ends_with_its_own_code(lonely: Typist, arguments: tuple[str, ...], code: int) -> None:
    """What a shell sees is what the command earned; standard output stays for results."""
    ended = subprocess.run(
        [sys.executable, "starter.py", *arguments],
        cwd=CHECKOUT,
        env=lonely.deployment.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
    assert (ended.stdout != "") is (code == 0)


def fields(text: str) -> set[str]:
    """The places that a sentence leaves open."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_sentence_has_both_languages() -> None:
    """A reader of one language learns as much as one of the other."""
    assert {key for key, (french, english) in WORDS.items() if fields(french) != fields(english)} == set()


OTHER_WORDS = re.compile(
    r"^def word\(|^from commands\.(?!words )\w+ import (?:\([^)]*\bword\b|[^\n(]*\bword\b)", re.MULTILINE
)
"""A module that says words of a list of its own, or has that list."""


def test_no_sentence_is_missing_and_none_is_left_over() -> None:
    """Every key that a command says is in the list, and every one of the list is said."""
    with_words_of_their_own = ("demo", "rehearse", "words")
    files = (CHECKOUT / "commands").glob("*.py")
    sources = [
        file.read_text(encoding="utf-8")
        for file in files
        if not file.name.startswith(with_words_of_their_own)
    ]
    of_this_list = "\n".join(text for text in sources if not OTHER_WORDS.search(text))
    said = set(re.findall(r"\bword\(\s*\"([a-z_]+)\"", of_this_list))
    quoted = set(re.findall(r"\"([a-z_]+)\"", "\n".join(sources)))

    assert said - WORDS.keys() == set()
    assert {key for key in WORDS if key not in quoted and not key.startswith("verdict_")} == set()


def test_known_faults_are_told_in_the_readers_language() -> None:
    """A refusal of the rules reads as a sentence, never as its key."""
    assert Refusal in KNOWN_FAULTS
    assert (
        words_of(Refusal("plan_runs"), Language.ENGLISH)
        == "A payment plan runs: a promise cannot be added to it."
    )
    assert words_of(Refusal("plan_runs"), Language.FRENCH).startswith("Un échéancier est en cours")


def test_a_command_without_an_answer_may_still_be_carried_out() -> None:
    """The person is told to look before repeating it, in the reader's language."""
    error = NoWorkerError("no answer")
    error.__cause__ = TemporalAwayError("no answer within 30 s")

    assert "avant de la répéter" in words_of(error, Language.FRENCH)
    assert "within 30 s" in words_of(error, Language.ENGLISH)
