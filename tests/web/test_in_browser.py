import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize, async_playwright

from tests.web.counter import known
from tests.web.site import Site

pytestmark = pytest.mark.browser

_DESKTOP: ViewportSize = {"width": 1280, "height": 900}
_PHONE: ViewportSize = {"width": 375, "height": 740}


@pytest.fixture
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        await running.close()


async def _overflow(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    return int(
        await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("viewport", [_DESKTOP, _PHONE], ids=["desktop", "phone"])
async def test_a_customer_pays_by_card_in_a_browser(
    site: Site, browser: Browser, viewport: ViewportSize, tmp_path: Path
) -> None:
    """Under the page's own security policy the button leads to the provider and back, at every width."""
    key = await site.deployment.registered()
    page = await browser.new_page(viewport=viewport)
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # The sandbox's own page has no icon; that is none of ours.
        if message.location["url"].startswith(site.server.address):
            complaints.append(message.text)

    page.on("console", note)
    await page.goto(f"{site.server.address}/pay/{await site.token(key)}")
    assert await _overflow(page) == 0
    button = page.get_by_role("button", name="Payer par carte")
    assert await button.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(31, 95, 139)"
    shots = Path(os.environ.get("DUNNING_SCREENSHOTS", tmp_path))
    await page.screenshot(path=shots / f"pay-{viewport['width']}.png", full_page=True)
    await button.click()
    await page.wait_for_url(f"{site.sandbox.address}/**")
    await page.get_by_role("button", name="Payer par carte").click()
    await page.wait_for_url(f"{site.server.address}/pay/**/return?**")
    assert "merci" in (await page.inner_text("h1")).lower()
    await site.deployment.until(lambda case: case.status.closed, key)
    await page.reload()
    assert "plus rien à payer" in await page.inner_text("h1")
    await page.screenshot(path=shots / f"paid-{viewport['width']}.png", full_page=True)
    assert complaints == []


async def test_the_page_reads_well_with_a_long_number(shop: Site, browser: Browser) -> None:
    """A number of another program's taste does not push the page over the edge of a phone."""
    key = known(shop.books, number="FACTURE-" + "2026" * 20)
    page = await browser.new_page(viewport=_PHONE)
    await page.goto(f"{shop.server.address}/pay/{await shop.token(key)}")
    assert await _overflow(page) == 0
