"""Slugs: the names of courses in URLs."""

import re
import unicodedata
from collections.abc import Callable
from itertools import count

MAX_LENGTH = 255

OTHER_THAN_SLUG = re.compile(r"[^a-z0-9_]+")


def slugify(name: str) -> str:
    """The slug of a name: lower case without accents, each run of other characters one hyphen.

    Empty where the name holds no Latin letter or digit.
    """
    # NFKD splits "é" into "e" and an accent, which is then dropped.
    decomposed = unicodedata.normalize("NFKD", name)
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    # Case folding writes "ß" as "ss"; lower() would keep the letter, which is then removed.
    return OTHER_THAN_SLUG.sub("-", letters.casefold())[:MAX_LENGTH].strip("-_")


def free(slug: str, is_taken: Callable[[str], bool]) -> str:
    """The slug itself or, while it is taken, the same with -2, -3 …, never longer than a slug may be."""
    if not is_taken(slug):
        return slug
    return next(candidate for candidate in map(_numbered(slug), count(2)) if not is_taken(candidate))


def _numbered(slug: str) -> Callable[[int], str]:
    def candidate(number: int) -> str:
        suffix = f"-{number}"
        return slug[: MAX_LENGTH - len(suffix)].rstrip("-") + suffix

    return candidate
