"""Puts a process together: settings become registers, books and providers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from activities.calling import Calling
from activities.closing import Closing
from activities.dependencies import Dependencies
from activities.emailing import Emailing
from activities.handing_over import HandingOver
from activities.planning import Planning
from activities.problems import Problems
from dunning.registers import CreditorRegister, LawRegister, PolicyRegister
from ledger.books import Books
from providers.smtp import SmtpMailProvider
from providers.stripe_pages import StripePages
from rendering.template_check import check_templates
from rendering.templates import TemplateBook
from runtime.configuration_error import ConfigurationError
from runtime.creditor_files import load_creditors
from runtime.law_files import load_rates, load_rules
from runtime.policy_files import load_policies
from runtime.settings import Settings
from runtime.unconfigured_mail import UnconfiguredMail


@dataclass(frozen=True)
class Registers:
    """All that is read from files: who is owed, by which rules, in which words."""

    policies: PolicyRegister
    creditors: CreditorRegister
    law: LawRegister
    templates: TemplateBook


@dataclass(frozen=True)
class Providers:
    """The outside services of a deployment."""

    mail: SmtpMailProvider | UnconfiguredMail
    pages: StripePages | None


def load_registers(settings: Settings) -> Registers:
    """Read creditors, policies, law and templates.

    Raises:
        ConfigurationError: with every fault of the first kind of file that has one.
        LawFileError: rates or rules cannot be used.
    """
    law = LawRegister(load_rates(), load_rules())
    return Registers(
        policies=load_policies(settings.policy_folders, settings.default_policy),
        creditors=load_creditors(settings.creditor_file, law),
        law=law,
        templates=_templates(settings),
    )


def require_sound_templates(registers: Registers) -> None:
    """Refuse to start with a template that would fail once a message is due.

    Raises:
        ConfigurationError: with every fault, each with file and line.
    """
    policies = registers.policies.policies.values()
    faults = check_templates(registers.templates, policies, registers.law.rules)
    if faults:
        raise ConfigurationError([f"templates/{fault}" for fault in faults])


@contextmanager
def opened_books(settings: Settings) -> Iterator[Books]:
    """Open the books, bring their tables up to date, and close them at the end.

    Raises:
        BooksUnreachableError: in words for the person who configured the address.
    """
    books = Books.open(settings.ledger_url)
    try:
        yield books
    finally:
        books.close()


@asynccontextmanager
async def opened_providers(settings: Settings) -> AsyncIterator[Providers]:
    """Prepare mail and payment pages; their connections are closed at the end. Nothing is sent yet."""
    async with AsyncExitStack() as stack:
        mail: SmtpMailProvider | UnconfiguredMail = UnconfiguredMail()
        if settings.smtp:
            mail = await stack.enter_async_context(SmtpMailProvider(settings.smtp))
        pages = None
        if settings.stripe:
            pages = StripePages(settings.stripe)
            stack.push_async_callback(pages.aclose)
        yield Providers(mail, pages)


@asynccontextmanager
async def opened_dependencies(settings: Settings, registers: Registers) -> AsyncIterator[Dependencies]:
    """What activities work with, from books and providers that are closed at the end.

    Raises:
        BooksUnreachableError: the ledger cannot be used.
    """
    with opened_books(settings) as books:
        async with opened_providers(settings) as providers:
            yield Dependencies(
                books=books,
                policies=registers.policies,
                creditors=registers.creditors,
                law=registers.law,
                templates=registers.templates,
                mail=providers.mail,
                pages=providers.pages,
                public_url=settings.public_url,
                payments_by_file=settings.payments_by_file,
                documents=settings.documents_folder,
            )


def activities_of(dependencies: Dependencies) -> list[Callable[..., Any]]:
    """Every activity that a worker carries out."""
    return [
        Planning(dependencies).plan_dunning,
        Emailing(dependencies).send_email,
        Calling(dependencies).open_call_task,
        HandingOver(dependencies).hand_over,
        Closing(dependencies).close_case,
        Problems(dependencies).report_problem,
    ]


def _templates(settings: Settings) -> TemplateBook:
    try:
        return TemplateBook(settings.template_folders)
    except FileNotFoundError as error:
        raise ConfigurationError([f"DUNNING_TEMPLATE_FOLDER: {error}"]) from error
