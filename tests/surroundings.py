"""Surroundings in which an attack can be seen to succeed: files, a listening port, a process to kill."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from hostile import Attack, prepared

from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.sandbox.containment import launch, standard_library

EXERCISES = Path(__file__).parent.parent / "neurons" / "classroom" / "exercises"
LIMITS = "\nfrom neurons.classroom.sandbox.student import Limits\n\nLIMITS = Limits(cpu_seconds=1, seconds=2.5)\n"


class Outcome(NamedTuple):
    """What an attack came to."""

    attack: Attack
    earned: bool  # a point that it did not earn
    harm: list[str]  # what it read, changed, reached or left behind
    message: str
    seconds: float

    @property
    def stopped(self) -> bool:
        return not self.earned and not self.harm


class Surroundings:
    """A folder with a secret, a victim and another student's work; a port; a decoy. Use it in a `with`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exercise = Exercise(str(shutil.copytree(EXERCISES / "01_weighted_sum", folder / "01_weighted_sum")))
        with open(self.exercise.path("probes.py"), "a", encoding="utf-8") as file:
            file.write(LIMITS)
        (folder / "victim").mkdir()
        (folder / "victim" / "kept").write_text("kept")
        (folder / "secret").write_text("secret")
        (folder / "others.py").write_text("others")
        self.submission = folder / "submission"
        self.submission.mkdir()

    def __enter__(self) -> "Surroundings":
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0.0)
        self.port = self.server.getsockname()[1]
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind(("127.0.0.1", self.port))
        self.datagrams.settimeout(0.0)
        self.start_decoy()
        (self.folder / "workers").mkdir()
        self.tempdir, tempfile.tempdir = tempfile.tempdir, str(self.folder / "workers")
        return self

    def __exit__(self, *_: object) -> None:
        tempfile.tempdir = self.tempdir
        self.decoy.kill()
        self.decoy.wait()
        self.server.close()
        self.datagrams.close()

    def start_decoy(self) -> None:
        """A process of its own group that waits to be killed."""
        self.decoy = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True, stdin=subprocess.DEVNULL
        )

    def prepared(self, attack: Attack) -> str:
        """The attack's source, with the places in it."""
        import numpy

        return prepared(
            attack.source,
            secret=self.folder / "secret",
            victim=self.folder / "victim",
            others=self.folder / "others.py",
            beside=Path(standard_library(), "site-packages"),
            site=EXERCISES.parent.parent.parent,
            packages=Path(numpy.__file__).parent.parent,
            port=self.port,
            decoy=self.decoy.pid,
        )

    def harm(self, printed: str) -> list[str]:
        """What has changed outside since the last time; it is put back."""
        harm = ["it says that it succeeded"] if "BREACH" in printed else []
        victim = self.folder / "victim"
        if not victim.is_dir() or sorted(os.listdir(victim)) != ["kept"]:
            harm.append("files outside were made or removed")
        elif (victim / "kept").read_text() != "kept" or (victim / "kept").stat().st_mode & 0o777 == 0:
            harm.append("a file outside was changed")
        shutil.rmtree(victim, ignore_errors=True)
        victim.mkdir()
        (victim / "kept").write_text("kept")
        for reached in (lambda: self.server.accept()[0].close(), lambda: self.datagrams.recvfrom(9)):
            try:
                reached()
                harm.append("it reached the network")
            except BlockingIOError:
                pass
        if self.decoy.poll() is not None:
            harm.append("it killed another process")
            self.start_decoy()
        return harm

    def run(self, attack: Attack, level: str, without: tuple[str, ...] = ()) -> Outcome:
        """Check the attack as a submission and look at what came of it; `without` shows what the rest does."""
        path = self.submission / "01_weighted_sum.py"
        path.write_text(self.prepared(attack))
        start = time.monotonic()
        with launched_without(*without):
            result = check(self.exercise, path, level=level, seed=12345)
        seconds = time.monotonic() - start
        harm = self.harm(result.printed)
        left = left_behind(self.folder)
        if left:
            harm.append(f"it left {len(left)} processes behind")
            for pid in left:
                os.kill(pid, 9)
        return Outcome(attack, result.passed and not attack.earns, harm, str(result), seconds)


@contextmanager
def launched_without(*names):
    """Workers without the "hook", without limits ("contain"), or with all that their level has."""

    def launch_without(*arguments):
        (*command, settings), environment = launch(*arguments)
        return [*command, json.dumps(dict(json.loads(settings), **dict.fromkeys(names, False)))], environment

    with mock.patch("neurons.classroom.sandbox.process.launch", launch_without):
        yield


def processes(folder: Path) -> set[int]:
    """The workers whose files lie in `folder`, and what they started: it is in their command line or their mounts."""
    found = set()
    marker = str(folder).encode()
    for entry in os.listdir("/proc"):
        if entry.isdecimal():
            try:
                command = Path("/proc", entry, "cmdline").read_bytes()
                if b"worker/__main__.py" in command and (
                    marker in command or marker in Path("/proc", entry, "mountinfo").read_bytes()
                ):
                    found.add(int(entry))
            except OSError:  # it is gone
                continue
    return found


def left_behind(folder: Path) -> set[int]:
    """Those of `processes` that stay: what was killed gets the time that a busy system needs to take it away."""
    end = time.monotonic() + 20.0
    while (left := processes(folder)) and time.monotonic() < end:
        time.sleep(0.02)
    return left
