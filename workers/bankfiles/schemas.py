"""The official ISO schemas, where an installation has them: no message leaves that they refuse."""

from functools import lru_cache
from pathlib import Path

from lxml import etree

from models.rules.errors.bankfiles import SchemaMissing
from workers.bankfiles.profiles import Profile


def of_orders(profile: Profile, folder: Path | None) -> etree.XMLSchema | None:
    """Return the schema of a profile's order file; None without a folder or for other formats.

    Raises SchemaMissing: a configured check that cannot be made must not pass.
    """
    if folder is None or not profile.format.startswith("pain001_v"):
        return None
    return _loaded(folder / f"pain.001.001.{profile.format[-2:]}.xsd")


@lru_cache(maxsize=8)
def _loaded(path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.XMLSchema(etree.parse(path, parser))
    except (OSError, etree.LxmlError) as error:
        raise SchemaMissing(name=path.name) from error
