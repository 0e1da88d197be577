"""What the Stripe sandbox accepts: Stripe's form encoding, parameters and errors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError


class StripeApiError(Exception):
    """An error that the API answers with."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        validating: bool = False,
    ) -> None:
        """State the error as Stripe would; a failed validation is not saved under the idempotency key."""
        super().__init__(message)
        self.validating = validating
        self.status = status
        self.body = {"error": {"type": kind, "message": message, "code": code, "param": param}}


def no_such(kind: str, identity: str) -> StripeApiError:
    """The 404 for an unknown object."""
    return StripeApiError(f"No such {kind}: '{identity}'", status=404, code="resource_missing", param="id")


class _Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Currency = Annotated[str, Field(pattern="^[a-z]{3}$")]
Metadata = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=500)]],
    BeforeValidator(lambda value: value or {}),
]


class _ProductData(_Params):
    name: str = Field(min_length=1)


class PriceData(_Params):
    """A price stated in the request."""

    currency: Currency
    unit_amount: int = Field(ge=0)
    product_data: _ProductData


class LineItem(_Params):
    """What is sold."""

    price_data: PriceData
    quantity: int = Field(ge=1)


class PaymentData(_Params):
    """What the payment will carry."""

    metadata: Metadata = Field(default_factory=dict)
    description: str | None = None


class _CompletedSessions(_Params):
    limit: int = Field(ge=1)


class _Restrictions(_Params):
    completed_sessions: _CompletedSessions


class LinkParams(_Params):
    """POST /v1/payment_links."""

    line_items: list[LineItem] = Field(min_length=1, max_length=20)
    restrictions: _Restrictions | None = None
    inactive_message: str | None = Field(default=None, max_length=500)
    metadata: Metadata = Field(default_factory=dict)
    payment_intent_data: PaymentData = PaymentData()


class LinkUpdate(_Params):
    """POST /v1/payment_links/{id}."""

    active: bool


class SessionParams(_Params):
    """POST /v1/checkout/sessions."""

    mode: Literal["payment"]
    line_items: list[LineItem] = Field(min_length=1, max_length=100)
    success_url: str = Field(pattern="^https?://")
    cancel_url: str | None = Field(default=None, pattern="^https?://")
    locale: str = "auto"
    metadata: Metadata = Field(default_factory=dict)
    payment_intent_data: PaymentData = PaymentData()


class Nothing(_Params):
    """A request without parameters."""


class RefundParams(_Params):
    """POST /v1/refunds."""

    payment_intent: str
    amount: int | None = Field(default=None, ge=1)
    metadata: Metadata = Field(default_factory=dict)


class ListParams(_Params):
    """The parameters that every list knows."""

    limit: int = Field(default=10, ge=1, le=100)
    starting_after: str | None = None


class SessionListParams(ListParams):
    """GET /v1/checkout/sessions."""

    payment_link: str | None = None
    status: Literal["open", "complete", "expired"] | None = None


class _Range(_Params):
    gte: int = 0


class EventListParams(ListParams):
    """GET /v1/events."""

    created: _Range = _Range()
    types: list[str] = Field(default_factory=list, max_length=20)


_P = TypeVar("_P", bound=_Params)


def read_params(form: bytes | str, shape: type[_P]) -> _P:
    """Read and check a form or a query.

    Raises:
        StripeApiError: 400, naming the first parameter that is wrong.
    """
    text = form.decode() if isinstance(form, bytes) else form
    try:
        return shape.model_validate(nested(parse_qsl(text, keep_blank_values=True)))
    except ValidationError as error:
        fault = error.errors()[0]
        path = [str(part) for part in fault["loc"]]
        param = path[0] + "".join(f"[{part}]" for part in path[1:])
        unknown = fault["type"] == "extra_forbidden"
        message = f"Received unknown parameter: {param}" if unknown else f"Invalid {param}: {fault['msg']}"
        code = {"extra_forbidden": "parameter_unknown", "missing": "parameter_missing"}.get(fault["type"])
        raise StripeApiError(message, code=code, param=param, validating=True) from None


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Undo Stripe's encoding of nested parameters (`line_items[0][quantity]=1`)."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        *parents, last = name.replace("]", "").split("[")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[last] = value
    return {name: _with_lists(value) for name, value in tree.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdecimal() for key in value):
        return [_with_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _with_lists(each) for key, each in value.items()}
