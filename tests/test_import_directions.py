import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parents[1]
_CONFIG = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]
_ROOMS: list[str] = _CONFIG["root_packages"]
_WITHOUT_CLOCK = ("dunning", "workflows", "activities", "ledger", "rendering")
_CLOCKS = [
    ["datetime", "now"],
    ["datetime", "utcnow"],
    ["datetime", "today"],
    ["date", "today"],
    ["time", "time"],
]
_MOST_LINES = 300


def _lint(checkout: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-cache"]
    return subprocess.run(command, check=False, cwd=checkout, capture_output=True, text=True, timeout=120)


def _modules(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((_CHECKOUT / room).rglob("*.py"))]


def test_every_room_imports_only_what_the_design_allows() -> None:
    """The contracts of pyproject.toml hold for the code as it is."""
    ended = _lint(_CHECKOUT)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("room", "imported"),
    [
        ("dunning", "sqlalchemy"),
        ("dunning", "ledger"),
        ("workflows", "providers"),
        ("activities", "web"),
        ("activities", "embedded"),
        ("ledger", "providers"),
        ("rendering", "temporalio.client"),
        ("web", "activities"),
        ("runtime", "embedded"),
        ("doors", "rehearsal"),
        ("rehearsal", "commands"),
        ("rehearsal", "demo"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, room: str, imported: str) -> None:
    """A single import in the wrong direction breaks the build, so the contracts are not just decoration."""
    for each in _ROOMS:
        (tmp_path / each).mkdir()
        (tmp_path / each / "__init__.py").touch()
    shutil.copy(_CHECKOUT / "pyproject.toml", tmp_path)
    assert _lint(tmp_path).returncode == 0
    (tmp_path / room / "trespasser.py").write_text(f"import {imported}\n")
    ended = _lint(tmp_path)
    assert ended.returncode == 1
    assert "BROKEN" in ended.stdout


def test_package_files_stay_empty() -> None:
    """An `__init__.py` holds nothing, so importing a module never drags its room along."""
    packages = [path for path in _modules(*_ROOMS, "tests") if path.name == "__init__.py"]
    assert [str(path) for path in packages if path.read_text().strip()] == []


def test_files_stay_short_and_well_named() -> None:
    """No module exceeds 300 lines, is called `utils` or carries a number in its name."""
    modules = _modules(*_ROOMS, "tests")
    assert [str(path) for path in modules if len(path.read_text().splitlines()) > _MOST_LINES] == []
    assert [str(path) for path in modules if "utils" in path.stem or path.stem[-1].isdigit()] == []


def test_rules_workflows_and_books_read_no_clock() -> None:
    """Time enters as `now` or `today`, so that rehearsal, replay and tests decide what day it is."""
    readings = {
        str(path.relative_to(_CHECKOUT)): lines
        for path in _modules(*_WITHOUT_CLOCK)
        if (lines := _clock_readings(path.read_text()))
    }
    assert readings == {}


@pytest.mark.parametrize(
    "reading", ["datetime.now(UTC)", "datetime.datetime.now()", "date.today()", "time.time()"]
)
def test_a_reading_of_the_clock_is_found(reading: str) -> None:
    """Each way to ask the clock is recognised, with its line; asking the workflow is no such way."""
    assert _clock_readings(f"now = workflow.now()\nthen = {reading}") == [2]


def _clock_readings(source: str) -> list[int]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if ast.unparse(call.func).split(".")[-2:] in _CLOCKS]
