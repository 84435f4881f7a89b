"""Single keys from the terminal, on every system; lines where there is no terminal."""

import os
import queue
import re
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

    pressed: list[str] = []  # read, but not asked for yet

    def key(seconds: float) -> str:
        if not pressed and select([terminal], [], [], seconds)[0]:
            read = os.read(terminal, 1024).decode("utf-8", "replace")
            # What an arrow or a function key sends starts with an escape character and may end in H or Q.
            pressed.extend(re.sub(r"\x1b(\[[0-?]*[@-~]|O.|)", "", read).lower() if read else "q")
        return pressed.pop(0) if pressed else ""

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
                pressed = msvcrt.getwch()
                if pressed not in ("\0", "\xe0"):
                    return pressed.lower()
                if msvcrt.kbhit():  # an arrow or a function key, which sends a second character such as H
                    msvcrt.getwch()  # else it is the letter a with a grave accent, and the next key another one
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
