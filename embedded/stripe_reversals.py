"""Money that leaves again in the Stripe sandbox: refunds, chargebacks, and chargebacks won."""

from __future__ import annotations

from embedded.stripe_objects import Json, StripeObjects
from embedded.stripe_params import RefundParams, StripeApiError


class StripeReversals:
    """Takes payments back, in whole or in part."""

    def __init__(self, objects: StripeObjects) -> None:
        """Work on the objects of one account."""
        self._objects = objects

    def refund(self, params: RefundParams) -> Json:
        """Give money back.

        Raises:
            StripeApiError: Nothing was paid, or less than that is left.
        """
        charge = self._charge_of(params.payment_intent)
        left = charge["amount"] - charge["amount_refunded"]
        amount = left if params.amount is None else params.amount
        if left == 0:
            raise StripeApiError("Charge has already been refunded.", code="charge_already_refunded")
        if amount > left:
            raise StripeApiError("Refund amount is greater than unrefunded amount on charge.", param="amount")
        before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        refund = self._objects.put(
            self._objects.new("refund", "re_")
            | {
                "amount": amount,
                "charge": charge["id"],
                "currency": charge["currency"],
                "metadata": params.metadata,
                "payment_intent": params.payment_intent,
                "status": "succeeded",
            }
        )
        self._objects.happened("refund.created", refund)
        self._objects.happened("charge.refunded", charge, before)
        return refund

    def dispute(self, intent_id: str) -> Json:
        """The customer's bank takes the money back."""
        charge = self._charge_of(intent_id)
        dispute = self._objects.put(
            self._objects.new("dispute", "du_")
            | {
                "amount": charge["amount"],
                "charge": charge["id"],
                "currency": charge["currency"],
                "metadata": {},
                "payment_intent": intent_id,
                "reason": "fraudulent",
                "status": "needs_response",
            }
        )
        self._objects.happened("charge.dispute.created", dispute)
        self._objects.happened("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def win_dispute(self, identity: str) -> Json:
        """The bank gives the money back to the creditor."""
        dispute = self._objects.get("dispute", identity)
        dispute["status"] = "won"
        self._objects.happened("charge.dispute.funds_reinstated", dispute)
        self._objects.happened("charge.dispute.closed", dispute)
        return dispute

    def _charge_of(self, intent_id: str) -> Json:
        intent = self._objects.get("payment_intent", intent_id)
        if intent["latest_charge"] is None:
            raise StripeApiError("This PaymentIntent does not have a successful charge to refund.")
        return self._objects.get("charge", intent["latest_charge"])
