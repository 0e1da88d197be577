"""Temporal's Web UI as a person uses it: the list, the story of one run, the form for a command."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Error as BrowserError
from playwright.async_api import FloatRect, Locator, Page, async_playwright, expect

_WIDTH, _HEIGHT = 1360, 1800
_PATIENCE = 20_000.0
_UNWANTED_COLUMNS = ("Run ID", "Type", "Start", "End")
_AIR = 12
_LEFT_BAR = 64

# The machine may be busy with servers.
expect.set_options(timeout=_PATIENCE)


@dataclass(frozen=True)
class WebUi:
    """One browser tab, and the folder that its pictures go to."""

    page: Page
    address: str
    pictures: Path

    async def open_list(self, *columns: str) -> None:
        """Show the list of workflows, with search attributes in place of the technical columns."""
        await self.page.goto(f"{self.address}/namespaces/default/workflows")
        await self.page.get_by_test_id("workflows-summary-table-configuration-button").click()
        for column in _UNWANTED_COLUMNS:
            await self._button(f"Remove {column} column").click()
        for column in columns:
            await self._button(f"Add {column} column").click()
        await self.page.get_by_test_id("drawer-close-button").click()
        await self.page.get_by_label("Collapse saved views").click()
        await expect(self.page.get_by_test_id("drawer-close-button")).to_be_hidden()

    async def read_local_time(self) -> None:
        """Have times shown in the zone of the browser."""
        await self.page.get_by_test_id("timezones-menu-button").click()
        await (
            self.page.get_by_role("option", name="Local")
            .or_(self.page.get_by_role("menuitem", name="Local"))
            .first.click()
        )

    async def filter_by(self, attribute: str, value: str) -> None:
        """Keep the runs with one value of a search attribute."""
        await self.page.get_by_test_id("add-filter-button").click()
        await self.page.get_by_role("menuitem", name=attribute).last.click()
        await self.page.get_by_placeholder("Enter value...").last.fill(value)
        await self.page.get_by_test_id("apply-filter-button").last.click()

    def link_to(self, workflow_id: str) -> Locator:
        """The way from the list to a run."""
        return self.page.get_by_role("link", name=workflow_id)

    async def rows(self) -> list[str]:
        """The workflows that the list shows, each as the text of its cells."""
        table = self.page.locator("tbody tr:visible").filter(has_text="dunning:")
        texts = [" ".join(text.split()) for text in await table.all_inner_texts()]
        # The box before each row has a label of its own, for those who do not see.
        return [re.sub(r"^Select Workflow \S+ ", "", text) for text in texts]

    async def open_run(self, workflow_id: str) -> None:
        """Show the story of one invoice, oldest first."""
        await self.page.goto(f"{self.address}/namespaces/default/workflows/{workflow_id}")
        await self.page.get_by_test_id("zoom-in").click()
        await self.page.get_by_test_id("expandAll").click()

    @property
    def timeline(self) -> Locator:
        """The picture of what happened when."""
        return self.page.locator("div.relative:has(> svg)").filter(has=self.page.locator("svg line")).first

    async def open_tab(self, name: str) -> None:
        """Turn to another page about the same run."""
        await self.page.locator("a:visible").filter(has_text=name).click()

    async def expect_to_read(self, words: str) -> None:
        """Wait until some part of the page, which shows Markdown in frames of its own, has these words.

        Raises:
            AssertionError: with all that could be read instead.
        """
        read = ""
        try:
            async with asyncio.timeout(_PATIENCE / 1_000):
                while words not in read:
                    await asyncio.sleep(0.2)
                    # A frame may be replaced by a newer one while it is read.
                    with suppress(BrowserError):
                        read = await self.text()
        except TimeoutError:
            raise AssertionError(f"{words!r} is not in:\n{read}") from None

    async def text(self) -> str:
        """All that the page shows."""
        bodies = [frame.locator("body") for frame in self.page.frames]
        return "\n".join([await body.inner_text() for body in bodies])

    async def fill_in_update(self, name: str, data: str) -> Locator:
        """Choose a command in its form and type its JSON; the form is returned, not yet sent."""
        await self._button("More Actions").last.click()
        await self.page.get_by_role("menuitem", name="Send an Update").last.click()
        form = self.page.locator("dialog[open]")
        await form.get_by_test_id("update-select-button").click()
        await form.get_by_role("option").filter(has_text=name).first.click()
        await form.locator("[contenteditable=true]").click()
        await self.page.keyboard.insert_text(data)
        # Leaving the field lays the JSON out on several lines, which moves the button.
        await self.page.keyboard.press("Tab")
        await expect(form.locator("[contenteditable=true] .cm-line").first).to_have_text("{")
        return form

    async def send(self, form: Locator) -> None:
        """Press the button of the form."""
        await form.get_by_test_id("confirm-modal-button").click()

    async def picture(self, name: str, *shown: Locator, air: int = _AIR, wide: bool = False) -> None:
        """Keep a picture of the area that some elements take.

        Args:
            name: of the file, without its ending.
            shown: the elements.
            air: pixels around them.
            wide: take the page from side to side, without the bar at its left.
        """
        boxes = [box for element in shown if (box := await element.bounding_box())]
        assert len(boxes) == len(shown), f"{name}: a part of the picture is not there"
        left = max(min(box["x"] for box in boxes) - air, 0)
        top = max(min(box["y"] for box in boxes) - air, 0)
        right = min(max(box["x"] + box["width"] for box in boxes) + air, _WIDTH)
        bottom = max(box["y"] + box["height"] for box in boxes) + air
        if wide:
            left, right = _LEFT_BAR, _WIDTH
        clip: FloatRect = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        await self.page.screenshot(path=self.pictures / f"{name}.png", clip=clip, animations="disabled")

    def _button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)


@asynccontextmanager
async def web_ui(address: str, chromium: Path, pictures: Path) -> AsyncIterator[WebUi]:
    """A browser in Paris that shows the Web UI."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        try:
            context = await browser.new_context(
                viewport={"width": _WIDTH, "height": _HEIGHT}, locale="en-GB", timezone_id="Europe/Paris"
            )
            context.set_default_timeout(_PATIENCE)
            yield WebUi(await context.new_page(), address, pictures)
        finally:
            await browser.close()
