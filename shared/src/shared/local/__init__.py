"""The servers that a laptop, or a test run, starts for itself as child processes."""

from shared.local.cluster import RabbitMQCluster
from shared.local.debian import CHROMIUM, NGINX, RABBITMQ, Program
from shared.local.postgres import Postgres
from shared.local.processes import LocalServerError
from shared.local.rabbitmq import RabbitMQ

__all__ = ["CHROMIUM", "NGINX", "RABBITMQ", "LocalServerError", "Postgres", "Program", "RabbitMQ", "RabbitMQCluster"]
