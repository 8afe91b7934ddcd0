"""`python -m intake web | worker | migrate | clinic …`."""

from intake.app import service
from shared.service_main import main

if __name__ == "__main__":
    main(service)
