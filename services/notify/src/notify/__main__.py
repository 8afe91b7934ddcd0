"""`python -m notify web | worker | migrate | topology | openapi`."""

from notify.app import service
from shared.service_main import main

if __name__ == "__main__":
    main(service)
