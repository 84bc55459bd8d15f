# KarooExpress – Apache-2.0
"""Runs karoo on one site: to its end, or under the eyes of somebody who kills it."""

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time

from trees import read_tree

INSTANT = "2026-11-22T00:00:00Z"
PTRACE_TRACEME = 0
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


class Karoo:
    """The program, and the processes of it that still run."""

    running = set()

    def __init__(self, path, key):
        self.path = path
        self.key = key

    @classmethod
    def end_all(cls):
        for build in list(cls.running):
            build.kill()
            build.end()


class Site:
    """An output folder with the build state that belongs to it. Inputs come and go; Content always lies at the same place."""

    def __init__(self, karoo, folder):
        self.karoo = karoo
        self.folder = folder
        self.public = f"{folder}/Public"
        self.state = f"{folder}/.karoo"
        os.makedirs(folder)

    def empty(self):
        shutil.rmtree(self.public, ignore_errors=True)
        shutil.rmtree(self.state, ignore_errors=True)

    def start(self, input, *options, **ways):
        return self.start_from(self.lay(input), input, *options, **ways)

    def lay(self, input):
        """Brings Content to its place."""
        link, content = f"{self.folder}/Content", f"{input.folder}/Content"
        if not os.path.lexists(link) or os.readlink(link) != content:
            os.symlink(content, f"{link}.new")
            os.replace(f"{link}.new", link)
        return link

    def start_from(self, content, input, *options, **ways):
        """Content may lie elsewhere, and with it the state."""
        command = [self.karoo.path, "build", "--pictures", "none", "--content", content, "--locales", f"{input.folder}/Locales", "--templates", f"{input.folder}/Templates"]
        command += ["--at", INSTANT, "--sequence", str(input.sequence), "--key", self.karoo.key, *input.options, *options, "--output", self.public]
        return Build(command, **ways)

    def build(self, input, *options, **ways):
        """Builds to the end; gives the build."""
        build = self.start(input, *options, **ways)
        build.end()
        return build

    def tree(self):
        return read_tree(self.public)

    def has(self, name):
        return os.path.lexists(f"{self.public}/{name}")

    def journal(self):
        """True while the names that a build adds are noted."""
        return any(name.endswith(".pending") for name in self.state_names())

    def state_names(self):
        try:
            return os.listdir(self.state)
        except (FileNotFoundError, NotADirectoryError):
            return []


class Build:
    """A running build in a session of its own. `seconds` is known at its end."""

    def __init__(self, command, traced=False, largest_file=None):
        def prepare():
            if traced and libc.ptrace(PTRACE_TRACEME, 0, None, None) != 0:
                os._exit(120)
            if largest_file is not None:
                # Writing then fails as on a full disk, rather than by a signal.
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        environment = {key: value for key, value in os.environ.items() if not key.startswith(("KAROO_", "SOURCE_DATE"))}
        self.output = tempfile.TemporaryFile()
        self.begin = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT, env=environment, start_new_session=True,
            preexec_fn=prepare if traced or largest_file is not None else None)
        self.seconds = None
        self.text = ""
        Karoo.running.add(self)

    def end(self):
        """Waits; gives the exit code, which is negative for a signal."""
        code = self.process.wait()
        if self in Karoo.running:
            self.seconds = time.monotonic() - self.begin
            Karoo.running.remove(self)
            self.output.seek(0)
            self.text = self.output.read().decode(errors="replace")
            self.output.close()
        return code

    def is_running(self):
        return self.process.poll() is None

    def kill(self):
        self._signal(signal.SIGKILL)

    def stop(self):
        """Halts the build wherever it is; false when it had ended."""
        self._signal(signal.SIGSTOP)
        return os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT).si_code == os.CLD_STOPPED

    def go_on(self):
        self._signal(signal.SIGCONT)

    def _signal(self, number):
        if self.process.returncode is None:
            os.killpg(self.process.pid, number)

    def last_lines(self):
        return " | ".join(self.text.strip().splitlines()[-2:])
