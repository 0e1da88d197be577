"""The objects and events of the Stripe sandbox's one account, each as the JSON that the API shows."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from embedded.stripe_params import EventListParams, ListParams, no_such

Json = dict[str, Any]


class StripeObjects:
    """Keeps objects by kind and id, and tells each change as an event."""

    def __init__(self, clock: Callable[[], datetime], announce: Callable[[Json], None]) -> None:
        """Open an empty account.

        Args:
            clock: The instant that objects and events are stamped with.
            announce: Called with each new event.
        """
        self.events: list[Json] = []
        self.clock = clock
        self._announce = announce
        self._objects: dict[str, dict[str, Json]] = {}

    def all_of(self, kind: str) -> list[Json]:
        """Every object of a kind such as `payment_link`, oldest first."""
        return list(self._objects.get(kind, {}).values())

    def get(self, kind: str, identity: str) -> Json:
        """One object.

        Raises:
            StripeApiError: 404.
        """
        found = self._objects.get(kind, {}).get(identity)
        if found is None:
            raise no_such(kind, identity)
        return found

    def list_of(self, kind: str, params: ListParams, chosen: Iterable[Json] | None = None) -> Json:
        """One page of a list, newest first, as every list of the API."""
        objects = list(self.all_of(kind) if chosen is None else chosen)[::-1]
        if params.starting_after:
            identities = [each["id"] for each in objects]
            if params.starting_after not in identities:
                raise no_such(kind, params.starting_after)
            objects = objects[identities.index(params.starting_after) + 1 :]
        page = objects[: params.limit]
        return {
            "object": "list",
            "url": "/v1",
            "data": [public(each) for each in page],
            "has_more": len(page) < len(objects),
        }

    def list_events(self, params: EventListParams) -> Json:
        """The events, perhaps since an instant or of some types."""
        chosen = [
            event
            for event in self.events
            if event["created"] >= params.created.gte and (not params.types or event["type"] in params.types)
        ]
        return self.list_of("event", params, chosen)

    def new(self, kind: str, prefix: str) -> Json:
        """What every new object has; it is not kept yet."""
        created = int(self.clock().timestamp())
        return {
            "id": f"{prefix}{secrets.token_hex(12)}",
            "object": kind,
            "created": created,
            "livemode": False,
        }

    def put(self, thing: Json) -> Json:
        """Keep an object."""
        self._objects.setdefault(thing["object"], {})[thing["id"]] = thing
        return thing

    def happened(self, kind: str, thing: Json, before: Json | None = None) -> None:
        """Tell that something changed, with the old values where the API gives them."""
        data: Json = {"object": public(thing)}
        if before is not None:
            data["previous_attributes"] = before
        event = self.new("event", "evt_") | {
            "api_version": "2026-10-28.endive",
            "data": data,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.events.append(event)
        self._announce(event)


def public(thing: Json) -> Json:
    """A snapshot of an object as the API shows it, without our own notes on it."""
    return copy.deepcopy({name: value for name, value in thing.items() if not name.startswith("_")})
