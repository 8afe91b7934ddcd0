"""What the listing says of each command about clinics, and the examples that its help shows."""

HELP: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "add": (
        "Add a clinic that a file describes",
        [
            ("rowan.json --note 'It opens in May.'", "and tell every service of it"),
            ("- --json", "from standard input, as a program would"),
        ],
    ),
    "show": (
        "What is in force at a clinic, and what waits",
        [
            ("maple", "every fact and rule, and what waits for its day"),
            ("maple --version 1", "as it was in the beginning"),
            ("maple --json > maple.json", "as a file that `set` takes again"),
        ],
    ),
    "set": (
        "Change a clinic's facts, or propose rules",
        [
            ("maple 'name=Maple Hall' --note 'We grew.'", "one fact, at once"),
            ("maple quiet_hours.from_hour=21 --from 2126-05-01", "from a day on"),
            ("maple rules.clearance_days.value=60 --note 'Shorter.'", "proposed, until a medical director approves"),
            ("maple maple.json", "whatever differs in a file"),
        ],
    ),
    "versions": (
        "What was in force at a clinic, and since when",
        [
            ("maple", "the present version first"),
            ("maple --json | jq '.changes'", "only what waits, as a program would"),
        ],
    ),
    "set-samples": (
        "Keep the made-up clinics, where Afterglow is tried out",
        [
            ("", "does nothing where AFTERGLOW_TRY_OUT is not set"),
            ("--json", "what has changed, as a program would"),
        ],
    ),
}
