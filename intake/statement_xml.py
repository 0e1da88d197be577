"""XML of banks into a tree, safely, with the line on which each element stands."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from intake.phrases import Phrase
from intake.tables import Source
from intake.wording import IntakeError

MAX_BYTES = 20 * 1024 * 1024
"""More than any statement of a month. Measured: 10 MB, 28,000 short entries, take 3 s and 300 MB."""
_LINE = "line-of-file"


class _Builder(TreeBuilder):
    """Builds elements without namespaces, which differ by version and bank, and with their lines."""

    parser: DefusedXMLParser

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """Open an element."""
        line = self.parser.parser.CurrentLineNumber
        return super().start(tag.rpartition("}")[2], {**attrs, _LINE: str(line)})


def read_tree(source: Source) -> Element:
    """Parse a statement.

    A document type is refused as a whole: no statement has one, and it is the door to entity expansion and
    to reading other files (OWASP, *XML External Entity Prevention*).

    Args:
        source: the file; its encoding is what its XML declaration says.

    Raises:
        IntakeError: too large, not well-formed (with the line), or with a document type.
    """
    if len(source.data) > MAX_BYTES:
        raise IntakeError(Phrase.FILE_TOO_LARGE, name=source.name, limit=MAX_BYTES >> 20)
    builder = _Builder()
    builder.parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        builder.parser.feed(source.data.lstrip())
        root: Element = builder.parser.close()
    except DefusedXmlException as error:
        raise IntakeError(Phrase.XML_FORBIDDEN, name=source.name) from error
    except ParseError as error:
        raise IntakeError(Phrase.XML_BROKEN, name=source.name, line=error.position[0]) from error
    except (LookupError, ValueError) as error:
        # An encoding that does not exist, or that no parser reads byte by byte.
        raise IntakeError(Phrase.DAMAGED, name=source.name) from error
    return root


def line_of(element: Element) -> int:
    """The line of the file on which an element begins, counted from 1."""
    return int(element.attrib[_LINE])


def words(element: Element, path: str) -> str:
    """The text at a path on one line; empty where there is none."""
    return " ".join((element.findtext(path) or "").split())


def first_words(element: Element, *paths: str) -> str:
    """The text at the first of these paths that has any."""
    return next(filter(None, (words(element, path) for path in paths)), "")
