"""What may follow on a clinic's facts: texts that were agreed to and rules that were decided under stay."""

from dataclasses import replace

from shared.clinics import Clinic
from shared.errors import Refused


def successor(known: Clinic | None, said: Clinic) -> Clinic | None:
    """The clinic's next version, or None where the same facts are said again. Raises Refused.

    The first version is as given; afterwards each change counts up by one, whatever the document says.
    """
    if known is None:
        return said
    said = replace(said, version=known.version)
    if said == known:
        return None
    _keep_texts(known, said)
    if said.rules != known.rules and said.rules.version <= known.rules.version:
        raise Refused(
            "rules_version_not_raised",
            "The clinical rules differ from those in force. Have the new set approved and raise rules.version.",
            facts={"in_force": known.rules.version, "said": said.rules.version},
        )
    return replace(said, version=known.version + 1)


def _keep_texts(known: Clinic, said: Clinic) -> None:
    for text in known.consent_texts:
        now = said.consent_text(text.kind, text.version)
        if now is not None and now.text != text.text:
            raise Refused(
                "consent_text_changed",
                f"Clients may have agreed to {text.kind} {text.version} as it reads. Give new words a new version.",
                facts={"kind": text.kind, "version": text.version},
            )
