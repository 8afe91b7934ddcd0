"""Whoever wants the same at the same time takes turns."""

from collections.abc import Iterable

from sqlalchemy import func, select

from shared.store import Transaction


def take_turns(keys: Iterable[str], tx: Transaction) -> None:
    """Wait until each of these is ours, until the transaction ends.

    Two desks that meet in a constraint itself could each wait for the other. Here everybody takes their turns in the
    same order, so that one waits and is then told what is taken.
    """
    for key in sorted(keys):
        tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"occupy/{key}"))))
