"""The servers that a laptop, or a test run, starts for itself as child processes."""

from shared.local.cluster import RabbitMQCluster
from shared.local.postgres import Postgres
from shared.local.processes import LocalServerError
from shared.local.rabbitmq import RabbitMQ, find_server, install_server

__all__ = ["LocalServerError", "Postgres", "RabbitMQ", "RabbitMQCluster", "find_server", "install_server"]
