"""Whom a server runs as that refuses to be root.

It is never an account of our making, and no folder but the server's own changes hands or permissions.
"""

import os
import pwd
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.local.processes import LocalServerError


@dataclass(frozen=True)
class Account:
    """What to put before a command, and whose its files are as seen from here."""

    prefix: tuple[str, ...]
    uid: int
    gid: int


def unprivileged(folder: Path, program: Path) -> Account:
    """Find an account, not root's, that can run the program and write in the folder, which is given to it.

    An ordinary user is one already. Root looks like one inside a user namespace, with files that stay root's. Where
    namespaces are refused (many containers), root becomes the existing account `nobody`; if that can't enter the
    folders above, it keeps the one capability that looks past their permissions. Raises `LocalServerError` when all
    of it fails.
    """
    former = folder.stat()
    for account in _candidates():
        if os.geteuid() == 0:
            os.chown(folder, account.uid, account.gid)
        if _can_work(account, folder, program):
            return account
    if os.geteuid() == 0:
        os.chown(folder, former.st_uid, former.st_gid)
    raise LocalServerError(
        f"PostgreSQL, which refuses to be root, can't work in {folder} in any way that this machine allows: run as an "
        "ordinary user."
    )


def own(tree: Path, account: Account) -> None:
    """Give a whole tree of ours to the account; does nothing when it has it already."""
    if tree.stat().st_uid == account.uid:
        return
    # From the leaves up: the tree's own mark changes last, so an interrupted change is taken up again.
    for folder, _, files in os.walk(tree, topdown=False):
        for name in files:
            os.chown(Path(folder, name), account.uid, account.gid, follow_symlinks=False)
        os.chown(folder, account.uid, account.gid)


def _candidates() -> Iterator[Account]:
    uid, gid = os.geteuid(), os.getegid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = None
    if uid != 0 and name:
        yield Account((), uid, gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return
    # initdb wants a user id that has a name on this machine, so it is nobody's also inside the namespace.
    as_nobody = (f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    yield Account(("unshare", "-U", *as_nobody, "--"), uid, gid)
    if uid == 0:
        become = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
        yield Account((*become, "--"), nobody.pw_uid, nobody.pw_gid)
        # Without that bit access(2), by which initdb looks for its programs, would ask as if there were no capability.
        keep = ("--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
        yield Account((*become, *keep, "--"), nobody.pw_uid, nobody.pw_gid)


def _can_work(account: Account, folder: Path, program: Path) -> bool:
    trial = '"$1" --version && : > "$2" && rm -- "$2"'
    try:
        done = subprocess.run(
            [*account.prefix, "sh", "-c", trial, "sh", program, folder / "trial"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0
