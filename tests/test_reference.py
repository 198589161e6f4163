"""Names of images, as docker completes and refuses them."""

from __future__ import annotations

import re

import pytest

from dshell.line.reference import is_image_id, parse_reference

SHA = "sha256:" + "a" * 64

NAMES = [
    ("alpine", "docker.io/library/alpine:latest", "alpine:latest"),
    ("alpine:3.20", "docker.io/library/alpine:3.20", "alpine:3.20"),
    ("user/img", "docker.io/user/img:latest", "user/img:latest"),
    ("docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest"),
    ("index.docker.io/library/alpine", "docker.io/library/alpine:latest", "alpine:latest"),
    ("localhost:5000/x/y:z", "localhost:5000/x/y:z", "localhost:5000/x/y:z"),
    ("localhost/x", "localhost/x:latest", "localhost/x:latest"),
    ("ghcr.io/o/i", "ghcr.io/o/i:latest", "ghcr.io/o/i:latest"),
    ("Foo/bar", "Foo/bar:latest", "Foo/bar:latest"),
    ("a__b/c_d.e-f:T.a-g_", "docker.io/a__b/c_d.e-f:T.a-g_", "a__b/c_d.e-f:T.a-g_"),
    (f"alpine@{SHA}", f"docker.io/library/alpine@{SHA}", f"alpine@{SHA}"),
    (f"alpine:3@{SHA}", f"docker.io/library/alpine:3@{SHA}", f"alpine:3@{SHA}"),
]

REFUSED = [
    ("UPPER", "invalid reference format: repository name (library/UPPER) must be lowercase"),
    ("alpine:", "invalid reference format"),
    ("alpine:-x", "invalid reference format"),
    ("a//b", "invalid reference format"),
    ("http://x/y", "invalid reference format"),
    ("", "invalid reference format"),
    ("a" * 64, f"invalid repository name ({'a' * 64}), cannot specify 64-byte hexadecimal strings"),
    ("alpine@md5:" + "a" * 64, "unsupported digest algorithm"),
    ("alpine@sha256:" + "a" * 32, "invalid checksum digest length"),
]


@pytest.mark.parametrize(("text", "full", "familiar"), NAMES)
def test_a_name_is_completed(text: str, full: str, familiar: str) -> None:
    reference = parse_reference(text).complete
    assert (reference.full, reference.familiar) == (full, familiar)


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_what_can_be_no_name_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        parse_reference(text)


def test_an_id_is_no_name() -> None:
    assert is_image_id("a" * 64)
    assert is_image_id(SHA)
    assert not is_image_id("alpine")
