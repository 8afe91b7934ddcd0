"""The gateway as a test has it: Debian's nginx with the files of the image."""

import os
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

from certificates import Authority
from urllib3 import HTTPHeaderDict, PoolManager, Timeout

from shared.local.debian import NGINX
from shared.local.processes import wait_until

Answer = tuple[int, HTTPHeaderDict, str]


class Gateway:
    """nginx with the files of the image, but for their ports and places, and what else a test has `changed`."""

    def __init__(self, repository: Path, folder: Path, authority: Authority | None, **changed: str) -> None:
        self.program = NGINX.install()
        self.folder = folder
        self.authority = authority
        self.plain_port, self.tls_port = _free_port(), _free_port()
        replaced = {
            "listen 8080": f"listen 127.0.0.1:{self.plain_port}",
            "listen 8443": f"listen 127.0.0.1:{self.tls_port}",
            "error_log /dev/stderr": f"error_log {folder}/error.log",
            # Nobody will say where the services are; that need not take long.
            "resolver_timeout 3s": "resolver_timeout 100ms",
            **changed,
        }
        if os.geteuid() == 0:
            # Its workers would be somebody who may not write a large body into a test's folder.
            replaced["daemon off;"] = "daemon off;\nuser root;"
        if authority is not None:
            certificate = authority.certify("127.0.0.1")
            replaced |= {
                "/run/secrets/gateway_certificate": str(certificate.certificate),
                "/run/secrets/gateway_key": str(certificate.key),
            }
        for file in (repository / "deploy/gateway").glob("*.conf"):
            written = file.read_text(encoding="utf-8").replace("/tmp/", f"{folder}/")
            for old, new in replaced.items():
                written = written.replace(old, new)
            (folder / file.name).write_text(written, encoding="utf-8")
        configuration = folder / ("plain.conf" if authority is None else "tls.conf")
        self.process = subprocess.Popen(
            [self.program, "-p", folder, "-c", configuration, "-e", folder / "error.log"], stderr=subprocess.PIPE
        )

    def ask(
        self,
        path: str,
        method: str = "GET",
        *,
        tls: bool = False,
        versions: ssl.TLSVersion | None = None,
        body: bytes | None = None,
        **headers: str,
    ) -> Answer:
        pool = PoolManager(
            retries=False,
            timeout=Timeout(10.0),
            ca_certs=str(self.authority.path) if self.authority else None,
            ssl_maximum_version=versions,
        )
        scheme, port = ("https", self.tls_port) if tls else ("http", self.plain_port)
        answer = pool.request(method, f"{scheme}://127.0.0.1:{port}{path}", body=body, headers=headers, redirect=False)
        return answer.status, answer.headers, answer.data.decode()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def opened(gateway: Gateway) -> Iterator[Gateway]:
    """A gateway for as long as it is wanted, from when it takes connections."""

    def answers() -> bool:
        assert gateway.process.poll() is None, gateway.process.communicate()[1]
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", gateway.plain_port)) == 0

    try:
        assert wait_until(answers, 20)
        yield gateway
    finally:
        gateway.process.terminate()
        gateway.process.communicate()
