"""Lines done at a desk of fakes, as they are typed."""

from __future__ import annotations

from dataclasses import dataclass

from dshell.engine.records import ContainerFacts, PullStep
from dshell.errors import EngineError, Failure, Trouble
from tests.desks import Work, call_for, perform
from tests.fakes import FakeEngine, refused

NO_IMAGE = refused(404, "No such image: alpine:latest")
LOST = EngineError(Failure(Trouble.LOST, "unexpected EOF"))
PULLS = (
    PullStep("latest", "Pulling from library/alpine"),
    PullStep("2d35ebdb57d9", "Pulling fs layer"),
    PullStep("2d35ebdb57d9", "Downloading", 100, 3600),
    PullStep("2d35ebdb57d9", "Download complete"),
    PullStep("", "Status: Downloaded newer image for alpine:latest"),
)


DETACH = b"\x10\x11"


@dataclass
class EndsAtOnce(FakeEngine):
    """Its container has ended when it is looked at after the start; ``gone``: and was deleted."""

    gone: bool = False

    def inspect(self, container: str) -> ContainerFacts:
        found = super().inspect(container)
        if "start" not in self.names:
            return found
        if self.gone:
            raise refused(404, "No such container: web")
        return found._replace(status="exited")


def do(work: Work, line: str, *, told: bool = False) -> int:
    call = call_for(*line.split())
    return perform(call, work.desk(told=told))


def kinds(work: Work) -> list[str]:
    return [type(event).__name__ for event in work.events]
