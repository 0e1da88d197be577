"""A report as one HTML page that needs nothing else: bars as inline SVG, and the table below them."""

from __future__ import annotations

from html import escape

from pydantic import BaseModel

from commands.report_sheet import FIGURES, Sheet, cell, heading, title
from commands.report_words import word
from dunning.money import Money
from dunning.party import Language

_WIDTH, _LABELS, _VALUES, _BAR, _STEP = 800, 250, 130, 18, 28
"""Of a chart, in its own units: whole width, room for labels and for values, a bar, bar and gap."""
_STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
svg { max-width: 100%; height: auto; } svg text { font: 13px system-ui, sans-serif; fill: #1c2430; }
svg rect { fill: #2f6f9f; }
div { overflow-x: auto; } table { border-collapse: collapse; margin-top: 1.2rem; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid #d5dbe3; text-align: left; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
"""


def page(sheet: Sheet, language: Language) -> str:
    """The page; text from the books is escaped, and nothing is fetched from anywhere."""
    above = escape(title(sheet, language))
    body = [f"<h1>{above}</h1>", *_charts(sheet, language), _table(sheet, language)]
    body += [f"<p>{escape(note)}</p>" for note in sheet.notes]
    return (
        f'<!doctype html>\n<html lang="{language.value}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{above}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _charts(sheet: Sheet, language: Language) -> list[str]:
    if sheet.chart is None:
        return []
    parts: dict[str, list[BaseModel]] = {}
    for line in sheet.lines:
        parts.setdefault(getattr(line, sheet.apart), []).append(line)
    found = []
    for name, lines in parts.items():
        shown = cell(name, sheet.columns[sheet.apart], sheet.apart, language)
        found.append(f"<h2>{escape(shown)} – {escape(heading(sheet.name_of(sheet.chart[1]), language))}</h2>")
        found.append(_bars(sheet, lines, shown, language))
    return found


def _bars(sheet: Sheet, lines: list[BaseModel], name: str, language: Language) -> str:
    label, value = sheet.chart or ("", "")
    sizes = [_size(getattr(line, value)) for line in lines]
    longest = max(sizes, default=0.0) or 1.0
    rows = []
    for at, (line, size) in enumerate(zip(lines, sizes, strict=True)):
        top = at * _STEP
        length = max(size, 0.0) / longest * (_WIDTH - _LABELS - _VALUES)
        named = getattr(line, label)
        said = (
            word("later", language) if named is None else cell(named, sheet.columns[label], label, language)
        )
        figure = cell(getattr(line, value), sheet.columns[value], value, language)
        rows.append(
            f'<text x="{_LABELS - 10}" y="{top + 14}" text-anchor="end">{escape(said)}</text>'
            f'<rect x="{_LABELS}" y="{top}" width="{length:.1f}" height="{_BAR}"/>'
            f'<text x="{_LABELS + length + 8:.1f}" y="{top + 14}">{escape(figure)}</text>'
        )
    described = escape(f"{title(sheet, language)} – {name}")
    height = _STEP * len(lines)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img">'
        f"<title>{described}</title>{''.join(rows)}</svg>"
    )


def _size(value: object) -> float:
    if isinstance(value, Money):
        return float(value.amount)
    return float(value) if isinstance(value, int | float) else 0.0


def _table(sheet: Sheet, language: Language) -> str:
    if not sheet.lines:
        return f"<p>{escape(word('nothing', language))}</p>"
    kinds = {key: ' class="figure"' if cells in FIGURES else "" for key, cells in sheet.columns.items()}
    headings = "".join(
        f"<th{kinds[key]}>{escape(heading(sheet.name_of(key), language))}</th>" for key in sheet.columns
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{kinds[key]}>{escape(cell(getattr(line, key), cells, key, language))}</td>"
            for key, cells in sheet.columns.items()
        )
        + "</tr>\n"
        for line in sheet.lines
    )
    return f"<div><table>\n<thead><tr>{headings}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>"
