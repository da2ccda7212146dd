"""Holds as bits of one number: cheap over a million lines, words only where one waits."""

from models.rules.words import Hold

#: Bits follow the alphabet, so that the words come out sorted.
BITS: dict[Hold, int] = {hold: 1 << place for place, hold in enumerate(sorted(Hold))}

#: No hold, so it has no word: a free line whose pair's sheet is under review waits for next month.
FROZEN = 1 << len(BITS)


def bit(hold: Hold, condition: str) -> str:
    """Return SQL that is the hold's bit where the condition is true, else 0."""
    return f"CASE WHEN {condition} THEN {BITS[hold]} ELSE 0 END"


def words(mask: str) -> str:
    """Return SQL that turns a mask into the sorted text[] of its holds."""
    cases = ", ".join(
        f"CASE WHEN {mask} & {value} > 0 THEN '{hold}' END" for hold, value in BITS.items()
    )
    return f"CASE WHEN {mask} = 0 THEN '{{}}'::text[] ELSE array_remove(ARRAY[{cases}], NULL) END"


def any_of(*holds: Hold) -> int:
    """Return the mask of several holds."""
    return sum(BITS[hold] for hold in holds)
