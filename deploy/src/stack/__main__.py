"""`python -m stack` is `afterglow`, where the script is not on the path."""

from shared.main import main

if __name__ == "__main__":
    main()
