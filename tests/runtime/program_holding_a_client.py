"""A program that opens a client and a worker, runs one workflow and ends: `ADDRESS CODE`."""

import asyncio
import sys
import uuid

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from runtime.exit_code import run_and_exit


@workflow.defn(name="Nothing")
class Nothing:
    """A workflow that ends at once."""

    @workflow.run
    async def run(self) -> None:
        """Do nothing."""


async def run_one_workflow(address: str) -> None:
    """Open a client and a worker of this server and run one workflow."""
    client = await Client.connect(address)
    queue = f"exit-code-{uuid.uuid4()}"
    async with Worker(client, task_queue=queue, workflows=[Nothing]):
        await client.execute_workflow("Nothing", id=queue, task_queue=queue)


def main() -> int:
    """Hold a client and a worker, then end with the wanted code."""
    address, code = sys.argv[1:]
    asyncio.run(run_one_workflow(address))
    return int(code)


if __name__ == "__main__":
    run_and_exit(main)
