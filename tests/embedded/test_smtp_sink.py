from __future__ import annotations

import asyncio
import json
import smtplib
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright

from embedded.chromium import obtain_chromium
from embedded.outbox import create_outbox
from embedded.smtp_faults import Fault, FaultKind, FaultMoment, defer, refuse
from embedded.smtp_sink import SmtpSink
from rendering.mime import Attachment, EmailParts, Mailbox, build_email

RECEIVED = datetime(2026, 12, 14, 8, 0, 3, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def message(subject: str = "Relance retard de paiement : facture F-42", **changes: object) -> bytes:
    """The bytes of a usual reminder."""
    usual: dict[str, object] = {
        "message_id": "<c1.i42.1.email@relance.example>",
        "sent_at": datetime(2026, 12, 14, 8, tzinfo=UTC),
        "sender": Mailbox(address="compta@creancier.example", name="Ateliers Géraud"),
        "to": (Mailbox(address="ap@client.example"),),
        "subject": subject,
        "text": "Votre facture est échue.",
        "html": '<p>Votre facture est échue. <a href="https://pay.example/x">Payer</a></p>'
        "<script>document.title='owned'</script><img src='https://tracker.example/x.png'>",
    }
    return build_email(EmailParts.model_validate(usual | changes))


def post(sink: SmtpSink, content: bytes, *recipients: str) -> None:
    """Send with the standard library, a client that shares no code with the sink."""
    with smtplib.SMTP(sink.host, sink.port, local_hostname="worker.example", timeout=5) as client:
        client.sendmail("compta@creancier.example", recipients or ("ap@client.example",), content)


async def deliver(sink: SmtpSink, content: bytes, *recipients: str) -> None:
    """Send from a thread, while the sink answers in this loop."""
    await asyncio.to_thread(post, sink, content, *recipients)


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    """A sink whose clock stands still."""
    async with SmtpSink(now=lambda: RECEIVED) as running:
        yield running


@pytest.fixture
async def page(sink: SmtpSink) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor of the sink's outbox page."""
    transport = httpx.ASGITransport(create_outbox(sink.store))
    async with httpx.AsyncClient(transport=transport, base_url="http://outbox.example") as visitor:
        yield visitor


async def test_takes_what_any_client_sends(sink: SmtpSink) -> None:
    """Envelope, headers and bytes are kept exactly, dots at line starts included."""
    content = message(text="..\n.\nfin", html="<p>.</p>")
    await deliver(sink, content, "a@client.example", "b@client.example")
    (received,) = sink.messages
    assert received.recipients == ("a@client.example", "b@client.example")
    assert received.received_at == RECEIVED
    assert received.subject == "Relance retard de paiement : facture F-42"
    assert received.header("from") == "Ateliers Géraud <compta@creancier.example>"
    assert received.message_id == "<c1.i42.1.email@relance.example>"
    assert sink.store.content(received.number) == content


async def test_the_folder_outlives_the_sink(tmp_path: Path) -> None:
    """A sink that starts again on its folder shows what came before, and goes on counting."""
    for subject in ("first", "second"):
        async with SmtpSink(folder=tmp_path) as sink:
            await deliver(sink, message(subject))
    async with SmtpSink(folder=tmp_path) as again:
        assert [(one.number, one.subject) for one in again.messages] == [(1, "first"), (2, "second")]
        assert again.store.content(2) == message("second")
        assert (tmp_path / "000002.eml").read_bytes() == message("second")


async def test_a_half_written_message_does_not_count(tmp_path: Path) -> None:
    """A sink killed while it writes leaves a file that the next one does not take for a message."""
    (tmp_path / "000001.eml").write_bytes(message())
    (tmp_path / "000001.part").write_text("{")
    async with SmtpSink(folder=tmp_path) as sink:
        assert not sink.messages


async def test_refuses_defers_and_recovers(sink: SmtpSink) -> None:
    """Faults strike whom they name, as often as they say, and can be taken back."""
    sink.inject(refuse("gone@client.example"), defer("slow@client.example", times=2))
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await deliver(sink, message(), "gone@client.example")
    assert refused.value.recipients["gone@client.example"][0] == 550
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await deliver(sink, message(), "Slow@client.example")
    await deliver(sink, message(), "slow@client.example")
    sink.faults.clear()
    await deliver(sink, message(), "gone@client.example")
    assert [one.recipients[0] for one in sink.messages] == ["slow@client.example", "gone@client.example"]


async def test_faults_at_the_dot_strike_by_pattern(sink: SmtpSink) -> None:
    """A message to an address that fits the pattern is lost at the very end, others pass."""
    sink.inject(Fault(moment=FaultMoment.DOT, kind=FaultKind.DROP, recipient="*@lost.example"))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        await deliver(sink, message(), "a@lost.example")
    await deliver(sink, message(), "a@client.example")
    assert [one.recipients for one in sink.messages] == [("a@client.example",)]


async def test_stops_while_clients_hang() -> None:
    """A conversation that goes nowhere does not keep the sink from stopping."""
    sink = SmtpSink()
    await sink.start()
    port = sink.port
    sink.inject(Fault(moment=FaultMoment.GREETING, kind=FaultKind.HANG))
    _, writer = await asyncio.open_connection(sink.host, port)
    await asyncio.sleep(0.05)
    async with asyncio.timeout(2):
        await sink.stop()
    writer.close()
    await sink.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = sink.port
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_taken_port_is_an_error(sink: SmtpSink) -> None:
    """Two sinks never share a port."""
    with pytest.raises(OSError, match="in use"):
        await SmtpSink().start(sink.port)


async def test_the_list_shows_newest_first(sink: SmtpSink, page: httpx.AsyncClient) -> None:
    """A visitor sees recipient, subject and the message's own date, the newest on top."""
    assert "Nothing has been sent yet" in (await page.get("/")).text
    await deliver(sink, message("Première <b>relance</b>"))
    await deliver(sink, message("Deuxième relance"), "autre@client.example")
    shown = (await page.get("/")).text
    assert shown.index("Deuxième relance") < shown.index("Première &lt;b&gt;relance")
    assert "2026-12-14 08:00" in shown
    found = (await page.get("/", params={"q": "AUTRE@"})).text
    assert "Deuxième relance" in found
    assert "Première" not in found
    assert (await page.get("/count")).json() == {"count": 2}


async def test_long_lists_are_paged(sink: SmtpSink, page: httpx.AsyncClient) -> None:
    """A thousand messages do not make a page of a thousand lines, and none is out of reach."""
    for number in range(1, 131):
        sink.store.add(
            sender="x@y.example",
            recipients=("a@b.example",),
            content=message(f"n{number}."),
            received_at=RECEIVED,
        )
    first = (await page.get("/")).text
    assert "n130." in first
    assert "n31." in first
    assert "n30." not in first
    assert "n30." in (await page.get("/?q=&before=31")).text
    assert "before=31" in first


async def test_programs_read_json(sink: SmtpSink, page: httpx.AsyncClient) -> None:
    """The demonstration counts e-mails here, by recipient and Message-ID, and not in our own books."""
    await deliver(sink, message(), "a@client.example", "b@client.example")
    (read,) = (await page.get("/messages.json")).json()
    assert read["recipients"] == ["a@client.example", "b@client.example"]
    assert read["message_id"] == "<c1.i42.1.email@relance.example>"
    assert read["subject"] == "Relance retard de paiement : facture F-42"
    assert ["Auto-Submitted", "auto-generated"] in read["headers"]


async def test_a_message_is_read_three_ways(sink: SmtpSink, page: httpx.AsyncClient) -> None:
    """HTML in a frame of its own, text and source as they are."""
    await deliver(sink, message())
    assert 'sandbox="allow-popups' in (await page.get("/messages/1")).text
    html = await page.get("/messages/1/html")
    assert "échue" in html.text
    assert html.headers["content-security-policy"].startswith("sandbox ")
    assert "default-src 'none'" in html.headers["content-security-policy"]
    assert (await page.get("/messages/1/text")).text.strip() == "Votre facture est échue."
    assert "échue" in (await page.get("/messages/1?view=text")).text
    assert (await page.get("/messages/1/source")).content == message()
    assert "X-Auto-Response-Suppress" in (await page.get("/messages/1?view=source")).text


async def test_attachments_come_out_whole(sink: SmtpSink, page: httpx.AsyncClient) -> None:
    """An attached invoice can be fetched from the page, byte for byte and under its name."""
    pdf = b"%PDF-1.7\n" + bytes(range(256))
    await deliver(sink, message(attachments=(Attachment(filename="Facture août.pdf", content=pdf),)))
    assert "Facture août.pdf" in (await page.get("/messages/1")).text
    fetched = await page.get("/messages/1/attachments/1")
    assert fetched.content == pdf
    assert fetched.headers["content-type"] == "application/pdf"
    assert "Facture%20ao%C3%BBt.pdf" in fetched.headers["content-disposition"]
    for place in (0, 2):
        missing = await page.get(f"/messages/1/attachments/{place}")
        assert missing.status_code == 404


async def test_what_is_not_there(page: httpx.AsyncClient) -> None:
    """A number that was never given is answered in words."""
    for path in ("/messages/7", "/messages/7/html", "/messages/7/text", "/messages/7/source"):
        answer = await page.get(path)
        assert answer.status_code == 404
        assert "no message 7" in answer.text


async def test_strange_messages_are_shown_too(sink: SmtpSink, page: httpx.AsyncClient) -> None:
    """Without subject, date or alternatives, in another charset or broken, a message still has its page."""
    latin = EmailMessage()
    latin.set_content("déjà payé", charset="iso-8859-1")
    broken = b"Subject: =?utf-8?b?####?= \xe9\r\nDate: sometime\r\n\r\nbody\r\n"
    for content in (latin.as_bytes(), broken, b"\r\nno headers\r\n"):
        await deliver(sink, content)
    assert (await page.get("/messages/1/text")).text.strip() == "déjà payé"
    assert "(no subject)" in (await page.get("/")).text
    for number in (1, 2, 3):
        assert (await page.get(f"/messages/{number}")).status_code == 200


@pytest.mark.browser
async def test_a_person_reads_the_page(sink: SmtpSink) -> None:
    """In a browser, wide or narrow, the list grows by itself, nothing sticks out and no message runs code."""
    page_app = uvicorn.Server(
        uvicorn.Config(create_outbox(sink.store), log_level="warning", lifespan="off", access_log=False)
    )
    with socket.create_server((sink.host, 0)) as door:
        address = f"http://{sink.host}:{door.getsockname()[1]}"
        serving = asyncio.create_task(page_app.serve(sockets=[door]))
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=obtain_chromium(), args=["--no-sandbox"]
                )
                await _read_as_a_person(sink, browser, address)
                await browser.close()
        finally:
            page_app.should_exit = True
            await serving


async def _read_as_a_person(sink: SmtpSink, browser: Browser, address: str) -> None:
    fetched: list[str] = []
    for width in (1280, 360):
        page = await browser.new_page(viewport={"width": width, "height": 800})
        page.on("response", lambda answer: fetched.append(answer.url))
        await page.goto(address)
        await deliver(
            sink, message(f"Relance {width} " + "interminable" * 12), f"{'long' * 20}@client.example"
        )
        await page.get_by_text(f"Relance {width}").click(timeout=10_000)
        frame = page.frame_locator("iframe")
        await frame.get_by_text("Votre facture est échue.").wait_for(timeout=10_000)
        assert await frame.get_by_role("link", name="Payer").get_attribute("href") == "https://pay.example/x"
        assert "Relance" in await page.title()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.close()
    assert not [url for url in fetched if url.startswith("http") and not url.startswith(address)]


def test_runs_as_its_own_process(tmp_path: Path) -> None:
    """Started from a shell it says where it listens, fails as told, and ends by itself."""
    command = [sys.executable, "-m", "embedded.smtp_sink", "--folder", str(tmp_path), "--stop-after", "5"]
    faults = ["--refuse", "gone@client.example", "--lose", "lost@client.example"]
    with subprocess.Popen([*command, *faults], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        where = json.loads(process.stdout.readline())
        with smtplib.SMTP(
            where["smtp_host"], where["smtp_port"], local_hostname="w.example", timeout=5
        ) as client:
            client.sendmail("c@c.example", ["a@client.example"], message())
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.sendmail("c@c.example", ["gone@client.example"], message())
            with pytest.raises(smtplib.SMTPServerDisconnected):
                client.sendmail("c@c.example", ["lost@client.example"], message())
        assert httpx.get(f"{where['outbox']}count").json() == {"count": 2}
        assert process.wait(timeout=20) == 0
    assert len(list(tmp_path.glob("*.eml"))) == 2
