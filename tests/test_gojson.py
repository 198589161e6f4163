"""A seccomp profile as docker 28.2.2 sends or refuses it: what it said of a file with each of these texts."""

from __future__ import annotations

import pytest

from dshell.run.native.gojson import compact

REFUSED = {
    "": "unexpected end of JSON input",
    " ": "unexpected end of JSON input",
    "{": "unexpected end of JSON input",
    "[": "unexpected end of JSON input",
    '{"a"': "unexpected end of JSON input",
    '{"a":': "unexpected end of JSON input",
    "[1,": "unexpected end of JSON input",
    '"abc': "unexpected end of JSON input",
    '{"a":1,}': "invalid character '}' looking for beginning of object key string",
    "{1:2}": "invalid character '1' looking for beginning of object key string",
    "[1,]": "invalid character ']' looking for beginning of value",
    "'": r"invalid character '\'' looking for beginning of value",
    "é": "invalid character 'Ã' looking for beginning of value",
    "\x7f": r"invalid character '\x7f' looking for beginning of value",
    '{"a" 1}': "invalid character '1' after object key",
    '{"a":1 "b"}': "invalid character '\"' after object key:value pair",
    "[1 2]": "invalid character '2' after array element",
    "01": "invalid character '1' after top-level value",
    "{} x": "invalid character 'x' after top-level value",
    "-": "invalid character ' ' in numeric literal",
    "-x": "invalid character 'x' in numeric literal",
    "1.": "invalid character ' ' after decimal point in numeric literal",
    "1.x": "invalid character 'x' after decimal point in numeric literal",
    "1e": "invalid character ' ' in exponent of numeric literal",
    "1e+": "invalid character ' ' in exponent of numeric literal",
    "1ex": "invalid character 'x' in exponent of numeric literal",
    "tru": "invalid character ' ' in literal true (expecting 'e')",
    "trux": "invalid character 'x' in literal true (expecting 'e')",
    "nul": "invalid character ' ' in literal null (expecting 'l')",
    r'"\x"': "invalid character 'x' in string escape code",
    '"\\': "invalid character ' ' in string escape code",
    r'"\u12g4"': r"invalid character 'g' in \u hexadecimal character escape",
    r'"\u12': r"invalid character ' ' in \u hexadecimal character escape",
    '"a\nb"': r"invalid character '\n' in string literal",
    '"\x01"': r"invalid character '\x01' in string literal",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_refusal_is_dockers(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        compact(text)
    assert str(caught.value) == REFUSED[text]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (' "x" ', '"x"'),
        ("-1", "-1"),
        ("[ -0.5E-3, 1e5,\n10 , true,false ]", "[-0.5E-3,1e5,10,true,false]"),
        (
            '{ "a" : [ ], "a": { }, "c": "\\u00e9\\"é / \\/", "d" : null }',
            '{"a":[],"a":{},"c":"\\u00e9\\"é / \\/","d":null}',
        ),
    ],
)
def test_numbers_escapes_and_repeated_keys_stay(text: str, sent: str) -> None:
    assert compact(text) == sent
