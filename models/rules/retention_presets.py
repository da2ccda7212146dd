"""Tiers of retention that cities published, ready to be imported under a scheme of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """Tiers as a notice states them: least score and ratio in basis points."""

    name: str
    source: str
    tiers: tuple[tuple[int, int], ...]


PRESETS: Mapping[str, Preset] = {
    "zhuzhou": Preset(
        "株洲", "株洲市医疗保障局解读结余留用实施细则（2025-01-14）", ((60, 3_000), (80, 5_000))
    ),
    "yibin": Preset(
        "宜宾", "川医保发〔2022〕2号，宜宾第九批考核结果公示表", ((65, 4_000), (80, 5_000))
    ),
}
