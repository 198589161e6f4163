"""A Windows for the tests on Debian: Wine, a genuine Windows CPython, and dshell's third-party packages for it.

``python -m tests.windows.lab`` builds what is missing in the folder that DSHELL_WINELAB names; nothing is kept in the
repository. The interpreter comes from the registry alone: the ``panda3d`` wheel carries python.org's signed DLLs, and
the pure part of the standard library is the one of the Python that runs this, which has the same minor version.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
REPO = HERE.parent.parent
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
PACKAGES = ("wine", "wine64", "gcc-mingw-w64-x86-64-win32", "xvfb")
INTERPRETER = "panda3d==1.10.16"
VERSIONS = ("3.11", "3.12", "3.13")  # those that it carries and dshell runs on
COMPILER = "x86_64-w64-mingw32-gcc"
FOREIGN = ("lib-dynload", "site-packages", "dist-packages", "test", "config-*", "idlelib", "sitecustomize.py")
"""What the standard library's folder has that is not the same on Windows, or not needed."""


class NoLab(Exception):
    """Something needed could not be had; the text says what."""


class NotHere(NoLab):
    """This machine cannot have one."""


@dataclass(frozen=True)
class Lab:
    """``root`` holds ``python/`` and ``prefix/``, Wine's drive C and registry as they are before a test."""

    root: Path

    @property
    def python(self) -> Path:
        return self.root / "python" / "python.exe"

    @property
    def stty(self) -> Path:
        return self.root / "git" / "usr" / "bin" / "stty.exe"

    @property
    def stranger(self) -> Path:
        """The ``stty`` of another installation, which does not know the terminal."""
        return self.root / "other" / "usr" / "bin" / "stty.exe"

    @property
    def docker(self) -> Path:
        """A ``docker.exe`` in a folder that is spelled as the usual one."""
        return self.root / "Program Files" / "docker.exe"

    @property
    def stamp(self) -> Path:
        return self.root / "made-for"

    @property
    def ready(self) -> bool:
        return self.stamp.is_file() and self.stamp.read_text() == _recipe()


def at() -> Lab:
    """Where the lab is, or would be."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Lab(Path(os.environ.get("DSHELL_WINELAB") or Path(cache, "dshell-winelab")) / VERSION)


def build() -> Lab:
    """The lab, made when it is missing or its recipe has changed. NoLab, NotHere."""
    lab = at()
    with _alone(lab.root):
        if not lab.ready:
            sys.stderr.write(f"dshell: making a Windows for the tests in {lab.root}, once\n")
            _install()
            for part in ("python", "prefix", "git", "other", lab.docker.parent.name):
                shutil.rmtree(lab.root / part, ignore_errors=True)
            booting = _start_prefix(lab)
            _make_python(lab)
            _compile(HERE / "stty.c", lab.stty, "-municode")
            _compile(HERE / "stty.c", lab.stranger, "-municode", "-DFOREIGN")
            _compile(HERE / "docker.c", lab.docker, "-municode")
            _finish_prefix(lab, booting)
            lab.stamp.write_text(_recipe())
    return lab


def environment(prefix: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` for Wine with ``prefix``: no screen, no chatter, and nothing of the Python that runs the tests."""
    ours = {name: value for name, value in environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "DISPLAY"))}
    return {**ours, "WINEPREFIX": str(prefix), "WINEDEBUG": "-all", "WINEARCH": "win64", "PYTHONDONTWRITEBYTECODE": "1"}


def _recipe() -> str:
    """What the lab is made of: this text changes when it must be made again."""
    digest = hashlib.sha256(repr((sys.version, _requirements())).encode())
    for path in (Path(__file__), *sorted(HERE.glob("*.c"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    if sys.platform != "linux" or platform.machine() != "x86_64" or VERSION not in VERSIONS:
        raise NotHere(f"the Windows tests want Linux on x86-64 and Python {', '.join(VERSIONS)}")
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install() -> None:
    if all(shutil.which(program) for program in ("wine", "wineserver", "Xvfb", COMPILER)):
        return
    if not shutil.which("apt-get"):
        raise NotHere(f"the Windows tests want {', '.join(PACKAGES)}, and there is no apt-get to install them")
    root = [] if getpass.getuser() == "root" else ["sudo"]
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*root, "apt-get", "update", "-qq"], capture_output=True, check=False)
    _check(
        subprocess.run(
            [*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    )


def _start_prefix(lab: Lab) -> subprocess.Popen[bytes]:
    # Mono and Gecko, which Wine would offer to download, are for .NET and for HTML.
    environ = {**environment(lab.root / "prefix", os.environ), "WINEDLLOVERRIDES": "mscoree,mshtml="}
    silent = subprocess.DEVNULL
    return subprocess.Popen(["wine", "wineboot", "-i"], env=environ, stdin=silent, stdout=silent, stderr=silent)


def _finish_prefix(lab: Lab, booting: subprocess.Popen[bytes]) -> None:
    if booting.wait():
        raise NoLab("wine wineboot -i fails")
    prefix = lab.root / "prefix"
    _compile(
        HERE / "bcryptprimitives.c", prefix / "drive_c/windows/system32/bcryptprimitives.dll", "-shared", "-lbcrypt"
    )
    debugger = r"HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug"  # a program that crashed would wait for it
    _wine(prefix, "reg", "add", debugger, "/v", "Debugger", "/t", "REG_SZ", "/d", "false", "/f")
    _wine(prefix, "reg", "add", debugger, "/v", "Auto", "/t", "REG_SZ", "/d", "0", "/f")
    _wine(prefix, "winecfg", "-v", "win10")
    subprocess.run(["wineserver", "-k"], env=environment(prefix, os.environ), check=False)
    subprocess.run(["wineserver", "-w"], env=environment(prefix, os.environ), check=False)


def _wine(prefix: Path, *words: str) -> None:
    # Wine's services, which it may start, keep these streams: a pipe would not end before them.
    silent = subprocess.DEVNULL
    subprocess.run(
        ["wine", *words], env=environment(prefix, os.environ), stdin=silent, stdout=silent, stderr=silent, check=True
    )


def _make_python(lab: Lab) -> None:
    folder = lab.python.parent
    downloads = lab.root / "downloads"
    for part in (downloads, folder / "DLLs"):
        part.mkdir(parents=True, exist_ok=True)
    _pip("download", "--dest", downloads, INTERPRETER)
    with zipfile.ZipFile(next(downloads.glob("panda3d-*.whl"))) as wheel:
        for name in wheel.namelist():
            if name.startswith("deploy_libs/") and "/tk" not in name and "/tcl" not in name:
                file = Path(name).name
                (folder / ("DLLs" if file.endswith(".pyd") else "") / file).write_bytes(wheel.read(name))
    shutil.rmtree(downloads)
    library = f"python{VERSION.replace('.', '')}"
    definition = folder / "python.def"
    definition.write_text(f"LIBRARY {library}.dll\nEXPORTS\nPy_Main\n")
    _check(_tool("x86_64-w64-mingw32-dlltool", "-d", definition, "-l", folder / "libpython.a"))
    _compile(HERE / "python.c", lab.python, "-municode", f"-L{folder}", "-lpython")
    shutil.copytree(sysconfig.get_path("stdlib"), folder / "Lib", ignore=shutil.ignore_patterns(*FOREIGN))
    _pip("install", "--target", folder / "Lib" / "site-packages", *_requirements())


def _requirements() -> list[str]:
    """dshell's, whatever their conditions: pip would judge those for Linux."""
    project = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    return [str(requirement).split(";")[0] for requirement in project["dependencies"]]


def _pip(command: str, *words: str | Path) -> None:
    target = ["--only-binary=:all:", "--platform", "win_amd64", "--python-version", VERSION, "--implementation", "cp"]
    _check(_tool(sys.executable, "-m", "pip", command, "--quiet", *target, *words))


def _compile(source: Path, program: Path, *flags: str) -> None:
    program.parent.mkdir(parents=True, exist_ok=True)
    _check(_tool(COMPILER, "-O1", "-Wall", "-Werror", "-o", program, source, *flags))


def _tool(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, capture_output=True, check=False)


def _check(done: subprocess.CompletedProcess[bytes]) -> None:
    if done.returncode:
        words = " ".join(map(str, done.args))
        raise NoLab(f"{words}: {(done.stdout + done.stderr).decode(errors='replace')}")


if __name__ == "__main__":
    try:
        build()
    except NotHere as reason:
        sys.stderr.write(f"dshell: {reason}; they are left out\n")
    except NoLab as missing:
        sys.exit(f"dshell: {missing}")
