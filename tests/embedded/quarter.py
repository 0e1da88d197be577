"""A workflow that lives for 90 days, apart from the tests because the sandbox imports its module."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey

_STATUS = SearchAttributeKey.for_keyword("DunningStatus")


@workflow.defn(name="Quarter")
class Quarter:
    """A workflow that sleeps for 90 days, marked in the list of workflows."""

    @workflow.run
    async def run(self) -> str:
        """Sleep and tell when it ended."""
        workflow.upsert_search_attributes([_STATUS.value_set("sleeping")])
        await workflow.sleep(timedelta(days=90))
        return workflow.now().isoformat()
