"""The rules of the Stripe sandbox: what links and sessions allow, and what a payment there brings about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from embedded.stripe_objects import Json, StripeObjects
from embedded.stripe_params import (
    LineItem,
    LinkParams,
    PaymentData,
    SessionListParams,
    SessionParams,
    StripeApiError,
)

_LEAST = 50
_MOST = 99_999_999


class PageClosedError(Exception):
    """The customer came to a page that cannot be paid (any more)."""

    def __init__(self, reason: Literal["inactive", "expired", "paid"], own_words: str | None = None) -> None:
        """State why, perhaps in the creditor's own words."""
        super().__init__(own_words or reason)
        self.reason = reason
        self.own_words = own_words


class StripeBook:
    """Payment links, the Checkout sessions opened from them or for ourselves, and the payments made there."""

    def __init__(self, objects: StripeObjects, address: str, session_lifetime: timedelta) -> None:
        """Work on the objects of one account.

        Args:
            objects: Where they are kept.
            address: Where the hosted pages are.
            session_lifetime: How long a Checkout session stays open.
        """
        self._objects = objects
        self._address = address
        self._lifetime = session_lifetime

    def session(self, identity: str) -> Json:
        """One session, expired where its time is over.

        Raises:
            StripeApiError: 404.
        """
        session = self._objects.get("checkout.session", identity)
        self._expire_when_late(session)
        return session

    def list_sessions(self, params: SessionListParams) -> Json:
        """The sessions, perhaps of one link or in one status."""
        for session in self._objects.all_of("checkout.session"):
            self._expire_when_late(session)
        chosen = [
            session
            for session in self._objects.all_of("checkout.session")
            if params.payment_link in {None, session["payment_link"]}
            and params.status in {None, session["status"]}
        ]
        return self._objects.list_of("checkout.session", params, chosen)

    def create_link(self, params: LinkParams) -> Json:
        """A payment link."""
        _total(params.line_items)
        link = self._objects.new("payment_link", "plink_")
        limit = params.restrictions.completed_sessions.limit if params.restrictions else None
        return self._objects.put(
            link
            | {
                "active": True,
                "currency": params.line_items[0].price_data.currency,
                "inactive_message": params.inactive_message,
                "metadata": params.metadata,
                "payment_intent_data": params.payment_intent_data.model_dump(),
                "restrictions": limit and {"completed_sessions": {"count": 0, "limit": limit}},
                "url": f"{self._address}/pay/{link['id']}",
                "_line_items": params.line_items,
            }
        )

    def update_link(self, identity: str, *, active: bool) -> Json:
        """Switch a link on or off; sessions opened from it stay as they are."""
        link = self._objects.get("payment_link", identity)
        link["active"] = active
        return link

    def create_session(self, params: SessionParams) -> Json:
        """A Checkout session for our own page."""
        return self._open_session(
            params.line_items,
            params.payment_intent_data,
            metadata=params.metadata,
            locale=params.locale,
            success_url=params.success_url,
            cancel_url=params.cancel_url,
        )

    def visit_link(self, identity: str, locale: str) -> Json:
        """The session that a visit of a link opens.

        Raises:
            PageClosedError: Switched off, or completed as often as allowed.
        """
        link = self._objects.get("payment_link", identity)
        if not link["active"]:
            raise PageClosedError("inactive", link["inactive_message"])
        return self._open_session(
            link["_line_items"],
            PaymentData.model_validate(link["payment_intent_data"]),
            metadata=link["metadata"],
            locale=locale,
            payment_link=identity,
        )

    def expire_session(self, identity: str) -> Json:
        """End an open session.

        Raises:
            StripeApiError: It is not open.
        """
        session = self.session(identity)
        if session["status"] != "open":
            raise StripeApiError(
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of `{session['status']}`."
            )
        self._close(session)
        return session

    def complete(self, session: Json, *, paid: bool) -> Json:
        """The customer confirms: by card it is paid, by bank debit it is pending.

        Returns:
            The payment intent.

        Raises:
            PageClosedError: The session is over, or another one has used up the link.
        """
        self._must_be_payable(session)
        intent = self._payment_of(session)
        session |= {"status": "complete", "url": None, "payment_intent": intent["id"]}
        self._count_completion(session)
        if paid:
            self._charge(intent)
            session["payment_status"] = "paid"
        else:
            intent["status"] = "processing"
            self._objects.happened("payment_intent.processing", intent)
        self._objects.happened("checkout.session.completed", session)
        return intent

    def settle_debit(self, intent_id: str, *, succeeds: bool) -> None:
        """The bank answers a pending debit.

        Raises:
            StripeApiError: No such debit, or answered before.
        """
        intent = self._objects.get("payment_intent", intent_id)
        if intent["status"] != "processing":
            raise StripeApiError(f"This PaymentIntent's status is {intent['status']}, not processing.")
        session = next(
            s for s in self._objects.all_of("checkout.session") if s["payment_intent"] == intent_id
        )
        if succeeds:
            self._charge(intent)
            session["payment_status"] = "paid"
            self._objects.happened("checkout.session.async_payment_succeeded", session)
        else:
            intent["status"] = "requires_payment_method"
            self._objects.happened("payment_intent.payment_failed", intent)
            self._objects.happened("checkout.session.async_payment_failed", session)

    def decline(self, session: Json) -> None:
        """A card that is refused: the session stays open for another one."""
        self._must_be_payable(session)
        intent = self._payment_of(session)
        intent["status"] = "requires_payment_method"
        self._objects.happened("payment_intent.payment_failed", intent)

    def _open_session(
        self, items: list[LineItem], payment: PaymentData, *, metadata: Json, **rest: Any
    ) -> Json:
        session = self._objects.new("checkout.session", "cs_test_")
        total = _total(items)
        return self._objects.put(
            session
            | {
                "amount_subtotal": total,
                "amount_total": total,
                "cancel_url": None,
                "currency": items[0].price_data.currency,
                "expires_at": int((self._objects.clock() + self._lifetime).timestamp()),
                "metadata": metadata,
                "mode": "payment",
                "payment_intent": None,
                "payment_link": None,
                "payment_status": "unpaid",
                "status": "open",
                "success_url": None,
                "url": f"{self._address}/pay/{session['id']}",
                "_description": items[0].price_data.product_data.name,
                "_payment": payment,
            }
            | rest
        )

    def _must_be_payable(self, session: Json) -> None:
        self._expire_when_late(session)
        if session["status"] == "complete":
            raise PageClosedError("paid")
        if session["status"] == "expired":
            raise PageClosedError("expired")
        link = session["payment_link"] and self._objects.get("payment_link", session["payment_link"])
        if link and self._used_up(link):
            raise PageClosedError("inactive", link["inactive_message"])

    def _expire_when_late(self, session: Json) -> None:
        if session["status"] == "open" and session["expires_at"] <= self._objects.clock().timestamp():
            self._close(session)

    def _close(self, session: Json) -> None:
        session |= {"status": "expired", "url": None}
        self._objects.happened("checkout.session.expired", session)

    def _used_up(self, link: Json) -> bool:
        counter = link["restrictions"] and link["restrictions"]["completed_sessions"]
        return bool(counter) and counter["count"] >= counter["limit"]

    def _count_completion(self, session: Json) -> None:
        if session["payment_link"] is None:
            return
        link = self._objects.get("payment_link", session["payment_link"])
        if link["restrictions"]:
            link["restrictions"]["completed_sessions"]["count"] += 1
            link["active"] = not self._used_up(link)

    def _payment_of(self, session: Json) -> Json:
        payment: PaymentData = session["_payment"]
        return self._objects.put(
            self._objects.new("payment_intent", "pi_")
            | {
                "amount": session["amount_total"],
                "currency": session["currency"],
                "description": payment.description,
                "latest_charge": None,
                "metadata": payment.metadata,
                "status": "requires_confirmation",
            }
        )

    def _charge(self, intent: Json) -> None:
        charge = self._objects.put(
            self._objects.new("charge", "ch_")
            | {
                "amount": intent["amount"],
                "amount_refunded": 0,
                "currency": intent["currency"],
                "metadata": intent["metadata"],
                "paid": True,
                "payment_intent": intent["id"],
                "refunded": False,
                "status": "succeeded",
            }
        )
        intent |= {"status": "succeeded", "latest_charge": charge["id"]}
        self._objects.happened("charge.succeeded", charge)
        self._objects.happened("payment_intent.succeeded", intent)


def _total(items: list[LineItem]) -> int:
    total = sum(item.price_data.unit_amount * item.quantity for item in items)
    if total < _LEAST:
        raise StripeApiError(
            "The Checkout Session's total amount must convert to at least 50 cents.", code="amount_too_small"
        )
    if total > _MOST:
        raise StripeApiError("Amount must be no more than 99999999.", code="amount_too_large")
    return total
