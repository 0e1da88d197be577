import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from dunning.money import Money
from embedded.stripe_webhooks import signature_of
from providers.protocols import BadSignatureError, PaymentEventKind, UnreadableEventError
from providers.stripe_events import HANDLED_EVENT_TYPES, TOLERANCE, parse_event, verify, verify_and_parse

NOW = datetime(2026, 9, 1, 10, tzinfo=UTC)
SECRET = SecretStr("whsec_current")
OURS = {"creditor_id": "acme", "invoice_id": "F-42", "token": "tok", "instalment": "2"}


def _event(kind: str, thing: dict[str, Any], **data: Any) -> bytes:
    return json.dumps(
        {
            "id": "evt_1",
            "object": "event",
            "type": kind,
            "created": int(NOW.timestamp()),
            "data": {"object": thing, **data},
        }
    ).encode()


def _session(**changes: Any) -> dict[str, Any]:
    return {
        "id": "cs_1",
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "payment_intent": "pi_1",
        "amount_total": 120450,
        "currency": "eur",
        "metadata": OURS,
    } | changes


def _refund(**changes: Any) -> dict[str, Any]:
    return {
        "id": "re_1",
        "amount": 5000,
        "currency": "eur",
        "payment_intent": "pi_1",
        "status": "succeeded",
    } | changes


BODY = _event("checkout.session.completed", _session())


def _signed(body: bytes = BODY, *secrets: str, at: datetime = NOW) -> str:
    return signature_of(body.decode(), secrets or (SECRET.get_secret_value(),), int(at.timestamp()))


def test_a_signed_event_is_read() -> None:
    """What Stripe signed with our secret arrives with identity, type and its very bytes."""
    received = verify(BODY, _signed(), [SECRET], now=NOW)
    assert (received.event_id, received.provider_type) == ("evt_1", "checkout.session.completed")
    assert received.body == BODY
    assert verify_and_parse(BODY, _signed(), [SECRET], TOLERANCE, NOW) == parse_event(BODY)


@pytest.mark.parametrize("signers", [("whsec_old",), ("whsec_new",), ("whsec_old", "whsec_new")])
def test_both_secrets_hold_while_one_is_rotated(signers: tuple[str, ...]) -> None:
    """Old, new or both signatures are accepted as long as both secrets are configured."""
    secrets = [SecretStr("whsec_new"), SecretStr("whsec_old")]
    assert verify(BODY, _signed(BODY, *signers), secrets, now=NOW).event_id == "evt_1"


@pytest.mark.parametrize(
    ("header", "secrets", "words"),
    [
        ("", [SECRET], "carries no Stripe-Signature"),
        ("v1=é", [SECRET], "carries no Stripe-Signature"),
        ("garbage", [SECRET], "fits none of the webhook secrets"),
        ("t=now,v1=00", [SECRET], "fits none of the webhook secrets"),
        ("t=1", [SECRET], "fits none of the webhook secrets"),
        (_signed(BODY, "whsec_retired"), [SECRET], "fits none of the webhook secrets"),
        (_signed(), [SecretStr("")], "fits none of the webhook secrets"),
        (_signed(), [], "set DUNNING_STRIPE_WEBHOOK_SECRETS"),
        (_signed(at=NOW - timedelta(seconds=301)), [SECRET], "signed 301 s ago, allowed are 300 s"),
    ],
)
def test_a_request_that_stripe_did_not_just_sign_is_refused(
    header: str, secrets: list[SecretStr], words: str
) -> None:
    """Missing, foreign, malformed and old signatures are refused with a reason for the operator."""
    with pytest.raises(BadSignatureError, match=words):
        verify(BODY, header, secrets, now=NOW)


def test_a_signature_is_good_for_its_whole_tolerance() -> None:
    """Exactly 300 s is not too old, and a clock that runs behind Stripe's does no harm."""
    for age in (300, 0, -20):
        header = _signed(at=NOW - timedelta(seconds=age))
        assert verify(BODY, header, [SECRET], now=NOW).event_id == "evt_1"


def test_one_changed_byte_voids_the_signature() -> None:
    """A body that was touched on its way is refused, whatever it says."""
    with pytest.raises(BadSignatureError):
        verify(BODY.replace(b"120450", b"120451"), _signed(), [SECRET], now=NOW)


def test_a_body_that_is_no_text_is_refused() -> None:
    """Bytes that are no UTF-8 end in a refusal, not in a crash."""
    with pytest.raises(BadSignatureError, match="not text"):
        verify(b"\xff\xfe", _signed(), [SECRET], now=NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"garbage",
        b"[]",
        b"{}",
        json.dumps({"id": "evt_1", "object": "v2.core.event", "type": "v1.charge.refunded"}).encode(),
    ],
)
def test_a_signed_body_that_is_no_event_is_told_apart(body: bytes) -> None:
    """Signed garbage is no forgery: another error, so that nobody looks for a wrong secret."""
    with pytest.raises(UnreadableEventError, match="no Stripe event"):
        verify(body, _signed(body), [SECRET], now=NOW)


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("checkout.session.completed", "paid", PaymentEventKind.PAID),
        ("checkout.session.completed", "unpaid", PaymentEventKind.PENDING),
        ("checkout.session.completed", "no_payment_required", PaymentEventKind.IRRELEVANT),
        ("checkout.session.async_payment_succeeded", "paid", PaymentEventKind.PAID),
        ("checkout.session.async_payment_failed", "unpaid", PaymentEventKind.FAILED),
        ("checkout.session.expired", "unpaid", PaymentEventKind.IRRELEVANT),
    ],
)
def test_a_session_says_what_became_of_the_payment(
    kind: str, status: str, expected: PaymentEventKind
) -> None:
    """Only money that has arrived is PAID; a debit on its way is PENDING."""
    read = parse_event(_event(kind, _session(payment_status=status)))
    assert read.kind is expected
    assert read.provider_type == kind
    if expected is not PaymentEventKind.IRRELEVANT:
        assert read.amount == Money.of("1204.50", "EUR")
        assert (read.creditor_id, read.invoice_id, read.token, read.instalment) == ("acme", "F-42", "tok", 2)
        assert read.occurred_at == NOW


def test_the_same_money_has_the_same_identity_in_every_event() -> None:
    """A debit that is first completed and later succeeds is counted once, also where the id is expanded."""
    first = parse_event(_event("checkout.session.completed", _session(payment_status="unpaid")))
    second = parse_event(
        _event("checkout.session.async_payment_succeeded", _session(payment_intent={"id": "pi_1"}))
    )
    assert first.payment_id == second.payment_id == "pi_1"
    assert (
        parse_event(_event("checkout.session.completed", _session(payment_intent=None))).payment_id == "cs_1"
    )


@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "charge.succeeded", "invoice.paid"])
def test_other_events_about_the_same_money_do_not_count(kind: str) -> None:
    """Only Checkout's events count, so a payment is never booked a second time through its parts."""
    assert parse_event(_event(kind, {"id": "x", "metadata": OURS})).kind is PaymentEventKind.IRRELEVANT


def test_a_subscription_is_none_of_ours() -> None:
    """Sessions that sell something else on the same account are left alone."""
    read = parse_event(_event("checkout.session.completed", _session(mode="subscription", amount_total=None)))
    assert read.kind is PaymentEventKind.IRRELEVANT


def test_foreign_metadata_does_no_harm() -> None:
    """Somebody else's session is read without an invoice, also where its metadata look like ours."""
    read = parse_event(_event("checkout.session.completed", _session(metadata={"instalment": "first"})))
    assert (read.kind, read.invoice_id, read.instalment) == (PaymentEventKind.PAID, None, None)
    assert parse_event(_event("checkout.session.completed", _session(metadata=None))).invoice_id is None


@pytest.mark.parametrize(
    ("currency", "units", "amount"),
    [("eur", 120450, "1204.50"), ("jpy", 1204, "1204"), ("kwd", 1230, "1.230"), ("isk", 50000, "500")],
)
def test_amounts_follow_the_decimals_that_stripe_uses(currency: str, units: int, amount: str) -> None:
    """Zero-decimal and three-decimal currencies are no factor of a hundred wrong."""
    read = parse_event(_event("checkout.session.completed", _session(currency=currency, amount_total=units)))
    assert read.amount == Money.of(amount, currency.upper())


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("refund.created", _refund()),
        ("refund.created", _refund(status="pending")),
        ("refund.updated", _refund()),
        ("charge.refund.updated", _refund(status=None)),
        (
            "charge.refunded",
            {"metadata": OURS, "refunds": {"data": [_refund(created=2), _refund(id="re_0", created=1)]}},
        ),
    ],
)
def test_a_refund_is_one_movement_whichever_event_tells_it(kind: str, thing: dict[str, Any]) -> None:
    """Each refund has its own identity and amount, and names the payment that it takes back."""
    read = parse_event(_event(kind, thing))
    assert read.kind is PaymentEventKind.REFUNDED
    assert (read.payment_id, read.original_payment_id) == ("re_1", "pi_1")
    assert read.amount == Money.of(50, "EUR")


def test_a_charge_that_lists_no_refunds_is_told_by_the_refund_itself() -> None:
    """In today's API versions `charge.refunded` only repeats a sum, which would count twice."""
    thing = {"id": "ch_1", "metadata": OURS, "amount_refunded": 5000}
    assert parse_event(_event("charge.refunded", thing)).kind is PaymentEventKind.IRRELEVANT


@pytest.mark.parametrize("status", ["requires_action", "canceled", "failed"])
def test_a_refund_that_moves_no_money_is_not_booked(status: str) -> None:
    """What waits for the customer's bank details or never left the account is no refund."""
    assert parse_event(_event("refund.updated", _refund(status=status))).kind is PaymentEventKind.IRRELEVANT


def test_a_refund_that_comes_back_is_a_payment_of_its_own() -> None:
    """Money that had left and returned counts again, under an identity that neither booking has used."""
    failed = _refund(status="failed", failure_balance_transaction="txn_1")
    read = parse_event(_event("refund.failed", failed))
    assert read.kind is PaymentEventKind.PAID
    assert (read.payment_id, read.original_payment_id) == ("re_1:returned", "pi_1")


def test_a_chargeback_takes_the_money_and_a_won_dispute_returns_it() -> None:
    """The invoice is open again only while the bank has the money; the mere announcement moves nothing."""
    dispute = {"id": "du_1", "amount": 120450, "currency": "eur", "payment_intent": "pi_1"}
    announced = parse_event(_event("charge.dispute.created", dispute))
    taken = parse_event(_event("charge.dispute.funds_withdrawn", dispute))
    returned = parse_event(_event("charge.dispute.funds_reinstated", dispute))
    assert announced.kind is PaymentEventKind.IRRELEVANT
    assert (taken.kind, taken.payment_id) == (PaymentEventKind.REFUNDED, "du_1")
    assert (returned.kind, returned.payment_id) == (PaymentEventKind.PAID, "du_1:returned")
    assert taken.original_payment_id == returned.original_payment_id == "pi_1"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount_total": None}, "states no amount"),
        ({"currency": "zzz"}, "currency"),
        ({"amount_total": "many"}, "amount_total"),
        ({"currency": "isk", "amount_total": 50001}, "evt_1"),
    ],
)
def test_an_event_of_ours_that_makes_no_sense_is_an_error(changes: dict[str, Any], words: str) -> None:
    """A payment without a readable amount must reach a person; it is never skipped as irrelevant."""
    with pytest.raises(UnreadableEventError, match=words):
        parse_event(_event("checkout.session.completed", _session(**changes)))


def test_an_error_does_not_repeat_what_the_event_says() -> None:
    """The values of an event may be personal data and stay out of messages and logs."""
    with pytest.raises(UnreadableEventError) as caught:
        parse_event(_event("checkout.session.completed", _session(amount_total="jean.dupont@example.fr")))
    assert "dupont" not in str(caught.value)


def test_the_subscription_fits_in_one_question_to_stripe() -> None:
    """The events list takes at most 20 types at once."""
    assert 0 < len(HANDLED_EVENT_TYPES) <= 20
