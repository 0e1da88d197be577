"""Ending a process that held a Temporal client or worker with the exit code that it earned.

With temporalio 1.35 threads of the SDK's native runtime may still touch Python objects while the interpreter
is being finalised, which aborts the process (signal 6 or 11) after all its work was done
(https://github.com/temporalio/sdk-python/issues/300). The way out taken here: run everything that belongs to
an orderly end, then leave before finalisation starts.
"""

import atexit
import contextlib
import logging
import os
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

_INTERRUPTED = 130  # the shell's convention for a process ended by Ctrl-C: 128 + SIGINT

_earned: list[Callable[[], int]] = []


def run_and_exit(main: Callable[[], int | None]) -> NoReturn:
    """Run a program's main function and end the process with its exit code.

    Exit handlers run, threads that are no daemons are awaited, output is flushed; only the interpreter's own
    finalisation is left out.

    Args:
        main: Returns the exit code, `None` meaning 0. `SystemExit` counts as it does everywhere,
            `KeyboardInterrupt` as 130, any other exception prints its traceback and counts as 1.

    Raises:
        SystemExit: Always, with the exit code.
    """
    code = _code_of(main)
    leave_with(lambda: code)
    sys.exit(code)


def leave_with(code: Callable[[], int]) -> None:
    """Have the process end with this exit code once its exit handlers have run.

    Args:
        code: Asked at the very end, so that the answer may still change until then. The last caller wins.
    """
    _earned.append(code)


def _code_of(main: Callable[[], int | None]) -> int:
    try:
        return main() or 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BaseException:  # noqa: BLE001 - the last frame of a process: report as the interpreter would
        traceback.print_exc()
        return 1


def _leave() -> None:
    if not _earned:
        return
    # Its own exit handler was registered before ours and would come too late.
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # closed, or a reader that went away
            stream.flush()
    os._exit(_earned[-1]() & 0xFF)


# Exit handlers run in reverse order: registered at import, this one follows those of the program itself.
atexit.register(_leave)
