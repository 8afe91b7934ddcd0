"""A process that owns a server until its standard input ends or it is killed.

    owner.py postgres|rabbitmq|cluster FOLDER

Prints the server's address when it serves. With `--in-a-thread`, the thread that started the server ends at once.
"""

import sys
import threading
from pathlib import Path

from shared.local.cluster import RabbitMQCluster
from shared.local.postgres import Postgres
from shared.local.rabbitmq import RabbitMQ

kind, folder = sys.argv[1], Path(sys.argv[2])
server: Postgres | RabbitMQ | RabbitMQCluster
match kind:
    case "postgres":
        server = Postgres(folder, settings={"fsync": "off"})
    case "rabbitmq":
        server = RabbitMQ(folder)
    case _:
        server = RabbitMQCluster(folder)
if "--in-a-thread" in sys.argv:
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
else:
    server.start()
print(server.address() if isinstance(server, Postgres) else server.address, flush=True)  # noqa: T201
sys.stdin.read()
server.stop()
