"""What crosses the wire: the topology, the relay (outbox to broker), ingest (broker to inbox) and the inbox worker."""

from shared.bus.handlers import Handlers
from shared.bus.inbox import InboxWorker
from shared.bus.ingest import Ingest
from shared.bus.relay import Relay
from shared.bus.topology import Topology

__all__ = ["Handlers", "InboxWorker", "Ingest", "Relay", "Topology"]
