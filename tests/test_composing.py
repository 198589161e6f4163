"""A recipe as a service of a compose file: what each flag becomes there, and what has no place in it."""

from __future__ import annotations

from typing import Any

import pytest

from dshell.run.base import Setting
from dshell.run.compose_file import written
from dshell.run.remake import inverse
from dshell.run.remake.composing import NEEDLESS, TABLE, compose
from dshell.run.remake.inverse import Recipe
from tests.desks import GRAMMAR, call_for

RUN = GRAMMAR.find(("run",))[0]
assert RUN is not None


def settings(*words: str) -> tuple[Setting, ...]:
    return call_for("run", *words, "x").settings


def test_every_flag_that_a_recipe_has_is_a_key_of_compose() -> None:
    assert {row.flag for row in inverse.ROWS} - set(TABLE) - NEEDLESS == {
        "kernel-memory",
        "publish-all",
        "rm",
        "io-maxiops",
        "io-maxbandwidth",
        "cpuset-mems",
        "volume-driver",
    }


COMPOSED = """\
services:
  web:
    image: nginx
    container_name: web
    ports:
    - 8080:80
    environment:
      PRICE: $$5
      HERE: null
    volumes:
    - data:/srv
    - /home/me:/app:ro
    healthcheck:
      test:
      - CMD-SHELL
      - ok
      interval: 5s
    restart: on-failure:3
    ulimits:
      nofile:
        soft: 100
        hard: 200
    networks:
      course:
        aliases:
        - api
    command:
    - sh
    - -c
    - echo $$HOME
networks:
  course:
    external: true
volumes:
  data:
    external: true
"""


def test_a_compose_file() -> None:
    assert RUN is not None
    flags = [
        "--name",
        "web",
        "-p",
        "8080:80",
        "-e",
        "PRICE=$5",
        "-e",
        "HERE",
        "-v",
        "data:/srv",
        "-v",
        "/home/me:/app:ro",
    ]
    flags += [
        "--health-cmd",
        "ok",
        "--health-interval",
        "5s",
        "--restart",
        "on-failure:3",
        "--ulimit",
        "nofile=100:200",
    ]
    flags += ["--network", "course", "--network-alias", "api", "--rm", "-P"]
    composed = compose([Recipe("web", settings(*flags), "nginx", ("sh", "-c", "echo $HOME"))], RUN.flags)
    assert written(composed.file) == COMPOSED
    assert [setting.name for setting in composed.left] == ["rm", "publish-all"]


BRIDGE = {"network_mode": "bridge"}
VOLUME = "type=volume,source=data,target=/d,readonly,volume-nocopy,volume-subpath=a"
ATTACHED = (
    "--alias",
    "db",
    "--ip",
    "10.0.0.9",
    "--ip6",
    "fd00::9",
    "--link-local-ip",
    "169.254.0.9",
    "--driver-opt",
    "a=b",
)


@pytest.mark.parametrize(
    ("flags", "service"),
    [
        (["--gpus", "all"], {"gpus": [{"count": "all"}], **BRIDGE}),
        (["--gpus", "-1"], {"gpus": [{"count": "all"}], **BRIDGE}),
        (["--gpus", "2"], {"gpus": [{"count": 2}], **BRIDGE}),
        (
            ["--device-read-bps", "/dev/x:1mb"],
            {"blkio_config": {"device_read_bps": [{"path": "/dev/x", "rate": "1mb"}]}, **BRIDGE},
        ),
        (
            ["--blkio-weight-device", "/dev/x:9"],
            {"blkio_config": {"weight_device": [{"path": "/dev/x", "weight": 9}]}, **BRIDGE},
        ),
        (["-l", "com.docker.compose.project=x", "-l", "a"], {"labels": {"a": ""}, **BRIDGE}),
        (["--no-healthcheck"], {"healthcheck": {"disable": True}, **BRIDGE}),
        (
            ["--mount", VOLUME],
            {
                "volumes": [
                    {
                        "type": "volume",
                        "source": "data",
                        "target": "/d",
                        "read_only": True,
                        "volume": {"nocopy": True, "subpath": "a"},
                    }
                ],
                **BRIDGE,
            },
        ),
        (["--network", "host"], {"network_mode": "host"}),
        (
            ["--network", "one", "--ip", "10.0.0.2", "--link-local-ip", "169.254.0.2"],
            {"networks": {"one": {"ipv4_address": "10.0.0.2", "link_local_ips": ["169.254.0.2"]}}},
        ),
        (["--entrypoint", ""], {"entrypoint": [], **BRIDGE}),
    ],
)
def test_a_service(flags: list[str], service: dict[str, Any]) -> None:
    assert composed_of(flags) == ({"image": "x", **service}, [])


@pytest.mark.parametrize(
    ("flags", "joined", "service", "left"),
    [
        (["--gpus", "device=0"], (), BRIDGE, ["--gpus device=0"]),
        (["--ip", "10.0.0.2"], (), BRIDGE, ["--ip 10.0.0.2"]),
        (["--network", "one"], ["two", "bridge"], {"networks": {"one": {}, "two": {}}}, ["--network bridge"]),
        (["-d"], ["two"], {"networks": {"two": {}}}, ["--network bridge"]),
        (["--network", "bridge"], ["two"], {"networks": {"two": {}}}, ["--network bridge"]),
    ],
)
def test_what_compose_has_no_place_for_is_told(
    flags: list[str], joined: list[str], service: dict[str, Any], left: list[str]
) -> None:
    assert composed_of(flags, tuple((network, ()) for network in joined)) == ({"image": "x", **service}, left)


def test_a_second_network_keeps_what_the_container_is_called_there() -> None:
    there = call_for("network", "connect", *ATTACHED, "two", "web").settings
    assert composed_of(["--network", "one"], (("two", there),)) == (
        {
            "image": "x",
            "networks": {
                "one": {},
                "two": {
                    "aliases": ["db"],
                    "ipv4_address": "10.0.0.9",
                    "ipv6_address": "fd00::9",
                    "link_local_ips": ["169.254.0.9"],
                    "driver_opts": {"a": "b"},
                },
            },
        },
        [],
    )


def composed_of(flags: list[str], joined: tuple[tuple[str, tuple[Setting, ...]], ...] = ()) -> tuple[Any, list[str]]:
    """The only service, and what was left out."""
    assert RUN is not None
    made = compose([Recipe("web", settings(*flags), "x", joined=joined)], RUN.flags)
    return made.file["services"]["web"], [f"--{setting.name} {setting.value}" for setting in made.left]
