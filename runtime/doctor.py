"""Examining a deployment: every configured service and file, and what to do about each fault."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

from runtime.checks_files import check_files
from runtime.checks_ledger import check_ledger
from runtime.checks_services import check_mail, check_stripe
from runtime.checks_temporal import check_temporal
from runtime.clock import SystemClock
from runtime.finding import Finding, Verdict, broken
from runtime.settings import Settings

_PATIENCE_SECONDS = 40.0


async def examine(settings: Settings, today: date | None = None) -> list[Finding]:
    """Look at Temporal, ledger, mail, Stripe, creditors, policies, templates and legal rates; change nothing.

    Args:
        settings: of the deployment; Temporal is looked for where `TEMPORAL_*` says.
        today: the day up to which legal rates must be known; that of the system clock (UTC) where not given.

    Returns:
        Findings in a fixed order. A check that itself fails, or gets no answer in time, is a finding too.
    """
    day = today or SystemClock().now().date()

    async def ledger() -> list[Finding]:
        return [await asyncio.to_thread(check_ledger, settings.ledger_url)]

    async def mail() -> list[Finding]:
        return [await check_mail(settings.smtp)]

    async def stripe() -> list[Finding]:
        return [await check_stripe(settings.stripe)]

    async def files() -> list[Finding]:
        return await asyncio.to_thread(check_files, settings, day)

    found = await asyncio.gather(
        _bounded("Temporal", check_temporal),
        _bounded("Ledger", ledger),
        _bounded("Mail server", mail),
        _bounded("Stripe", stripe),
        _bounded("Files", files),
    )
    return [finding for findings in found for finding in findings]


def worst(findings: list[Finding]) -> Verdict:
    """The gravest verdict of all; ok where there is none."""
    found = {finding.verdict for finding in findings}
    return next((verdict for verdict in (Verdict.FAILED, Verdict.WARNING) if verdict in found), Verdict.OK)


async def _bounded(name: str, check: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await check()
    except TimeoutError:
        words = f"no answer within {_PATIENCE_SECONDS:.0f} s"
        return [broken(name, words, "Check the address, and that nothing between drops the connection.")]
    except Exception as error:  # noqa: BLE001 - one check that breaks must not hide the others
        return [broken(name, f"could not be checked: {type(error).__name__}: {error}")]
