"""What a person installs: the files of the wheel and of the source distribution, what they say, and that it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import NamedTuple

import pytest

from dshell import __version__

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
INFO = f"dshell-{__version__}.dist-info"
DATA = {".py", ".toml", ".json"}
TOLD = {f"{INFO}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")}
TOP = {"dshell", "tests", "scripts", "README.md", "LICENSE", "pyproject.toml", "PKG-INFO", ".gitignore"}


class Built(NamedTuple):
    wheel: Path
    source: Path


def build(place: Path, into: Path, *kinds: str) -> None:
    """With what is installed, and so without a network."""
    targets = [word for kind in kinds for word in ("-t", kind)]
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", into, *targets], cwd=place, check=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder, "wheel", "sdist")
    return Built(folder / f"dshell-{__version__}-py3-none-any.whl", folder / f"dshell-{__version__}.tar.gz")


@pytest.fixture(scope="module")
def metadata(built: Built) -> Message:
    with zipfile.ZipFile(built.wheel) as wheel:
        return BytesParser().parsebytes(wheel.read(f"{INFO}/METADATA"))


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as opened:
        return sorted(opened.namelist())


def test_the_wheel_has_every_module_and_text_and_nothing_else(built: Built) -> None:
    ours = {str(path.relative_to(ROOT)) for path in (ROOT / "dshell").rglob("*") if path.suffix in DATA}
    assert names(built.wheel) == sorted(ours | TOLD)


def test_the_source_makes_the_same_wheel(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.source) as source:
        source.extractall(tmp_path, filter="data")
    unpacked = tmp_path / f"dshell-{__version__}"
    assert {path.name for path in unpacked.iterdir()} == TOP
    build(unpacked, tmp_path, "wheel")
    assert names(tmp_path / built.wheel.name) == names(built.wheel)


def test_what_the_wheel_says(metadata: Message) -> None:
    assert metadata["Name"] == "dshell"
    assert metadata["Version"] == __version__
    assert metadata["Summary"] == PROJECT["description"]
    assert metadata["Requires-Python"] == PROJECT["requires-python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_all("Classifier") == PROJECT["classifiers"]
    needed = [one for one in metadata.get_all("Requires-Dist", []) if "extra ==" not in one]
    assert len(needed) == len(PROJECT["dependencies"])
    assert str(metadata.get_payload()).startswith("# dshell\n")


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in an environment with the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", str(built.wheel)]
    subprocess.run(install, check=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    return folder / "bin" / "dshell"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--version",), f"dshell {__version__}"),
        (("explain", "run -it alpine"), "makes a new container from an image and starts it"),
        (("--lang", "fr", "explain", "run -it alpine"), "conteneur"),
        (("learn",), "learn 1"),
    ],
)
def test_the_installed_wheel_starts(installed: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DSHELL_LANG": "en", "PYTHONWARNINGS": "error"}
    done = subprocess.run([installed, *words], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert said in done.stdout
    assert (done.returncode, done.stderr) == (0, "")
