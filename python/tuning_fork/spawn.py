"""Starts processes for the engine, which is large: a copy of a large process takes long, one of this takes none.

    python -I -S spawn.py ADDRESS

Standard input has one JSON object a line: first ``{"env": {...}}``, the environment under that of every process,
then ``{"id", "command", "cwd", "env"}`` for each process. Each is the leader of a session of its own; its standard
output and error are connections to the Unix socket at ADDRESS, which say ``<id> 1`` or ``<id> 2`` first, so that what
it prints does not pass through here. Standard output tells ``{"ready"}``, ``{"started", "pid"}``, ``{"refused",
"code", "message"}`` and ``{"exited", "code", "signal"}``, each but the first with the process's id.

Ends with its standard input, and removes ADDRESS and its folder. What it has started goes on.
"""

import contextlib
import errno
import json
import os
import select
import signal
import socket
import subprocess
import sys


def say(message):
    data = (json.dumps(message) + "\n").encode()
    while data:
        data = data[os.write(1, data) :]


def connect(address, ident, stream):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(address)
        connection.sendall(b"%d %d\n" % (ident, stream))
    except OSError:
        connection.close()
        raise
    return connection


class Spawner:
    def __init__(self, address):
        self.address = address
        self.env = None
        self.children = {}

    def take(self, message):
        if self.env is None:
            self.env = message["env"]
        else:
            self.start(message)

    def start(self, message):
        ident = message["id"]
        try:
            with connect(self.address, ident, 1) as out, connect(self.address, ident, 2) as err:
                child = self.spawn(message, out, err)
        except (OSError, ValueError) as error:
            number = getattr(error, "errno", None) or errno.EINVAL
            code = errno.errorcode.get(number, str(number))
            say({"refused": ident, "code": code, "message": str(error)})
            return
        self.children[child.pid] = (ident, child)
        say({"started": ident, "pid": child.pid})

    def spawn(self, message, out, err):
        command = message["command"]
        options = {
            "cwd": message["cwd"],
            "env": {**self.env, **message["env"]},
            "stdin": subprocess.DEVNULL,
            "stdout": out,
            "stderr": err,
            "start_new_session": True,
        }
        try:
            return subprocess.Popen(command, **options)
        except OSError as error:
            if error.errno != errno.ENOEXEC:
                raise
            # A script without a first line that names its interpreter: the shell's, as execvp has it.
            return subprocess.Popen(["/bin/sh", *command], **options)

    def reap(self):
        while self.children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            ident, child = self.children.pop(pid)
            killed = os.WIFSIGNALED(status)
            code = None if killed else os.WEXITSTATUS(status)
            name = signal.Signals(os.WTERMSIG(status)).name if killed else None
            # So that Popen does not wait for it too.
            child.returncode = code if code is not None else -os.WTERMSIG(status)
            say({"exited": ident, "code": code, "signal": name})


def main():
    spawner = Spawner(sys.argv[1])
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    # Handlers and not SIG_IGN, which the started processes would inherit.
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    say({"ready": os.getpid()})
    rest = b""
    while True:
        readable, _, _ = select.select([0, woken], [], [])
        if woken in readable:
            os.read(woken, 4096)
        if 0 in readable:
            chunk = os.read(0, 1 << 16)
            if not chunk:
                return
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                spawner.take(json.loads(line))
        spawner.reap()


if __name__ == "__main__":
    try:
        main()
    finally:
        with contextlib.suppress(OSError):
            os.unlink(sys.argv[1])
            os.rmdir(os.path.dirname(sys.argv[1]))
