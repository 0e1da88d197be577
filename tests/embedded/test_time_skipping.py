import signal
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from tests.embedded.processes import is_gone
from tests.embedded.quarter import Quarter

_CHECKOUT = Path(__file__).resolve().parents[2]


async def test_ninety_days_pass_in_a_moment(time_skipping_env: WorkflowEnvironment) -> None:
    """A life of 90 days with a search attribute ends, 90 days after the server's own start."""
    client = time_skipping_env.client
    began = await time_skipping_env.get_current_time()
    queue = f"quarter-{uuid.uuid4()}"
    async with Worker(client, task_queue=queue, workflows=[Quarter]):
        ended = await client.execute_workflow(
            "Quarter", id=queue, task_queue=queue, result_type=str, execution_timeout=timedelta(days=365)
        )
    assert ended[:10] == (began + timedelta(days=90)).date().isoformat()


async def test_each_test_has_its_own_clock(time_skipping_env: WorkflowEnvironment) -> None:
    """What one test skipped does not age the next one: its server starts with today's date."""
    before = await time_skipping_env.get_current_time()
    await time_skipping_env.sleep(timedelta(days=60))
    after = await time_skipping_env.get_current_time()
    assert timedelta(days=60) <= after - before < timedelta(days=60, minutes=1)


def test_it_ends_with_its_starter() -> None:
    """After a SIGKILL of a rehearsal no server is left running."""
    program = (
        "import asyncio, os\n"
        "from embedded.time_skipping import start_time_skipping\n"
        "async def main():\n"
        "    async with start_time_skipping():\n"
        "        every = [open(f'/proc/{os.getpid()}/task/{task}/children').read()\n"
        "                 for task in os.listdir(f'/proc/{os.getpid()}/task')]\n"
        "        print(' '.join(every), flush=True)\n"
        "        await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=_CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        servers = [int(pid) for pid in starter.stdout.readline().split()]
        starter.send_signal(signal.SIGKILL)
    assert servers
    assert all(is_gone(pid) for pid in servers)
