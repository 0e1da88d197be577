"""Looking at Temporal: is it there, does it know the namespace and our search attributes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.connection import TemporalConfigError, TemporalUnreachableError, connect, connection_options
from runtime.finding import Finding, broken, doubtful, fine
from runtime.search_attributes import SearchAttributesError, missing_search_attributes

_TEMPORAL, _NAMESPACE, _ATTRIBUTES = "Temporal", "Namespace", "Search attributes"
_RETENTION = timedelta(days=30)


async def check_temporal() -> list[Finding]:
    """Connect as the worker would; what depends on a connection is left out where there is none."""
    try:
        client = await connect()
    except TemporalUnreachableError as error:
        return [broken(_TEMPORAL, str(error))]
    except TemporalConfigError as error:
        return [broken(_TEMPORAL, str(error))]
    address = connection_options()["target_host"]
    found = [fine(_TEMPORAL, f"reachable at {address}")]
    return found + [finding async for finding in _findings(client)]


async def _findings(client: Client) -> AsyncIterator[Finding]:
    try:
        yield await _namespace(client)
        yield await _search_attributes(client)
    except RPCError as error:
        yield _refused(client.namespace, error)


async def _namespace(client: Client) -> Finding:
    request = DescribeNamespaceRequest(namespace=client.namespace)
    answer = await client.workflow_service.describe_namespace(request)
    retention = answer.config.workflow_execution_retention_ttl.ToTimedelta()
    if retention < _RETENTION:
        return doubtful(
            _NAMESPACE,
            f"{client.namespace} keeps closed cases for {retention.days} days in the Web UI",
            "Keep them for 30: temporal operator namespace update "
            f"--namespace {client.namespace} --retention 30d. The ledger keeps the story for good.",
        )
    return fine(_NAMESPACE, f"{client.namespace} keeps closed cases for {retention.days} days")


async def _search_attributes(client: Client) -> Finding:
    try:
        missing = await missing_search_attributes(client)
    except SearchAttributesError as error:
        return broken(_ATTRIBUTES, str(error))
    if missing:
        return broken(
            _ATTRIBUTES,
            f"{client.namespace} does not know {', '.join(missing)}",
            "The worker registers them when it starts; where it may not, it says how to do it by hand.",
        )
    return fine(_ATTRIBUTES, "registered")


def _refused(namespace: str, error: RPCError) -> Finding:
    if error.status is RPCStatusCode.NOT_FOUND:
        return broken(
            _NAMESPACE,
            f"there is no namespace {namespace}",
            "Set TEMPORAL_NAMESPACE, or create it: "
            f"temporal operator namespace create --namespace {namespace} --retention 30d",
        )
    if error.status in {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED}:
        return broken(
            _NAMESPACE,
            f"the server does not let us into namespace {namespace} ({error.message})",
            "Check TEMPORAL_NAMESPACE, and TEMPORAL_API_KEY or the TLS certificate.",
        )
    return broken(
        _NAMESPACE, f"cannot be asked about: {error.message}", "Check the health of the Temporal server."
    )
