"""Single keys from the terminal, on every system; lines where there is no terminal."""

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def keys() -> Iterator[Callable[[float], str]]:
    """A function that waits for at most so many seconds and returns the key that was pressed, or ""."""
    try:
        import msvcrt
    except ImportError:
        pass
    else:
        yield _windows_keys(msvcrt)
        return
    try:
        import termios
        import tty
        from select import select
    except ImportError:
        termios = None  # type: ignore[assignment]
    if termios is None or not sys.stdin.isatty():
        yield _line_keys()
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)

    def key(seconds: float) -> str:
        ready, _, _ = select([terminal], [], [], seconds)
        return sys.stdin.read(1).lower() if ready else ""

    try:
        yield key
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _windows_keys(msvcrt):
    """Keys of a Windows console."""
    import time

    def key(seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if msvcrt.kbhit():
                return msvcrt.getwch().lower()
            time.sleep(0.02)
        return ""

    return key


def _line_keys():
    """The first letter of each line; the end of the input is q."""
    lines: queue.Queue[str] = queue.Queue()

    def read():
        for line in sys.stdin:
            lines.put(line.strip()[:1].lower())
        lines.put("q")

    threading.Thread(target=read, daemon=True).start()

    def key(seconds):
        try:
            return lines.get(timeout=seconds)
        except queue.Empty:
            return ""

    return key
