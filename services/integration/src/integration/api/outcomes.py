"""Outcomes of many, and of nobody."""

from typing import Any

from integration.queries.outcomes import told_by_clinic, told_by_network
from integration.schemas.outcomes import FigureReply, figure_reply
from shared.store import Transaction
from shared.web import Doors

doors = Doors("outcomes", "Outcomes of many, and of nobody: what is too few is not told.")


@doors.get("/outcome-figures", may="outcomes.read", reply=FigureReply, many=True)
def list_figures(tx: Transaction) -> list[dict[str, Any]]:
    """What became of series at your clinic."""
    return [figure_reply(figure) for figure in told_by_clinic(tx)]


@doors.get("/outcome-figures/network", may="outcomes.read_network", reply=FigureReply, many=True)
def list_figures_of_network(tx: Transaction) -> list[dict[str, Any]]:
    """What became of series at the clinics of your clinic's network, together."""
    return [figure_reply(figure) for figure in told_by_network(tx)]
