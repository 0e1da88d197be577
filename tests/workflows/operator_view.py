"""What the Web UI asks of a workflow, for tests."""

from __future__ import annotations

from typing import Any

from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHandle


async def web_ui_metadata(handle: WorkflowHandle[Any, Any]) -> WorkflowMetadata:
    """Current details, and the descriptions of signals, updates and queries."""
    metadata: WorkflowMetadata = await handle.query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    return metadata
