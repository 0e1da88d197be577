import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.customer_record import SettledInvoice
from dunning.risk_forecast import PaymentForecast, forecast, next_late
from dunning.risk_habits import NoHistoryError, learn
from tests.dunning.risk_cases import TODAY, invoice, paid

_TOMORROW = TODAY + timedelta(days=1)
_NOT_DUE = TODAY + timedelta(days=25)

PORTFOLIO = [
    *paid("early", -20, -18, -21, -19, -20, -17, -22, -20),
    *paid("punctual", -2, 0, -1, 0, 1, -3, 0, -1),
    *paid("late", 12, 15, 9, 14, 11, 16, 10, 13),
    *paid("erratic", -10, 25, 0, 18, -5, 30, 2, -12),
]


def expect(customer: str, settled: list[SettledInvoice] = PORTFOLIO) -> PaymentForecast:
    """The forecast of an invoice issued five days ago."""
    return forecast(invoice(customer, due=_NOT_DUE), learn(settled, TODAY))


def test_who_paid_late_is_likelier_to_pay_late() -> None:
    """The order of the customers is that of their past."""
    chances = [expect(customer).probability_late for customer in ("early", "punctual", "erratic", "late")]

    assert chances == sorted(chances)
    assert chances[0] < 0.1
    assert chances[-1] > 0.85


def test_the_expected_day_lies_where_the_customer_pays() -> None:
    """Days late are none for an early payer, and about the usual ones for a late payer."""
    assert expect("early").expected_days_late == 0
    assert expect("early").expected_on < _NOT_DUE - timedelta(days=10)
    assert 8 <= expect("late").expected_days_late <= 16


def test_the_interval_of_a_regular_payer_is_narrower() -> None:
    """Who pays like clockwork is foreseen more closely than who pays any time."""

    def width(customer: str) -> timedelta:
        expected = expect(customer)
        return expected.latest_on - expected.earliest_on

    assert width("early") < width("erratic")


def test_a_new_customer_is_judged_like_all_others() -> None:
    """Nobody is presumed late for being new: the chance lies between those of the known ones."""
    new = expect("nobody").probability_late

    assert expect("early").probability_late < new < expect("late").probability_late
    assert next_late("nobody", learn(PORTFOLIO, TODAY)) == pytest.approx(new, abs=0.25)


def test_one_payment_is_no_habit() -> None:
    """A single delay moves the judgement of a customer, and less than eight of them."""
    once = expect("once", [*PORTFOLIO, *paid("once", 12)]).probability_late

    assert expect("nobody").probability_late < once < expect("late").probability_late


def test_recent_payments_weigh_more() -> None:
    """Of two customers with the same delays, the one who was late last is the riskier."""
    old, new = TODAY - timedelta(days=730), TODAY - timedelta(days=60)
    settled = [
        *PORTFOLIO,
        *paid("mended", *[20] * 5, last_due=old),
        *paid("mended", *[-5] * 5, last_due=new),
        *paid("slipped", *[-5] * 5, last_due=old),
        *paid("slipped", *[20] * 5, last_due=new),
    ]

    assert expect("mended", settled).probability_late < 0.5 < expect("slipped", settled).probability_late


@pytest.mark.parametrize("customer", ["early", "punctual", "late", "erratic", "nobody"])
@pytest.mark.parametrize("overdue", [0, 1, 10, 45, 400])
def test_an_open_invoice_past_its_due_date_is_late(customer: str, overdue: int) -> None:
    """What is known is not guessed: it is late for certain, and is paid tomorrow at the earliest."""
    late = forecast(invoice(customer, due=TODAY - timedelta(days=overdue)), learn(PORTFOLIO, TODAY))

    assert late.probability_late == 1
    assert late.expected_days_late > overdue
    assert _TOMORROW <= late.earliest_on <= late.expected_on <= late.latest_on
    assert late.latest_on <= TODAY + timedelta(days=60)


def test_silence_counts() -> None:
    """An early payer who has not paid by the due date's eve is likelier late than before."""
    habits = learn(PORTFOLIO, TODAY)
    chances = [
        forecast(invoice("early", due=TODAY + timedelta(days=ahead)), habits).probability_late
        for ahead in (30, 10, 5, 1)
    ]

    assert chances == sorted(chances)
    assert chances[-1] > 3 * chances[0]


def test_nothing_open_is_certain_before_it_is_due() -> None:
    """Even the best payer may be late, and the worst on time."""
    assert expect("early").probability_late > 0
    assert expect("late").probability_late < 1


def test_without_history_nothing_is_guessed() -> None:
    """No settled invoice by that day: an error that says so."""
    with pytest.raises(NoHistoryError, match="2020-01-01"):
        learn(PORTFOLIO, TODAY.replace(year=2020, month=1, day=1))


def test_a_single_settled_invoice_is_enough_to_say_something_careful() -> None:
    """With one invoice in the whole file the forecast stands, far from certain."""
    habits = learn(paid("only", 5), TODAY)

    assert 0.5 < forecast(invoice("only", due=_NOT_DUE), habits).probability_late < 0.95


delays = st.lists(st.integers(-30, 200), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(delays, min_size=1, max_size=5), st.integers(-400, 400), st.integers(0, 90))
def test_whatever_the_past_a_forecast_is_sound(customers: list[list[int]], due_in: int, term: int) -> None:
    """A probability is one, days are in order, and nothing is paid before it was issued or by today."""
    settled = [each for at, past in enumerate(customers) for each in paid(f"C-{at}", *past)]
    asked = invoice("C-0", due=TODAY + timedelta(days=due_in), term=term)
    try:
        expected = forecast(asked, learn(settled, TODAY))
    except NoHistoryError:
        assert all(each.settled_on > TODAY for each in settled)
        return

    assert 0 <= expected.probability_late <= 1
    assert (expected.probability_late == 1) == (due_in <= 0)
    assert max(asked.issue_date, _TOMORROW) <= expected.earliest_on
    assert expected.earliest_on <= expected.expected_on <= expected.latest_on
    # A coin's chance and the median tell the same story.
    assert (expected.probability_late > 0.5) == (expected.expected_days_late > 0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_the_future_changes_nothing(seed: int) -> None:
    """No peeking: when and whether later invoices were settled has no influence at all."""
    dice = random.Random(seed)
    day = TODAY - timedelta(days=80)
    past = [each for each in PORTFOLIO if each.settled_on <= day]
    future = [
        each.model_copy(update={"settled_on": day + timedelta(days=dice.randint(1, 300))})
        for each in PORTFOLIO
        if each.settled_on > day
    ]
    asked = invoice("late", due=_NOT_DUE)

    assert forecast(asked, learn(past + future, day)) == forecast(asked, learn(past, day))


@settings(max_examples=20, deadline=None)
@given(st.permutations(PORTFOLIO))
def test_the_order_of_the_file_changes_nothing(settled: list[SettledInvoice]) -> None:
    """The same invoices in another order give the same forecast."""
    one, other = expect("erratic", settled), expect("erratic")

    assert one.probability_late == pytest.approx(other.probability_late)
    assert one.expected_on == other.expected_on
