"""Opening a database: is it there, is it ours, is it of this program's age; each no is a sentence."""

from __future__ import annotations

import os
from enum import Enum, auto
from pathlib import Path

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store.backup import copy_before_upgrade
from paylink_tui.store.migrations import COMMENT, HEAD, KNOWN, MARK, migrate
from paylink_tui.store.place import Place, default_path
from paylink_tui.store.problems import from_os
from paylink_tui.store.reader import Reader

_NETWORK = frozenset({"nfs", "nfs4", "smb3", "smbfs", "cifs", "9p", "afs", "fuse.sshfs", "fuse.smbnetfs"})

_WHOSE = {
    "sqlite": f"SELECT application_id = {MARK}, application_id OR (SELECT count(*) FROM sqlite_master)"
    " FROM pragma_application_id",
    "postgresql": "SELECT obj_description(to_regclass('alembic_version'), 'pg_class') = '" + COMMENT + "',"
    " count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')",
}
"""Whether a database bears our mark, and whether it holds anything."""


class Age(Enum):
    """What a database is to this program."""

    EMPTY = auto()
    FOREIGN = auto()
    OLDER = auto()
    CURRENT = auto()
    NEWER = auto()


async def open_reader(place: Place, patience: float, *, create: bool, readonly: bool) -> Reader:
    """A reader on a database at this program's revision, made or upgraded if that is allowed.

    Raises:
        DatabaseProblem: it is missing, foreign, newer, older and shared, or cannot be used.
    """
    if place.dialect == "sqlite":
        check_file(place.path, create=create, readonly=readonly)
    reader = await connect(place, patience, readonly=readonly)
    try:
        age = await age_of(reader)
        if age is not Age.CURRENT:
            await _make_current(place, age, patience, create=create, readonly=readonly)
    except BaseException:
        await reader.close()
        raise
    return reader


async def connect(place: Place, patience: float, *, readonly: bool = False) -> Reader:
    """A reader on whatever is there."""
    if place.dialect == "sqlite":
        from paylink_tui.store.sqlite_reader import open_sqlite

        return await open_sqlite(place, patience, immutable=readonly and _cannot_change(place.path))
    from paylink_tui.store.postgresql_reader import open_postgresql

    return await open_postgresql(place, patience)


async def age_of(reader: Reader) -> Age:
    """Whose database it is, and how old, told without SQLAlchemy or alembic."""
    ours, objects = (await reader.rows(_WHOSE[reader.dialect]))[0]
    if not ours:
        return Age.FOREIGN if objects else Age.EMPTY
    versions = [row[0] for row in await reader.rows("SELECT version_num FROM alembic_version")]
    if versions == [HEAD]:
        return Age.CURRENT
    return Age.OLDER if all(version in KNOWN for version in versions) else Age.NEWER


async def _make_current(place: Place, age: Age, patience: float, *, create: bool, readonly: bool) -> None:
    embedded = place.dialect == "sqlite"
    if age in (Age.FOREIGN, Age.NEWER):
        raise unusable(place, age)
    if age is Age.EMPTY and (readonly or not create):
        raise DatabaseProblem(f"{place.name} is empty.", "Set it up with `paylink init --firm NAME`.")
    if age is Age.OLDER and not embedded:
        raise DatabaseProblem(
            f"{place.name} was made by an older PayLink.",
            "Tell everyone who uses it, make a backup, and run `paylink db upgrade`.",
        )
    if age is Age.OLDER and readonly:
        raise DatabaseProblem(
            f"{place.name} was made by an older PayLink.", "Upgrade it with `paylink db upgrade`."
        )
    await bring_to_head(place, age, patience)


async def bring_to_head(place: Place, age: Age, patience: float) -> Path | None:
    """Run the missing revisions in one transaction; an embedded database with rows is copied first.

    Returns:
        The copy, when one was made.
    """
    from paylink_tui.store.writer import Writer

    copy = None
    if age is Age.OLDER and place.dialect == "sqlite":
        copy = await copy_before_upgrade(place)
    writer = Writer(place, patience)
    try:
        async with writer.transaction() as connection:
            await connection.run_sync(migrate)
    finally:
        await writer.close()
    return copy


def unusable(place: Place, age: Age) -> DatabaseProblem:
    """The sentence for a database that is not ours, or that a newer program made."""
    if age is Age.NEWER:
        return DatabaseProblem(
            f"{place.name} was made by a newer PayLink than this one (which knows schema {HEAD}).",
            "Update PayLink; this program leaves the database alone.",
        )
    return DatabaseProblem(
        f"{place.name} belongs to another program.", "Name another database; PayLink leaves this one alone."
    )


def check_file(path: Path, *, create: bool, readonly: bool) -> None:
    """Refuse what cannot be a database file here; make an empty one, for its owner's eyes, if asked.

    Raises:
        DatabaseProblem: a directory, missing, unreadable, read-only, or on a network file system.
    """
    where = str(path)
    if path.is_dir():
        raise DatabaseProblem(f"{where} is a directory.", "Name a file in it, such as paylink.db.")
    kind = network_kind(path)
    if kind:
        raise DatabaseProblem(
            f"{where} lies on a network file system ({kind}), where SQLite's locks cannot be trusted.",
            "Use a local disk, or share the books through PostgreSQL.",
        )
    if not path.exists():
        if not create or readonly:
            raise DatabaseProblem(
                f"There is no database at {where}.",
                "Make one with `paylink init --firm NAME`, or correct --db.",
            )
        _make_file(path)
    if not os.access(path, os.R_OK):
        raise DatabaseProblem(f"{where} cannot be read: permission denied.", "Change its permissions.")
    if not readonly and _cannot_change(path):
        raise DatabaseProblem(
            f"{where} cannot be written: the file or its directory is read-only.",
            "Change its permissions, or open it with --readonly.",
        )


def _cannot_change(path: Path) -> bool:
    """SQLite needs to write beside the file too, for its journal."""
    return not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _make_file(path: Path) -> None:
    try:
        if path == default_path():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except FileNotFoundError:
        raise DatabaseProblem(
            f"The directory {path.parent} does not exist.", "Make it first, or correct --db."
        ) from None
    except OSError as error:
        raise from_os(error, str(path)) from error


def network_kind(path: Path, mounts: str | None = None) -> str:
    """The type of the network file system `path` lies on, or nothing.

    Args:
        path: An absolute path; it need not exist.
        mounts: Text in the format of `/proc/mounts`, which is read when this is None.
    """
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text("utf-8", "replace")
        except OSError:
            return ""
    real, best, kind = Path(os.path.realpath(path)), -1, ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(fields[1].encode().decode("unicode_escape"))
        if real.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind if kind in _NETWORK else ""
