"""A process that owns a server until its standard input ends or it is killed: `owner.py postgres|rabbitmq FOLDER`.

Prints the server's address when it serves. With `--in-a-thread`, the thread that started the server ends at once.
"""

import sys
import threading
from pathlib import Path

from shared.local.postgres import Postgres
from shared.local.rabbitmq import RabbitMQ

kind, folder = sys.argv[1], Path(sys.argv[2])
server = Postgres(folder, settings={"fsync": "off"}) if kind == "postgres" else RabbitMQ(folder)
if "--in-a-thread" in sys.argv:
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
else:
    server.start()
print(server.address() if isinstance(server, Postgres) else server.address, flush=True)  # noqa: T201
sys.stdin.read()
server.stop()
