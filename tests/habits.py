"""What students write beside the exercise: harmless habits, and calls that are refused, each with a word of why."""

ALLOWED = {
    "all of numpy": "from numpy import *",
    "numpy.testing": "import numpy.testing",
    "a folder": "import os\nos.makedirs('out/deep', exist_ok=True)\nos.listdir('out')",
    "the file's own folder": "import os\nos.chdir(os.path.dirname(os.path.abspath(__file__)))\n"
    "open('x.txt', 'w').close()",
    "the work folder": "import os\nos.chdir(os.getcwd())\nos.mkdir('a')\nos.chdir('a')\nopen('x.txt', 'w').close()\n"
    "os.chdir('..')",
    "a folder come and gone": "import os, shutil\nos.makedirs('a/b')\nopen('a/b/c', 'w').close()\nshutil.rmtree('a')",
    "a file moved and removed": "import os\nopen('a', 'w').close()\nos.replace('a', 'b')\nos.remove('b')",
    "files by pathlib": "from pathlib import Path\nhere = Path(__file__).resolve().parent\n(here / 'a').mkdir()\n"
    "(here / 'a' / 'b.txt').write_text('x')\n(here / 'a' / 'b.txt').unlink()\n(here / 'a').rmdir()",
    "its own text": "import inspect\ndef f():\n    return 1\n"
    "assert 'return 1' in inspect.getsource(f)\nopen(__file__).read()",
    "platform": "import platform\nplatform.platform()\nplatform.processor()\nplatform.node()",
    "the temporary folder": "import tempfile\nopen(tempfile.gettempdir() + '/x', 'w').close()",
    "a temporary folder": "import tempfile\nwith tempfile.TemporaryDirectory() as folder:\n"
    "    open(folder + '/x', 'w').close()",
    "a temporary file": "import tempfile\nwith tempfile.NamedTemporaryFile('w') as file:\n    file.write('x')",
    "home": "import os, pathlib\nos.path.expanduser('~/x')\npathlib.Path.home()\nimport getpass\ngetpass.getuser()",
    "doctest": "import doctest\ndef one():\n    '''\n    >>> one()\n    1\n    '''\n    return 1\n"
    "result = doctest.testmod()\nassert result == (0, 1), result",
    "asyncio": "import asyncio",
    "unittest.mock": "import unittest.mock\nunittest.mock.Mock()",
    "unittest": "import unittest\nclass Test(unittest.TestCase):\n    pass\n"
    "if __name__ == '__main__':\n    unittest.main()",
    "a log": "import logging\nlogging.basicConfig(filename='x.log', level=logging.INFO)\nlogging.info('hello')",
    "clearing the screen": "import os\nos.system('cls')\nos.system('cls' if os.name == 'nt' else 'clear')\n"
    "os.system('cls||clear')\nos.system('')",
    "the time": "import datetime, time\nprint(datetime.datetime.now(), time.ctime())\ntime.sleep(0.01)",
    "chance": "import random, secrets, uuid\nrandom.seed()\nsecrets.token_hex()\nuuid.uuid4()",
    "settings": "import sys\nsys.setrecursionlimit(5000)\nsys.stdout.flush()\nimport warnings\n"
    "warnings.filterwarnings('ignore')",
    "umlauts in a file": "open('x.txt', 'w').write('Größe')\nassert open('x.txt').read() == 'Größe'",
    "other modules": "import argparse, csv, ctypes, dataclasses, decimal, fractions, gc, json, multiprocessing, pickle,"
    " pprint, socket, sqlite3, statistics, string, subprocess, textwrap, threading, timeit, traceback, typing",
    "a dataclass": "from dataclasses import dataclass\nfrom typing import NamedTuple\n"
    "@dataclass\nclass P:\n    x: float\n"
    "class Q(NamedTuple):\n    x: float",
    "timing": "import timeit, cProfile\ntimeit.timeit('1', number=9)\ncProfile.run('1')",
    "a thread that never starts": "import threading\nthreading.Thread(target=print)\nthreading.Lock()",
}

REFUSED = {
    "a program": ("import os\nos.system('dir')", "start another program"),
    "a program by subprocess": ("import subprocess\nsubprocess.run('cls', shell=True)", "start another program"),
    "a program by popen": ("import os\nos.popen('dir').read()", "start another program"),
    "a fork": ("import os\nos.fork()", "start another program"),
    "a thread": ("import threading\nthreading.Thread(target=print).start()", "start a thread"),
    "a pool of threads": (
        "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor().submit(print)",
        "start a thread",
    ),
    "several processes": ("import multiprocessing\nmultiprocessing.Lock()", "several processes"),
    "a pool": ("from multiprocessing import Pool\nPool(2)", "several processes"),
    "a window": ("import tkinter\ntkinter.Tk()", "open a window"),
    "a turtle": ("import turtle", "open a window"),
    "a browser": ("import webbrowser\nwebbrowser.open('http://localhost')", "open a browser"),
    "a page": ("from urllib.request import urlopen\nurlopen('http://localhost:1')", "reach the network"),
    "a socket": ("import socket\nsocket.socket()", "reach the network"),
    "an event loop": ("import asyncio\nasync def f():\n    pass\nasyncio.run(f())", "reach the network"),
    "the answers": ("from neurons import Neuron", "holds the answers"),
    "the answers, if they are there": ("try:\n    import neurons\nexcept ImportError:\n    pass", "holds the answers"),
    "a file elsewhere": ("open('/etc/passwd')", "read the file /etc/passwd"),
    "writing elsewhere": ("open('/tmp/neurons-habit', 'w')", "write, move or delete /tmp/neurons-habit"),
    "writing over itself": ("open(__file__, 'a')", "change its own text"),
    "a folder elsewhere": ("import os\nos.mkdir('/tmp/neurons-habit')", "write, move or delete /tmp/neurons-habit"),
    "a look around": ("import os\nos.listdir('..')", "look into the folder .."),
    "going elsewhere": ("import os\nos.chdir('..')", "go to the folder .."),
    "rights": ("import os\nopen('x', 'w').close()\nos.chmod('x', 0)", "change the system (os.chmod)"),
    "a link": ("import os\nos.symlink('x', 'y')", "change the system (os.symlink)"),
    "too many folders": ("import os\nfor n in range(99):\n    os.mkdir(str(n))", "too many files and folders"),
    "everything there is": ("import gc\ngc.get_objects()", "reach into Python itself"),
    "a library of the system": ("import ctypes\nctypes.CDLL('libc.so.6')", "reach into Python itself"),
}
