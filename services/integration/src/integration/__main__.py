"""`python -m integration web | worker | migrate | topology | openapi`."""

from integration.app import service
from shared.service_main import main

if __name__ == "__main__":
    main(service)
