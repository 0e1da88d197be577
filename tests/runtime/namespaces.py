"""Namespaces of the dev server that know nothing of us yet."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from google.protobuf.duration_pb2 import Duration
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from embedded.dev_server import DevServer


async def client_of_new_namespace(server: DevServer, client: Client) -> Client:
    """Register a namespace that keeps closed workflows for a day, and wait until the server knows it."""
    name = f"fresh-{uuid4().hex[:8]}"
    retention = Duration()
    retention.FromTimedelta(timedelta(days=1))
    request = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=retention)
    await client.workflow_service.register_namespace(request)
    fresh = await Client.connect(server.address, namespace=name)
    async with asyncio.timeout(30):
        while True:  # the server's own caches learn of a namespace within seconds
            try:
                await fresh.operator_service.list_search_attributes(
                    ListSearchAttributesRequest(namespace=name)
                )
            except RPCError:
                await asyncio.sleep(0.2)
            else:
                return fresh
