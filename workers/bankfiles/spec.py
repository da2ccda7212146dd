"""Reading a profile's data: every key is taken once, checked, and a key nobody knows is refused."""

from collections.abc import Mapping, Sequence
from typing import NoReturn

from models.rules.errors.bankfiles import ProfileInvalid


class Spec:
    """A mapping of a profile with its path, so that a refusal names the exact key.

    `done()` refuses what was not taken: a mistyped key must not be a setting that does nothing.
    """

    def __init__(self, data: object, *, profile: str, path: str = "") -> None:
        self.profile = profile
        self.path = path
        if not isinstance(data, Mapping):
            self.refuse("", "应为一组键值", "a mapping is wanted")
        self._data = dict(data)

    def refuse(self, key: str, reason: str, reason_en: str) -> NoReturn:
        """Refuse the profile because of one key."""
        name = f"{self.path}{key}" or "spec"
        raise ProfileInvalid(profile=self.profile, field=name, reason=reason, reason_en=reason_en)

    def has(self, key: str) -> bool:
        """Say whether the key is given and not null."""
        return self._data.get(key) is not None

    def text(self, key: str, default: str | None = None, *, max_chars: int = 200) -> str:
        """Take a text; without a default it is required."""
        value = self._data.pop(key, default)
        if not isinstance(value, str) or len(value) > max_chars:
            self.refuse(key, f"应为不超过 {max_chars} 个字符的文本", "a text is wanted")
        return value

    def text_or_none(self, key: str) -> str | None:
        """Take a text that may be absent."""
        if not self.has(key):
            self._data.pop(key, None)
            return None
        return self.text(key)

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """Take one of the words."""
        value = self._data.pop(key, default)
        if value not in choices:
            listed = " ".join(choices)
            self.refuse(key, f"应为以下之一：{listed}", f"one of {listed} is wanted")
        return str(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Take true or false."""
        value = self._data.pop(key, default)
        if not isinstance(value, bool):
            self.refuse(key, "应为 true 或 false", "true or false is wanted")
        return value

    def number(self, key: str, *, low: int = 1, high: int = 1_000_000_000) -> int | None:
        """Take a whole number that may be absent."""
        value = self._data.pop(key, None)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.refuse(key, f"应为 {low} 至 {high} 的整数", f"a whole number {low}..{high}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts; absent is empty."""
        value = self._data.pop(key, None)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            self.refuse(key, "应为文本列表", "a list of texts is wanted")
        if not all(isinstance(item, str) and item for item in value):
            self.refuse(key, "列表中只能有非空文本", "only non-empty texts are wanted")
        return tuple(value)

    def words(self, key: str) -> dict[str, str]:
        """Take a mapping of text to text; absent is empty."""
        value = self._data.pop(key, None)
        if value is None:
            return {}
        if not isinstance(value, Mapping) or not all(
            isinstance(k, str) and isinstance(v, str) for k, v in value.items()
        ):
            self.refuse(key, "应为文本到文本的对照", "a mapping of texts is wanted")
        return dict(value)

    def part(self, key: str) -> "Spec | None":
        """Take a nested mapping that may be absent."""
        if not self.has(key):
            self._data.pop(key, None)
            return None
        return Spec(self._data.pop(key), profile=self.profile, path=f"{self.path}{key}.")

    def parts(self, key: str) -> list["Spec"]:
        """Take a list of mappings; absent is empty."""
        value = self._data.pop(key, None) or []
        if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
            self.refuse(key, "应为列表", "a list is wanted")
        return [
            Spec(item, profile=self.profile, path=f"{self.path}{key}[{place}].")
            for place, item in enumerate(value, start=1)
        ]

    def done(self) -> None:
        """Refuse keys that nobody took."""
        if self._data:
            key = sorted(self._data)[0]
            self.refuse(key, "没有这个键", "there is no such key")
