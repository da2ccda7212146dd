"""Which characters may stand in a bank file: strict codecs, nothing invisible, nothing dropped."""

import unicodedata
from collections.abc import Mapping

#: Codecs by the name a profile gives them. gb2312 is absent on purpose: Python maps its A1A4
#: to U+30FB, another character than GBK's middle dot.
CODECS: Mapping[str, str] = {"utf-8": "utf-8", "gbk": "gbk", "gb18030": "gb18030"}

#: Cc controls, Cf bidi marks and zero widths, Cs lone surrogates, Zl and Zp line breaks.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def invisible(text: str) -> str | None:
    """Return the first character no bank file may carry, or None.

    Rare ideographs, private-use characters and the ideographic space are visible text; controls,
    zero-width and direction marks, lone surrogates and non-characters are not.
    """
    if text.isprintable():
        return None
    for character in text:
        point = ord(character)
        if unicodedata.category(character) in _INVISIBLE:
            return character
        if point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF:
            return character
    return None


def unencodable(text: str, encoding: str) -> str | None:
    """Return the first character the codec has no bytes for, or None."""
    try:
        text.encode(CODECS[encoding])
    except UnicodeEncodeError as error:
        return text[error.start]
    return None


def length(text: str, unit: str, encoding: str) -> int:
    """Return the length in the unit the bank counts in: characters, or bytes of its encoding."""
    return len(text.encode(CODECS[encoding])) if unit == "bytes" else len(text)


def named(character: str) -> str:
    """Return a character as people can find it again: U+30FB ・."""
    shown = f" {character}" if invisible(character) is None and character.strip() else ""
    return f"U+{ord(character):04X}{shown}"
