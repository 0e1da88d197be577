"""The runs of the workflow, as the doors need them: start, tell, ask."""

from __future__ import annotations

from typing import Any, TypeVar

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowQueryFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from doors.introductions import details_of, summary_of
from doors.temporal_faults import NoRunError, temporal_faults
from dunning.clock import DemoClock
from dunning.party import Language
from ledger.cases import Case
from ledger.keys import CaseKey
from workflows import contract
from workflows.contract import FactMessage, Message, QueryName, SignalName, StartDunning, UpdateName

_PATIENCE = 10.0
"""Seconds for a start or a signal, which the server answers by itself."""
_PATIENCE_WITH_QUERY = 3.0
"""Seconds for an answer that needs a worker; after that the books answer, which know the same."""

_Report = TypeVar("_Report", bound=Message)


class Runs:
    """Every call to Temporal that concerns one invoice."""

    def __init__(self, client: Client, demo_clock: DemoClock | None) -> None:
        """Take a client, connected or lazy, and the demo's clock where there is one."""
        self._client = client
        self._demo_clock = demo_clock

    async def start(self, case: Case, language: Language) -> None:
        """Start the run of a case; one that runs already goes on.

        Raises:
            TemporalAwayError: it is not known whether it runs.
        """
        async with temporal_faults(self._client, _PATIENCE):
            await self._client.start_workflow(contract.WORKFLOW, self._input(case), **_how(case, language))

    async def signal(self, key: CaseKey, name: SignalName, message: FactMessage) -> None:
        """Tell a run something.

        Raises:
            NoRunError: none is open.
            TemporalAwayError: it may or may not have been told.
        """
        async with temporal_faults(self._client, _PATIENCE, seeks_run=True):
            await self._handle(key).signal(name, message)

    async def signal_with_start(
        self, case: Case, language: Language, name: SignalName, message: FactMessage
    ) -> None:
        """Tell a run something, and start it where none is open.

        Raises:
            TemporalAwayError: it may or may not have been told.
        """
        async with temporal_faults(self._client, _PATIENCE):
            await self._client.start_workflow(
                contract.WORKFLOW,
                self._input(case),
                start_signal=name,
                start_signal_args=[message],
                **_how(case, language),
            )

    async def update(
        self, key: CaseKey, name: UpdateName, command: Message, *, update_id: str, patience: float
    ) -> contract.CommandAnswer:
        """Have a run carry a command out, and wait until it has.

        Raises:
            NoRunError: none is open.
            TemporalAwayError: no answer in time.
            WorkflowUpdateFailedError: it was refused.
        """
        async with temporal_faults(self._client, patience, seeks_run=True):
            answer: contract.CommandAnswer = await self._handle(key).execute_update(
                name, command, id=update_id, result_type=contract.CommandAnswer
            )
        return answer

    async def update_with_start(
        self,
        case: Case,
        language: Language,
        name: UpdateName,
        command: Message,
        *,
        update_id: str,
        patience: float,
    ) -> contract.CommandAnswer:
        """The same, for an open case whose run is missing: it is started first."""
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            contract.WORKFLOW, self._input(case), **_how(case, language)
        )
        async with temporal_faults(self._client, patience):
            answer: contract.CommandAnswer = await self._client.execute_update_with_start_workflow(
                name,
                command,
                id=update_id,
                result_type=contract.CommandAnswer,
                start_workflow_operation=start,
            )
        return answer

    async def query(self, key: CaseKey, name: QueryName, report: type[_Report]) -> _Report | None:
        """Ask a run, open or closed; None where there is none, or a query of this name fails in it.

        Raises:
            TemporalAwayError: no server or no worker answers.
        """
        try:
            async with temporal_faults(self._client, _PATIENCE_WITH_QUERY, seeks_run=True):
                answer: _Report = await self._handle(key).query(name, result_type=report)
        except (NoRunError, WorkflowQueryFailedError):
            return None
        return answer

    async def check(self) -> None:
        """See whether the server answers and knows the namespace.

        Raises:
            TemporalAwayError: with what is wrong.
        """
        async with temporal_faults(self._client, _PATIENCE):
            await self._client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=self._client.namespace)
            )

    def _handle(self, key: CaseKey) -> Any:
        return self._client.get_workflow_handle(contract.workflow_id(*key))

    def _input(self, case: Case) -> StartDunning:
        """Ids alone: the books know the rest, and a history shall name no person."""
        return StartDunning(**case.key._asdict(), clock=self._demo_clock)


def _how(case: Case, language: Language) -> dict[str, Any]:
    return {
        "id": contract.workflow_id(*case.key),
        "task_queue": contract.TASK_QUEUE,
        "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
        "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        "static_summary": summary_of(case, language),
        "static_details": details_of(case, language),
    }
