"""A pytest session that opens a client and a worker; not collected by name, run by `test_exit_code.py`."""

import os

from tests.runtime.program_holding_a_client import run_one_workflow


async def test_wanted_outcome() -> None:
    """The session ends as asked for, after it held a client and a worker."""
    await run_one_workflow(os.environ["EXIT_CODE_ADDRESS"])
    assert os.environ["EXIT_CODE_WANTED"] == "0"
