from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from tests.workflows.fingerprints import fingerprint
from tests.workflows.paths import PATHS, continued, lived
from tests.workflows.recorded import HISTORIES, committed_fingerprint, history_in, version
from workflows.invoice_dunning import InvoiceDunning

_RECORDED = sorted(HISTORIES.glob("*/*.json"))
_RECORD = "python -m tests.workflows.record_histories"


@pytest.mark.parametrize("path", _RECORDED, ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_open_invoices_survive_a_deploy(path: Path) -> None:
    """What was decided under an earlier version is decided the same way by this one."""
    history = history_in(path)
    replayer = Replayer(workflows=[InvoiceDunning], data_converter=pydantic_data_converter)
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    if result.replay_failure:
        pytest.fail(
            f"{path.name} of {path.parent.name} does not replay: invoices that are open while this version is"
            " deployed would get stuck. Keep the old order of commands behind"
            ' `if workflow.patched("what-changed"):` (the new way inside, the old one in the else branch),'
            " and name the change under *Running workflows* in CHANGELOG.md. Only histories of a version"
            f" that was never released may be recorded anew instead: {_RECORD}\n{result.replay_failure}"
        )


def test_every_path_is_recorded() -> None:
    """The version at hand has a history of each path."""
    recorded = {path.stem for path in _RECORDED if path.parent.name == version()}
    assert recorded >= {*PATHS, "continued-as-new", "continued-from-before"}, f"record them: {_RECORD}"


def test_recordings_tell_nothing_of_the_machine() -> None:
    """A recorded history names neither a host, nor a process, nor a folder."""
    for path in _RECORDED:
        text = path.read_text()
        assert '"identity":"relance"' in text
        assert "@" not in text
        assert "site-packages" not in text


async def test_a_changed_order_of_commands_is_noticed(tmp_path: Path) -> None:
    """The replay is no formality: a history whose first activity is another one does not pass."""
    recorded = (HISTORIES / version() / "paid-early.json").read_text()
    changed = tmp_path / "changed.json"
    changed.write_text(recorded.replace("plan_dunning", "plan_otherwise"))
    with pytest.raises(pytest.fail.Exception, match="patched"):
        await test_open_invoices_survive_a_deploy(changed)


@pytest.mark.parametrize("name", PATHS)
async def test_each_path_gives_the_same_commands(name: str, skipping: WorkflowEnvironment) -> None:
    """A change of what a path commands is seen in review, as a change of its fingerprint."""
    _same(name, await lived(name, skipping))


async def test_a_continued_run_gives_the_same_commands(short_history_client: Client) -> None:
    """The same for a run that is continued as new, and for the one that continues it."""
    before, after = await continued(short_history_client)
    _same("continued-as-new", before)
    _same("continued-from-before", after)


def _same(name: str, history: WorkflowHistory) -> None:
    assert fingerprint(history) == committed_fingerprint(name), (
        f"The commands of {name} changed. Where that is wanted, `workflow.patched` guards invoices that are"
        f" already open (the replay test says whether it must); then record anew: {_RECORD}"
    )
