# KarooExpress – Apache-2.0
"""Follows a build from change to change on the disk by ptrace, and kills it after any of them: no moment is left to chance."""

import ctypes
import os
import platform
import re
import signal

from builds import libc

# Numbers of system calls, of the machines that are known here.
CALLS = {
    "x86_64": {
        1: "write", 82: "rename", 83: "mkdir", 84: "rmdir", 87: "unlink", 257: "openat", 258: "mkdirat", 263: "unlinkat", 264: "renameat", 316: "renameat",
    },
    "aarch64": {34: "mkdirat", 35: "unlinkat", 38: "renameat", 56: "openat", 64: "write", 276: "renameat"},
}.get(platform.machine())
# Which argument is the path that changes.
PATHS = {"rename": 1, "mkdir": 0, "rmdir": 0, "unlink": 0, "openat": 1, "mkdirat": 1, "unlinkat": 1, "renameat": 3}

GO_ON_TO_CALL, SET_OPTIONS, CALL_INFO = 24, 0x4200, 0x420E
# Stops at calls are told apart; threads are followed; nothing outlives this process.
OPTIONS = 0x1 | 0x8 | 0x100000
ALL_CHILDREN = 0x40000000
ENTRY, EXIT = 1, 2


class Info(ctypes.Structure):
    _fields_ = [
        ("kind", ctypes.c_uint8), ("padding", ctypes.c_uint8 * 3), ("machine", ctypes.c_uint32), ("instruction", ctypes.c_uint64),
        ("stack", ctypes.c_uint64), ("words", ctypes.c_uint64 * 8),
    ]


class Untraceable(Exception):
    """This machine does not let us follow a program."""


class Trace:
    """Follows a build that was started with `traced`. Steps are told by what is done to which path, and how often it was before."""

    def __init__(self, last=None):
        self.last = last
        self.steps = []
        self.counts = {}
        self.calls = {}
        self.opened = {}

    def __call__(self, build):
        """Kills the build after the step `last`; without one, or when it never comes, the build ends by itself."""
        leader = build.process.pid
        _, status = os.waitpid(leader, 0)
        if not os.WIFSTOPPED(status):
            build.process.returncode = os.waitstatus_to_exitcode(status)
            raise Untraceable("ptrace is not allowed here")
        libc.ptrace(SET_OPTIONS, leader, None, OPTIONS)
        try:
            build.process.returncode = self._follow(leader)
        finally:
            if build.process.returncode is None:
                os.kill(leader, signal.SIGKILL)
                build.process.returncode = Trace()._follow(leader)

    def _follow(self, leader):
        """Gives the exit code. All threads are waited for, since the leader ends as the last."""
        process, deliver = leader, 0
        while True:
            libc.ptrace(GO_ON_TO_CALL, process, None, deliver)
            process, status = os.waitpid(-1, ALL_CHILDREN)
            deliver = 0
            if not os.WIFSTOPPED(status):
                if process == leader:
                    return os.waitstatus_to_exitcode(status)
            elif os.WSTOPSIG(status) == signal.SIGTRAP | 0x80:
                if self._call(process) == self.last and self.last:
                    os.kill(leader, signal.SIGKILL)
            elif os.WSTOPSIG(status) not in (signal.SIGTRAP, signal.SIGSTOP):
                deliver = os.WSTOPSIG(status)

    def _call(self, process):
        """The step that has just been done; None when there was none."""
        info = Info()
        if libc.ptrace(CALL_INFO, process, ctypes.sizeof(info), ctypes.addressof(info)) <= 0:
            # Only a thread that was killed meanwhile cannot tell.
            return None
        if info.kind == ENTRY:
            self.calls[process] = (CALLS.get(info.words[0]), list(info.words[1:7]))
            return None
        call, words = self.calls.pop(process, (None, []))
        result = ctypes.c_int64(info.words[0]).value
        if info.kind != EXIT or not call or result < 0:
            return None
        try:
            return self._step(process, call, words, result)
        except OSError:
            # The memory of a process that was killed meanwhile.
            return None

    def _step(self, process, call, words, result):
        if call == "write":
            path = self.opened.get(words[0])
        else:
            path = text_at(process, words[PATHS[call]])
        if call == "openat":
            # A descriptor that is given anew belongs to another file.
            self.opened.pop(result, None)
            if not words[2] & os.O_CREAT:
                return None
            self.opened[result] = path
        if path is None:
            return None
        step = f"{call} {re.sub(r'[.][0-9]+[.]new$', '.new', path)}"
        self.counts[step] = self.counts.get(step, 0) + 1
        self.steps.append((step, self.counts[step]))
        return self.steps[-1]


def text_at(process, address):
    with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        memory.seek(address)
        # A path may lie at the very end of a page of memory.
        text = memory.read(4096 - address % 4096)
        if b"\0" not in text:
            text += memory.read(4096)
        return text.split(b"\0")[0].decode()


def chosen(steps, rng):
    """What is done where a phase ends, each with the step before; then of every sort of steps the first, the last, and one between."""
    sorts = {}
    for step in steps:
        sorts.setdefault(sort(step[0]), []).append(step)
    ends = [steps.index(sorts[end][0]) for end in ("unlinkat folder", "renameat head", "rename state") if end in sorts]
    around = [steps[place] for end in ends for place in (end - 1, end)]
    firsts = [group[0] for group in sorts.values()]
    lasts = [group[-1] for group in sorts.values()]
    between = [rng.choice(group) for group in sorts.values()]
    for group in (firsts, lasts, between):
        rng.shuffle(group)
    return list(dict.fromkeys(around + firsts + lasts + between))


def sort(step):
    """The call, and which of the files or folders it meets, without their names."""
    call, path = step.split(" ", 1)
    if "/.karoo/" in path:
        return f"{call} {path.rsplit('/', 1)[1].split('.', 1)[1]}"
    if path.startswith("/"):
        return f"{call} output"
    first, _, rest = path.partition("/")
    if call in ("mkdirat", "unlinkat") and "." not in path.split("/")[-1]:
        return f"{call} {first if first.startswith('.') else 'folder'}"
    kind = first if first in ("assets", "media", "placeholders", "feeds", "sitemaps") or path == "file" else path.split(".")[-1]
    return f"{call} {'head' if path.startswith('offers/head') else kind}"
