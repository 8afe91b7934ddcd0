"""Which human of the network a client is."""

from sqlalchemy import func, select

from intake.domain.persons import told_of_themselves
from intake.models import Client, KnownPerson
from shared.store import Transaction


def recognise(client: Client, tx: Transaction) -> None:
    """Take a client for the human who has told another clinic the same of themselves, if there is one.

    A correction may join, and never separates: somebody who gets a new address is who they were. Whoever shares their
    person with a client elsewhere keeps it, for that client's sake. What stands at the other clinic is not learnt here,
    nor that there is one.
    """
    told = told_of_themselves(client.email, client.birth_date, client.family_name)
    mark = None if told is None else tx.vault.network_index("person", *told)
    query = select(func.person_of(client.id, mark, client.person_id))
    client.person_id = tx.session.execute(query).scalar_one()
    known = tx.find(KnownPerson, client.id)
    if known is None:
        known = tx.add(KnownPerson(client_id=client.id, clinic=tx.clinic_id))
    known.person, known.mark = client.person_id, mark
