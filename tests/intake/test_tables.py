from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from intake import tables
from intake.columns import Vocabulary
from intake.phrases import Phrase
from intake.synonyms import SYNONYMS
from intake.tables import Source, Table, read_table
from intake.wording import IntakeError

VOCABULARY = Vocabulary.of(SYNONYMS)
FRENCH = "N° pièce;Échéance;Société;Débit\r\nFA1;31/12/2026;Électricité Noël;1 204,50 €\r\n"


def table(data: bytes) -> Table:
    """The table of a file's bytes."""
    return read_table(Source("x.csv", data), VOCABULARY)


def refusal(data: bytes, sheet: str | None = None) -> IntakeError:
    """Why a file is refused."""
    with pytest.raises(IntakeError) as caught:
        read_table(Source("x.csv", data), VOCABULARY, sheet)
    return caught.value


def workbook(rows: list[list[object]], title: str = "Feuille") -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"]
)
def test_accents_survive_every_encoding(encoding: str) -> None:
    """Whatever encoding a program wrote, header and cells read the same."""
    read = table(FRENCH.encode(encoding))
    assert read.header == ("N° pièce", "Échéance", "Société", "Débit")
    assert read.rows[0].cells == ["FA1", "31/12/2026", "Électricité Noël", "1 204,50 €"]


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
def test_old_code_pages_are_told_from_windows(encoding: str) -> None:
    """Exports of DOS and Mac programs are recognised by their letters."""
    text = FRENCH.replace("€", "F").replace("°", "o")
    assert table(text.encode(encoding)).rows[0].cells[2] == "Électricité Noël"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_endings(separator: str, ending: str) -> None:
    """The separator is found by the header it makes; old Mac line ends count too."""
    lines = (("Facture", "Client", "Montant"), ("F1", "Durand", "12"))
    data = ending.join(separator.join(line) for line in lines).encode()
    assert table(data).rows[0].cells == ["F1", "Durand", "12"]


def test_a_comma_in_amounts_is_no_separator() -> None:
    """Decimal commas outnumber the separators here, and still the semicolon separates."""
    read = table(b"Facture;Montant TTC;Solde\nF1;1,50;2,50\nF2;3,50;4,50\n")
    assert read.rows[0].cells == ["F1", "1,50", "2,50"]


def test_lines_are_counted_as_editors_do() -> None:
    """Lines above the header, blank lines and quoted line breaks count; a record has its first line."""
    text = 'Export du jour\n\nFacture;Client;Montant\nF1;"Durand\nFils";1\n\nF2;Petit;2\n'
    read = table(text.encode())
    assert read.header_line == 3
    assert [row.line for row in read.rows] == [4, 7]


def test_a_workbook_gives_typed_cells() -> None:
    """Dates come as days, numbers as decimals without binary noise, booleans as words."""
    data = workbook([["Titre"], ["Facture", "Client", "Montant"], ["F1", True, 0.1 + 0.2]])
    read = table(data)
    assert read.header_line == 2
    assert [str(cell) for cell in read.rows[0].cells] == ["F1", "oui", "0.3"]


def test_a_sheet_is_found_by_its_header_or_by_name() -> None:
    """The first sheet with a header is read; a name that is not there is refused with those that are."""
    book = Workbook()
    assert book.active is not None
    book.active.append(["Notes"])
    for title, amount in (("Clients", 1), ("Anciens", 2)):
        sheet = book.create_sheet(title)
        sheet.append(["Facture", "Client", "Montant"])
        sheet.append(["F1", "Durand", amount])
    buffer = io.BytesIO()
    book.save(buffer)
    source = Source("x.xlsx", buffer.getvalue())
    assert str(read_table(source, VOCABULARY).rows[0].cells[2]) == "1"
    assert str(read_table(source, VOCABULARY, "Anciens").rows[0].cells[2]) == "2"
    missing = refusal(buffer.getvalue(), "Absente")
    assert missing.phrase is Phrase.NO_SHEET
    assert "Anciens" in str(missing)


def _zip(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "phrase"),
    [
        (b" \r\n \n", Phrase.FILE_EMPTY),
        (b"\xef\xbb\xbf", Phrase.FILE_EMPTY),
        (b";;;\n;;;\n", Phrase.FILE_EMPTY),
        (b"%PDF-1.7 ...", Phrase.NOT_A_TABLE),
        (b"\x89PNG\r\n\x1a\n", Phrase.NOT_A_TABLE),
        (b"<html><table><tr><td>Facture</td></tr></table>", Phrase.NOT_A_TABLE),
        (bytes(range(256)) * 8, Phrase.NOT_A_TABLE),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, Phrase.OLD_WORKBOOK),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), Phrase.PASSWORD),
        (b"PK\x03\x04 cut short", Phrase.DAMAGED),
        (_zip(mimetype="application/vnd.oasis", content_xml="<x/>"), Phrase.OLD_WORKBOOK),
        (_zip(readme_txt="hello"), Phrase.NOT_A_TABLE),
        (_zip(xl__workbook_xml="<broken"), Phrase.DAMAGED),
        (b"alpha;beta;gamma\n1;2;3\n", Phrase.NO_HEADER),
        (b'Facture;Client;Montant\nF1;"Durand;1\n' + b"F2;Petit;2\n" * 80, Phrase.OPEN_QUOTE),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, phrase: Phrase) -> None:
    """Every kind of wrong file gets its own reason, and never a traceback."""
    error = refusal(data)
    assert error.phrase is phrase
    assert "x.csv" in str(error)


def test_an_unknown_header_names_what_was_seen() -> None:
    """The person learns which columns were seen and how to name them."""
    error = refusal(b"Rapport\nalpha;beta;gamma\n1;2;3\n")
    assert "« alpha »" in str(error)
    assert "--map" in str(error)


def test_an_empty_or_missing_file_is_refused(tmp_path: Path) -> None:
    """The name is given, the folder is not."""
    empty = tmp_path / "vide.csv"
    empty.touch()
    for path, phrase in ((empty, Phrase.FILE_EMPTY), (tmp_path / "absent.csv", Phrase.FILE_MISSING)):
        with pytest.raises(IntakeError) as caught:
            Source.of(path)
        assert caught.value.phrase is phrase
        assert str(tmp_path) not in str(caught.value)


def test_files_too_large_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Bytes and rows are limited, in CSV and in workbooks alike."""
    monkeypatch.setattr(tables, "MAX_ROWS", 5)
    rows: list[list[object]] = [["Facture", "Client", "Montant"], *(["F", "D", 1] for _ in range(9))]
    assert refusal(workbook(rows)).phrase is Phrase.TOO_MANY_ROWS
    assert refusal(b"Facture;Client;Montant\n" + b"F;D;1\n" * 9).phrase is Phrase.TOO_MANY_ROWS
    monkeypatch.setattr(tables, "MAX_BYTES", 5)
    path = tmp_path / "long.csv"
    path.write_bytes(b"Facture")
    for source in (path, b"Facture"):
        with pytest.raises(IntakeError) as caught:
            Source.of(source)
        assert caught.value.phrase is Phrase.FILE_TOO_LARGE


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    """Any bytes are a table or refused in words."""
    try:
        table(b"Facture;Client;Montant\n" + data)
    except IntakeError as error:
        reason = str(error)
        assert "x.csv" in reason
