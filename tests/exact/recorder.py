"""An engine that runs nothing and remembers every request: docker's and dshell's are compared on it.

It answers enough of the Engine API on a unix socket for run, create, start, exec, attach, pull, stop and rm to go to
their end. What exists from the start is in ``kept.FIXTURES``; images are here unless their name says otherwise.
"""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

from tests.exact.kept import FIXTURES, Container, Entry, Exec, fake_id
from tests.exact.program import Program, Scenario, Seat
from tests.exact.pulls import PULLED, familiar, is_absent, messages
from tests.exact.wire import Connection, Refused

ALIVE = {"running", "paused", "restarting"}
NOT_STARTED = "failed to create task for container: failed to create shim task: OCI runtime create failed: "
NOT_EXECUTED = "OCI runtime exec failed: exec failed: "
UNABLE = "unable to start container process: "
BAD_PROGRAMS = {
    "nosuchcmd": ('exec: "nosuchcmd": executable file not found in $PATH: unknown', 127),
    "/noexec": ('exec: "/noexec": permission denied: unknown', 126),
    "/adir": ('exec: "/adir": is a directory: unknown', 126),
}


class Recorder:
    """At ``path``, until ``close``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._changed = threading.Condition(threading.RLock())
        self._threads: list[threading.Thread] = []
        self._connections: list[Connection] = []
        self.reset(Scenario())
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, name="recorder", daemon=True).start()

    def reset(self, scenario: Scenario) -> None:
        with self._changed:
            self.scenario = scenario
            self.entries: list[Entry] = []
            self.containers: dict[str, Container] = {}
            self.execs: dict[str, Exec] = {}
            self.pulled: set[str] = set()
            for name, (status, config) in FIXTURES.items():
                self._add(Container(fake_id("fixture", name), name, {"Image": "alpine", **config}, status))
            for name in scenario.taken:
                self._add(Container(fake_id("fixture", name), name, {"Image": "alpine"}, "exited"))

    def _add(self, container: Container) -> Container:
        self.containers[container.id] = container
        return container

    def settle(self) -> None:
        """Wait until every connection has ended; one that does not is cut."""
        for thread in self._threads:
            thread.join(0.5)
        for connection in self._connections:
            connection.close()
        for thread in self._threads:
            thread.join(5)
        self._threads, self._connections = [], []

    def close(self) -> None:
        self._listener.close()
        self.settle()
        self.path.unlink(missing_ok=True)

    def await_request(self, wanted: str, timeout: float) -> bool:
        """``POST /resize``: a method, and what the path ends with. False: it did not come."""
        method, _, end = wanted.partition(" ")

        def came() -> bool:
            return any(
                entry.status and entry.request.method == method and entry.request.path.endswith(end)
                for entry in self.entries
            )

        with self._changed:
            return self._changed.wait_for(came, timeout)

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            connection = Connection(accepted, self._headers())
            thread = threading.Thread(target=self._serve, args=(connection,), name="recorder", daemon=True)
            self._connections.append(connection)
            self._threads.append(thread)
            thread.start()

    def _headers(self) -> dict[str, str]:
        experimental = "true" if self.scenario.experimental else "false"
        return {
            "Api-Version": self.scenario.api,
            "Docker-Experimental": experimental,
            "Ostype": self.scenario.system,
            "Server": "Docker/28.2.2 (linux)",
        }

    def _serve(self, connection: Connection) -> None:
        while (request := connection.next_request()) is not None:
            entry = Entry(request)
            with self._changed:
                found = self._find(request.parts[1]) if request.parts[0] == "containers" else None
                entry.container = found.id if found else ""
                self.entries.append(entry)
            try:
                if self._answer(entry, connection):
                    break
            except Refused as refused:
                self._done(entry, refused.status)
                connection.answer(refused.status, {"message": refused.message})
        connection.close()

    def _done(self, entry: Entry, status: int) -> None:
        with self._changed:
            entry.status = status
            self._changed.notify_all()

    def _reply(self, entry: Entry, connection: Connection, status: int, content: object = None) -> None:
        self._done(entry, status)
        connection.answer(status, content)

    def _answer(self, entry: Entry, connection: Connection) -> bool:
        """True: the connection is a stream, or of no more use."""
        request = entry.request
        if request.path == "/_ping":
            self._done(entry, 200)
            connection.head(200, {"Content-Length": "0"})
            return False
        noun, *rest = request.parts
        verb = rest[-1] if rest[-1:] == ["create"] or len(rest) > 1 else "remove"
        act = getattr(self, f"_{noun}_{verb}", None)
        if act is None:
            raise Refused(404, "page not found")
        self._refuse(f"{noun} {verb}", entry)
        answer: Callable[[Entry, Connection], bool | None] = act
        return bool(answer(entry, connection))

    def _refuse(self, act: str, entry: Entry) -> None:
        if act not in self.scenario.refuses:
            return
        if act == "containers start":
            self._end(self._named(entry), 128)  # it is removed, if it is to be
        raise Refused(*self.scenario.refuses[act])

    def _find(self, name: str) -> Container | None:
        alive = (container for container in self.containers.values() if not container.removed)
        plain = name.removeprefix("/")
        return next((found for found in alive if plain in {found.id, found.name} or found.id[:12] == plain), None)

    def _named(self, entry: Entry) -> Container:
        name = entry.request.parts[1]
        found = self._find(name)
        if found is None:
            raise Refused(404, f"No such container: {name}")
        return found

    # Containers

    def _containers_create(self, entry: Entry, connection: Connection) -> None:
        body = entry.request.json()
        image, name = str(body.get("Image")), entry.request.query.get("name", "")
        if is_absent(image, self.scenario.absent, self.pulled):
            raise Refused(404, f"No such image: {familiar(image)}")
        if name and (other := self._find(name)):
            raise Refused(
                409,
                f'Conflict. The container name "/{name}" is already in use by container "{other.id}". '
                "You have to remove (or rename) that container to be able to reuse that name.",
            )
        with self._changed:
            number = len(self.containers)
            config = {**body, **body.get("HostConfig", {})}  # type: ignore[dict-item]
            made = self._add(Container(fake_id("container", number), name or f"name{number}", config, "created"))
        self._reply(entry, connection, 201, {"Id": made.id, "Warnings": list(self.scenario.warnings)})

    def _containers_json(self, entry: Entry, connection: Connection) -> None:
        found = self._named(entry)
        alive = found.status in ALIVE
        state = {
            "Status": found.status,
            "Running": alive,
            "Paused": found.status == "paused",
            "Restarting": found.status == "restarting",
            "ExitCode": found.exit_code,
        }
        config = {key: found.config.get(key) for key in ("Image", "Tty", "OpenStdin", "Cmd", "Labels")}
        host = {"AutoRemove": bool(found.config.get("AutoRemove")), "NetworkMode": "default"}
        record = {"Id": found.id, "Name": f"/{found.name}", "Path": "sh", "Args": [], "State": state}
        self._reply(entry, connection, 200, {**record, "Config": config, "HostConfig": host})

    def _containers_start(self, entry: Entry, connection: Connection) -> None:
        found = self._named(entry)
        if found.status in ALIVE:
            self._reply(entry, connection, 304)
            return
        command = [*(found.config.get("Entrypoint") or ()), *(found.config.get("Cmd") or ())]
        if command and command[0] in BAD_PROGRAMS:
            self._end(found, BAD_PROGRAMS[command[0]][1])
            raise Refused(400, f"{NOT_STARTED}runc create failed: {UNABLE}{BAD_PROGRAMS[command[0]][0]}")
        self._reply(entry, connection, 204)
        self._run(found)

    def _program_of(self, container: Container) -> Program:
        with self._changed:
            if container.program is None or container.program.ended:
                command = [*(container.config.get("Entrypoint") or ()), *(container.config.get("Cmd") or ())]
                tty = bool(container.config.get("Tty"))
                container.program = Program(self.scenario, command, self._changed, tty=tty)
            return container.program

    def _run(self, container: Container) -> None:
        program = self._program_of(container)
        container.status = "running"

        def live() -> None:
            self._end(container, program.run())

        threading.Thread(target=live, name="program", daemon=True).start()

    def _end(self, container: Container, code: int) -> None:
        with self._changed:
            container.exit_code, container.status = code, "exited"
            container.exits += 1
            container.removed = bool(container.config.get("AutoRemove"))
            self._changed.notify_all()

    def _containers_wait(self, entry: Entry, connection: Connection) -> bool:
        found, condition = self._named(entry), entry.request.query.get("condition", "")
        before = found.exits
        self._done(entry, 200)
        connection.begin()

        def over() -> bool:
            if condition == "next-exit":
                return found.exits > before
            return found.removed if condition == "removed" else found.status not in ALIVE

        with self._changed:
            while not over() and not connection.gone:
                self._changed.wait(0.05)
        error = {"Message": self.scenario.wait_error} if self.scenario.wait_error else None
        connection.piece({"StatusCode": found.exit_code, "Error": error})
        connection.piece()
        return False

    def _containers_attach(self, entry: Entry, connection: Connection) -> bool:
        found, query = self._named(entry), entry.request.query
        if found.status in {"paused", "restarting"}:
            raise Refused(409, f"container {found.id} is {found.status}")
        program = self._program_of(found)
        program.listens = "stdin" in query and bool(found.config.get("OpenStdin"))
        wants = frozenset(channel for channel, name in ((1, "stdout"), (2, "stderr")) if name in query)
        seat = Seat(connection, wants, not program.tty)
        program.seats.append(seat)
        self._upgrade(entry, connection)
        if found.status == "running" and found.name in FIXTURES:
            # Its program begins when somebody attaches, and outlives the client's second look.
            threading.Timer(0.15, self._run, (found,)).start()
        self._listen(entry, seat, program)
        return True

    def _upgrade(self, entry: Entry, connection: Connection) -> None:
        stream = {"Content-Type": "application/vnd.docker.raw-stream", "Connection": "Upgrade", "Upgrade": "tcp"}
        entry.heard = b""
        connection.head(101, stream)
        self._done(entry, 101)

    def _listen(self, entry: Entry, seat: Seat, program: Program) -> None:
        heard = b""
        while data := seat.connection.arrived():
            heard += data
            if program.listens:
                program.hear(data)
        entry.heard = heard
        if program.listens:
            program.end_input()
        # A half-closed connection is still there for what the program says.
        with self._changed:
            while not program.ended and not seat.connection.gone:
                self._changed.wait(0.02)
            entry.left = seat.left = not program.ended
            self._changed.notify_all()

    def _containers_resize(self, entry: Entry, connection: Connection) -> None:
        found = self._named(entry)
        self._reply(entry, connection, 200)
        if found.program is not None:
            found.program.resize()

    def _containers_kill(self, entry: Entry, connection: Connection) -> None:
        found = self._named(entry)
        if found.status not in ALIVE or found.program is None:
            raise Refused(409, f"cannot kill container: {found.id} is not running")
        self._reply(entry, connection, 204)
        found.program.kill(entry.request.query.get("signal", "KILL").removeprefix("SIG"))

    def _containers_stop(self, entry: Entry, connection: Connection) -> None:
        found = self._named(entry)
        status = 204 if found.status in ALIVE else 304
        found.status = "exited"
        self._reply(entry, connection, status)

    def _containers_remove(self, entry: Entry, connection: Connection) -> None:
        found, query = self._named(entry), entry.request.query
        if found.status in ALIVE and "force" not in query and "link" not in query:
            raise Refused(409, f'cannot remove container "/{found.name}": container is running')
        self._reply(entry, connection, 204)

    def _containers_archive(self, entry: Entry, connection: Connection) -> None:
        self._named(entry)
        self._reply(entry, connection, 200)

    # Execs

    def _containers_exec(self, entry: Entry, connection: Connection) -> None:
        found, body = self._named(entry), entry.request.json()
        if found.status != "running":
            raise Refused(409, f"container {found.id} is not running")
        command = [str(word) for word in body["Cmd"]]
        program = Program(self.scenario, command, self._changed, tty=bool(body.get("Tty")))
        program.listens = bool(body.get("AttachStdin"))
        made = Exec(fake_id("exec", len(self.execs)), body, program)
        self.execs[made.id] = made
        self._reply(entry, connection, 201, {"Id": made.id})

    def _exec_start(self, entry: Entry, connection: Connection) -> bool:
        made = self.execs[entry.request.parts[1]]
        bad = BAD_PROGRAMS.get(made.program._command[0])
        if entry.request.json().get("Detach"):
            if bad:
                raise Refused(400, f"{NOT_EXECUTED}{UNABLE}{bad[0]}")
            self._reply(entry, connection, 200)
            return False
        if bad:
            said = Scenario(out=f"{NOT_EXECUTED}{UNABLE}{bad[0]}\n", err="", exit=bad[1])
            made.program = Program(said, (), self._changed, tty=made.program.tty)
        seat = Seat(connection, frozenset({1, 2}), not made.program.tty)
        made.program.seats.append(seat)
        self._upgrade(entry, connection)
        threading.Thread(target=made.program.run, name="program", daemon=True).start()
        self._listen(entry, seat, made.program)
        return True

    def _exec_resize(self, entry: Entry, connection: Connection) -> None:
        self._reply(entry, connection, 200)
        self.execs[entry.request.parts[1]].program.resize()

    def _exec_json(self, entry: Entry, connection: Connection) -> None:
        program = self.execs[entry.request.parts[1]].program
        with self._changed:  # the stream has ended a moment ago
            self._changed.wait_for(lambda: program.ended, 1)
        self._reply(entry, connection, 200, {"Running": False, "ExitCode": program.exit_code, "Pid": 7})

    # Images

    def _images_create(self, entry: Entry, connection: Connection) -> None:
        said = messages(entry.request)
        self._done(entry, 200)
        connection.begin()
        for message in said:
            connection.piece(message)
        connection.piece()
        if PULLED in said[-1].get("status", ""):
            self.pulled.add(familiar(said[-1]["status"].removeprefix(PULLED)))
