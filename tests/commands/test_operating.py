from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from runtime import tuning
from tests.commands.portfolios import Portfolio, reached
from tests.commands.terminal_of_tests import CHECKOUT, CLOSED_PORT, Deployment, Typist
from workflows import options

GO = 40
"""Seconds for a program to start or end on a busy machine."""


def ended(program: subprocess.Popen[str]) -> tuple[int, str]:
    """How a program ended by itself, and all that it said."""
    out, err = program.communicate(timeout=GO)
    return program.returncode, out + err


def changed(deployment: Deployment, **variables: str) -> Deployment:
    """The same deployment, with other settings."""
    return Deployment(deployment.variables | variables, deployment.creditor_id)


def test_the_doctor_names_each_service(typist: Typist) -> None:
    """With a server and books at hand nothing fails, and what is not configured is said."""
    told = typist("doctor", "--json")

    found = {finding["name"]: finding["verdict"] for finding in told.value}
    assert told.code == 0
    assert (found["Temporal"], found["Ledger"], found["Mail server"]) == ("ok", "ok", "warning")
    assert all(list(finding) == ["name", "verdict", "words", "remedy"] for finding in told.value)


def test_the_doctor_fails_with_what_to_do(lonely: Typist) -> None:
    """A server that does not answer ends with exit code 1 and a remedy."""
    told = lonely("doctor")

    assert told.code == 1
    assert "make server" in told.words


def test_search_attributes_are_registered_once(typist: Typist) -> None:
    """Telling a namespace what it knows is harmless."""
    assert typist.json("search-attributes") == {"registered": []}
    assert "known already" in typist("search-attributes").words


def test_books_are_brought_up_to_date(lonely: Typist) -> None:
    """New books are made; the place is shown."""
    assert "ledger.sqlite" in lonely.json("migrate")["ledger"]
    assert lonely("migrate").code == 0


def test_starting_what_runs_is_harmless(typist: Typist, portfolio: Portfolio) -> None:
    """The run of an invoice goes on as it was."""
    invoice = portfolio.imported(typist, ("F1", "C1", "100.00"))

    assert typist.json("start", invoice) == {"invoice": invoice, "started": True}
    reached(typist, invoice, "dunning")


def test_policies_are_checked_and_shown(lonely: Typist) -> None:
    """A person sees the steps and what waits for an approval, an editor gets a schema."""
    assert lonely.json("policies", "check")["default"] == "standard-business"
    shown = lonely("policies", "show", "standard-business").words
    assert "Mise en demeure" in shown
    assert "à valider" in shown
    (policy,) = lonely.json("policies", "show", "standard-business")
    assert policy["steps"][0]["step"] == "courtesy"
    assert "$schema" in json.loads(lonely("policies", "schema").out)
    assert lonely("policies", "show", "gentle").code == 1


def test_a_broken_policy_is_named_with_line_and_field(
    lonely: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who wrote it finds the place at once."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "mine.yaml").write_text("name: mine\ntitle: {fr: A}\ndescription: {fr: B}\nstep: []\n")
    monkeypatch.setenv("DUNNING_POLICY_FOLDER", str(folder))

    told = lonely("policies", "check")

    assert told.code == 1
    assert "mine.yaml, line 4" in told.words


def test_a_broken_template_is_named_with_its_line(
    lonely: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A template of one's own that cannot be rendered is found before a message is due."""
    folder = tmp_path / "templates" / "fr" / "email"
    folder.mkdir(parents=True)
    (folder / "reminder-1.j2").write_text("Sujet\n{{ ballance }}\n", encoding="utf-8")
    monkeypatch.setenv("DUNNING_TEMPLATE_FOLDER", str(tmp_path / "templates"))

    told = lonely("policies", "check")

    assert told.code == 1
    assert "reminder-1.j2:2" in told.words


def test_a_wrong_setting_is_named(lonely: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable, what is wrong, and an example."""
    monkeypatch.setenv("DUNNING_WEB_PORT", "eighty")

    told = lonely("list")

    assert told.code == 1
    assert "DUNNING_WEB_PORT" in told.words
    assert "Traceback" not in told.words


def test_the_web_app_answers_until_it_is_asked_to_leave(deployment: Deployment) -> None:
    """It says where it listens, answers there, and ends in order with exit code 0."""
    web = changed(deployment, DUNNING_WEB_PORT="0").process("starter.py", "web")
    assert web.stdout is not None
    address = web.stdout.readline().split()[-1]
    assert httpx.get(f"{address}/health", timeout=GO).status_code == 200

    web.send_signal(signal.SIGTERM)

    assert ended(web)[0] == 0


def test_the_web_app_starts_without_temporal(deployment: Deployment) -> None:
    """Webhooks must be taken in while Temporal is down; the relay catches up."""
    web = changed(deployment, DUNNING_WEB_PORT="0", TEMPORAL_ADDRESS=CLOSED_PORT).process("starter.py", "web")
    assert web.stdout is not None
    address = web.stdout.readline().split()[-1]

    assert httpx.get(f"{address}/pay/unknown", timeout=GO).status_code == 404

    web.send_signal(signal.SIGTERM)
    assert ended(web)[0] == 0


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TEMPORAL_ADDRESS": CLOSED_PORT}, CLOSED_PORT),
        ({"DUNNING_LEDGER_URL": "postgresql://relance:hunter22@127.0.0.1:1/relance"}, "127.0.0.1"),
        ({"DUNNING_DEFAULT_POLICY": "gentle"}, "gentle"),
        ({"DUNNING_CREDITOR_FILE": "/nowhere/creditor.yaml"}, "creditor.yaml"),
        ({"DUNNING_SMTP_PORT": "many"}, "DUNNING_SMTP_PORT"),
    ],
)
def test_a_worker_that_cannot_start_says_why(
    deployment: Deployment, variables: dict[str, str], words: str
) -> None:
    """Exit code 1, the reason in words, no traceback and no password."""
    code, said = ended(changed(deployment, **variables).process("worker.py"))

    assert code == 1
    assert words in said
    assert "Traceback" not in said
    assert "hunter22" not in said


def test_a_worker_refuses_a_broken_template(deployment: Deployment, tmp_path: Path) -> None:
    """It is found at the start, with file and line, and not when a message is due."""
    folder = tmp_path / "fr" / "email"
    folder.mkdir(parents=True)
    (folder / "reminder-2.j2").write_text("Sujet\n{% if %}\n", encoding="utf-8")

    code, said = ended(changed(deployment, DUNNING_TEMPLATE_FOLDER=str(tmp_path)).process("worker.py"))

    assert code == 1
    assert "reminder-2.j2:2" in said


def test_a_worker_without_a_mail_server_starts(deployment: Deployment) -> None:
    """Mail that stays away defers messages; it keeps nobody from planning, calling or closing."""
    assert "DUNNING_SMTP_HOST" not in deployment.variables
    worker = deployment.process("worker.py")
    assert worker.stdout is not None
    assert worker.stdout.readline().startswith("Worker ready")

    worker.send_signal(signal.SIGINT)

    assert ended(worker)[0] == 0


def test_the_worker_file_stays_small() -> None:
    """The composition root is read in a minute."""
    assert len((CHECKOUT / "worker.py").read_text(encoding="utf-8").splitlines()) < 100


def test_a_worker_leaves_no_send_half_done() -> None:
    """At a deploy it waits for longer than any activity may take, so that no outcome becomes unknown."""
    longest = max(timing["start_to_close_timeout"] for timing in (options.BOOKS, options.STEP, options.CLOSE))

    assert longest < tuning.GRACEFUL_SHUTDOWN
