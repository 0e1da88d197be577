"""Runs one worker process: settings, providers, every activity, until it is asked to leave."""

from __future__ import annotations

import asyncio
import logging
import sys

from temporalio.client import Client
from temporalio.worker import Worker

from activities.dependencies import Dependencies
from runtime import tuning
from runtime.composition import activities_of, load_registers, opened_dependencies, require_sound_templates
from runtime.connection import connect
from runtime.environment import load_settings
from runtime.exit_code import run_and_exit
from runtime.leaving import asked_to_leave
from runtime.search_attributes import register_search_attributes
from runtime.settings import Settings
from runtime.start_faults import START_FAULTS
from workflows import contract
from workflows.invoice_dunning import InvoiceDunning


def main() -> int:
    """Start, say so in one line, work until SIGTERM or SIGINT.

    Returns:
        0 after an orderly end, 1 where it could not start or go on; a second signal ends at once.
    """
    try:
        settings = load_settings()
        _log(settings)
        asyncio.run(serve(settings))
    except START_FAULTS as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _log(settings: Settings) -> None:
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    # Each start of a process would tell that the tables of the books are up to date.
    logging.getLogger("alembic").setLevel(logging.WARNING)


async def serve(settings: Settings) -> None:
    """Work on the configured task queue until this process is asked to leave."""
    leaving = asked_to_leave()
    registers = load_registers(settings)
    require_sound_templates(registers)
    client = await connect()
    await register_search_attributes(client)
    async with (
        opened_dependencies(settings, registers) as dependencies,
        worker_of(client, dependencies, settings),
    ):
        sys.stdout.write(f"Worker ready: task queue {contract.TASK_QUEUE}, namespace {client.namespace}\n")
        sys.stdout.flush()
        await leaving.wait()
        sys.stdout.write("Worker leaves: it takes no new work, and waits for what it has begun\n")
        sys.stdout.flush()


def worker_of(client: Client, dependencies: Dependencies, settings: Settings) -> Worker:
    """The worker, with its tuning from `runtime.tuning`."""
    return Worker(
        client,
        task_queue=contract.TASK_QUEUE,
        workflows=[InvoiceDunning],
        activities=activities_of(dependencies),
        max_concurrent_activities=settings.worker_concurrency,
        max_concurrent_workflow_tasks=tuning.WORKFLOW_TASKS_AT_A_TIME,
        max_cached_workflows=tuning.CACHED_WORKFLOWS,
        sticky_queue_schedule_to_start_timeout=tuning.STICKY_PATIENCE,
        graceful_shutdown_timeout=tuning.GRACEFUL_SHUTDOWN,
    )


if __name__ == "__main__":
    run_and_exit(main)
