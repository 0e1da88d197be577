"""Making our search attributes known to a namespace, so that operators can find cases by them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows.search_attributes import ALL

_UNSAID = int(IndexedValueType.INDEXED_VALUE_TYPE_UNSPECIFIED)
_NOT_OURS_TO_CHANGE = {
    RPCStatusCode.PERMISSION_DENIED,
    RPCStatusCode.UNAUTHENTICATED,
    RPCStatusCode.UNIMPLEMENTED,
}
_TYPE_WORDS: Mapping[int, str] = MappingProxyType(
    {
        IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD: "Keyword",
        IndexedValueType.INDEXED_VALUE_TYPE_INT: "Int",
        IndexedValueType.INDEXED_VALUE_TYPE_DATETIME: "Datetime",
    }
)


class SearchAttributesError(RuntimeError):
    """The namespace does not know our search attributes and could not be told; says what to do."""


async def missing_search_attributes(client: Client) -> tuple[str, ...]:
    """Name those of our search attributes that the namespace does not know.

    Raises:
        SearchAttributesError: one of them exists with another type.
        RPCError: the server cannot be asked.
    """
    known = await _known(client)
    for key in ALL:
        wanted = int(key.indexed_value_type)
        if known.get(key.name) not in {None, _UNSAID, wanted}:
            raise SearchAttributesError(
                f"In namespace {client.namespace} the search attribute {key.name} exists, but is no "
                f"{_TYPE_WORDS[wanted]}. Remove it there, or use another namespace."
            )
    return tuple(key.name for key in ALL if key.name not in known)


async def register_search_attributes(client: Client) -> tuple[str, ...]:
    """Register what is missing; harmless where nothing is, and where another process does the same.

    Returns:
        The names that this call registered.

    Raises:
        SearchAttributesError: not permitted, another type, or no such namespace; with what to do.
        RPCError: the server cannot be asked.
    """
    try:
        missing = await missing_search_attributes(client)
        if missing:
            await _add(client, missing)
    except RPCError as error:
        if error.status in _NOT_OURS_TO_CHANGE:
            raise SearchAttributesError(_by_hand(client.namespace, error)) from error
        if error.status is RPCStatusCode.NOT_FOUND:
            raise SearchAttributesError(
                f"There is no namespace {client.namespace} on this Temporal server. Set TEMPORAL_NAMESPACE, "
                "or create it: temporal operator namespace create "
                f"--namespace {client.namespace} --retention 30d"
            ) from error
        raise
    return missing


async def _known(client: Client) -> Mapping[str, int]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        answer = await client.operator_service.list_search_attributes(request)
    except RPCError as error:
        if error.status not in _NOT_OURS_TO_CHANGE:
            raise
        # Temporal Cloud keeps the operator service to itself, but tells the names with the namespace.
        described = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=client.namespace)
        )
        return dict.fromkeys(described.config.custom_search_attribute_aliases.values(), _UNSAID)
    return {**answer.system_attributes, **answer.custom_attributes}


async def _add(client: Client, names: tuple[str, ...]) -> None:
    request = AddSearchAttributesRequest(namespace=client.namespace)
    for key in ALL:
        if key.name in names:
            request.search_attributes[key.name] = int(key.indexed_value_type)  # type: ignore[assignment]
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        # Another process was faster.
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


def _by_hand(namespace: str, error: RPCError) -> str:
    arguments = " ".join(
        f"--name {key.name} --type {_TYPE_WORDS[int(key.indexed_value_type)]}" for key in ALL
    )
    cloud = " ".join(
        f'--search-attribute "{key.name}={_TYPE_WORDS[int(key.indexed_value_type)]}"' for key in ALL
    )
    return (
        f"This program may not register search attributes in namespace {namespace} ({error.message}). "
        "Someone who may must do it once. On Temporal Cloud: the page of the namespace in the Web UI, or "
        f"`tcld namespace search-attributes add --namespace {namespace} {cloud}`. On a cluster of your own: "
        f"`temporal operator search-attribute create --namespace {namespace} {arguments}`."
    )
