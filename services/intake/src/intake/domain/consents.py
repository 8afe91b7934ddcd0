"""The rules of what a client agrees to: which text it is given on, and who else is named in it."""

import hashlib
from collections.abc import Collection, Mapping

from shared.clinics import Agreement, Clinic
from shared.declared import Declared, field
from shared.errors import Invalid
from shared.languages import phrase


class AgreementText(Declared):
    """One version of what a client can be asked to agree to: always the same words, in one language."""

    kind: Agreement = field("What it is about.", "treatment")
    version: str = field("Named in every agreement given on it.", "2026-01")
    text: str = field("The full text.", "I understand that …")
    language: str | None = field(
        "The language of its words (BCP 47); null: the clinic does not say which.", None, default=None
    )

    @property
    def edition(self) -> str:
        """The version, whatever the language: who agrees to one of them need not agree to the others."""
        return self.version.removesuffix(f"-{self.language}")


def _edition(kind: Agreement, edition: str, words: Mapping[str, str]) -> list[AgreementText]:
    """The same wording in each language; in English its version is the edition alone."""
    return [
        AgreementText(
            kind=kind, version=edition if language == "en" else f"{edition}-{language}", text=text, language=language
        )
        for language, text in words.items()
    ]


AUTHORISATIONS = (
    *_edition(
        Agreement.PSYCHOTHERAPY_NOTES,
        "2026-01",
        {
            "en": "My therapist may keep notes of our conversations apart from the rest of my record. I allow the "
            "others of my care team at this clinic to read them. Nothing else depends on this: I am treated "
            "the same if I say no. I can take it back at any time; from then on only the therapist who wrote "
            "a note reads it.",
            "es": "Mi terapeuta puede llevar notas de nuestras conversaciones aparte del resto de mi historia. Permito "
            "que las lean las demás personas de mi equipo de atención en esta clínica. Nada más depende de esto: "
            "me tratan igual si digo que no. Puedo retirarlo en cualquier momento; desde entonces cada nota la "
            "lee solo el terapeuta que la escribió.",
        },
    ),
    *_edition(
        Agreement.PART2,
        "2026-01",
        {
            "en": "What I tell about alcohol, ketamine or other drugs is protected by federal law (42 CFR Part 2). "
            "Whoever must know it so that no medicine harms me, the prescribers and nurses of this clinic, "
            "sees it. I allow that it is shown, beyond them, to my therapist and the medical director of this"
            " clinic or, where one is named here, to that partner, for my treatment. It may not be passed on "
            "or used against me. I can take this back at any time; what was shown before stays known.",
            "es": "Lo que cuento sobre el alcohol, la ketamina u otras drogas está protegido por la ley federal (42 CFR"
            " Parte 2). Lo ven quienes deben saberlo para que ningún medicamento me haga daño: quienes prescriben"
            " y el personal de enfermería de esta clínica. Permito que, además, se muestre a mi terapeuta y a la "
            "dirección médica de esta clínica o, si aquí se nombra uno, a ese colaborador externo, para mi "
            "tratamiento. No se puede transmitir a nadie más ni usar en mi contra. Puedo retirarlo en cualquier "
            "momento; lo que se mostró antes se sigue sabiendo.",
        },
    ),
)
"""What the law wants to be allowed by itself is asked in these words at every clinic. They are not a clinic's to
change; a new wording is a new edition, and so is another translation: the hash of an agreement is of the words read."""

_NAMES_A_PARTNER = {Agreement.DATA_SHARING, Agreement.PART2}


def texts_of(clinic: Clinic) -> list[AgreementText]:
    """All that a client of the clinic can be asked to agree to: the clinic's own texts, and those of the law."""
    own = (
        AgreementText(kind=Agreement(text.kind), version=text.version, text=text.text) for text in clinic.consent_texts
    )
    return [*own, *AUTHORISATIONS]


def to_agree_to(clinic: Clinic, in_force: Collection[tuple[Agreement, str]], language: str) -> list[AgreementText]:
    """The newest text of each kind that a client who reads that language can agree to by themselves, and has not.

    `in_force` are kind and version of those that they have, in whichever language. To tell a partner something is not
    among them: the clinic says which partner.
    """
    texts = texts_of(clinic)
    agreed = {(text.kind, text.edition) for text in texts if (text.kind, text.version) in in_force}
    newest = {
        text.kind: text for text in texts if text.kind != Agreement.DATA_SHARING and text.language in (None, language)
    }
    return [text for text in newest.values() if (text.kind, text.edition) not in agreed]


def text_of(clinic: Clinic, kind: Agreement, version: str) -> AgreementText:
    """The text of that kind and version. Raises Invalid: nobody can agree to a text that there is not."""
    of_kind = [text for text in texts_of(clinic) if text.kind == kind]
    found = next((text for text in of_kind if text.version == version), None)
    if found is None:
        offered = ", ".join(text.version for text in of_kind)
        message = (
            phrase(
                "The clinic has no text of version {version} about this; it has {offered}.",
                version=version,
                offered=offered,
            )
            if offered
            else phrase("The clinic has no text about this.")
        )
        raise Invalid.at("/text_version", "consent_text_unknown", message)
    return found


def check_partner(kind: Agreement, partner: str | None) -> None:
    """Sharing data names the partner with whom, what falls under Part 2 may, and nothing else does. Raises Invalid."""
    if kind == Agreement.DATA_SHARING and partner is None:
        raise Invalid.at("/partner", "partner_missing", phrase("Say with which partner data may be shared."))
    if kind not in _NAMES_A_PARTNER and partner is not None:
        raise Invalid.at("/partner", "partner_not_expected", phrase("This consent names no partner."))


def fingerprint(text: AgreementText) -> str:
    """SHA-256 of the words that were agreed to, in hex: what proves later that they are the same."""
    return hashlib.sha256(text.text.encode()).hexdigest()
