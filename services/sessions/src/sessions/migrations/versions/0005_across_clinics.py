"""What must cross clinics: a person's dosing interval, and who is taken at what time. See docs/decisions/0017."""

from alembic import op

from shared.store.tenancy import for_application_only, protect, read_across, unbound

revision = "0005"
down_revision = "0004"

_TABLES = {
    # Which human a client is, as intake tells it: a projection.
    "person_of_client": """
        create table person_of_client (
          id uuid primary key,
          clinic text not null,
          person uuid not null
        )
    """,
    # A medicine visit that is booked or was dosed, and the interval that its clinic keeps around it: nothing of what,
    # how much, by which route or by whom. It leaves with a visit that gives no medicine after all.
    "medicine": """
        create table medicine (
          visit_id uuid primary key,
          clinic text not null,
          client_id uuid not null,
          during tstzrange not null check (not isempty(during)),
          gap interval not null check (gap >= interval '0'),
          dosed_at timestamptz,
          foreign key (clinic, visit_id) references visit (clinic, id)
        )
    """,
}

_INDEXES = (
    "create index person_of_client_person on person_of_client (person)",
    "create index medicine_of_client on medicine (client_id)",
)

# A room is one clinic's; a person is the same wherever they are, and has one place at a time. Of the staff that holds
# once their clinics have said so, which none could before this.
_EVERYWHERE = (
    "alter table occupied add column everywhere text",
    "alter table occupied add constraint occupied_once_everywhere"
    " exclude using gist (everywhere with =, during with &&) where (everywhere is not null)",
)

# By the series' own gap where the rules still have its protocol, else by the longest of the clinic's, as in booking.
_MEDICINE_SO_FAR = """
    insert into medicine (visit_id, clinic, client_id, during, gap, dosed_at)
    select v.id, v.clinic, v.client_id, tstzrange(v.starts_at, v.ends_at),
      make_interval(hours => coalesce(
        (select (p ->> 'min_gap_h')::integer from jsonb_array_elements(c.facts -> 'rules' -> 'protocols') p
          where p ->> 'id' = s.protocol limit 1),
        (select max((p ->> 'min_gap_h')::integer) from jsonb_array_elements(c.facts -> 'rules' -> 'protocols') p),
        0)),
      (select max(e.at) from entry e where e.visit_id = v.id and e.kind = 'dosed')
    from visit v
    join clinic c on c.id = v.clinic
    left join series s on s.id = v.series_id
    where v.kind = 'medicine' and v.status not in ('cancelled', 'deferred', 'no_show')
"""

# Whoever tells which human a client is, also a rebuild: the times that the client is booked for are that human's. Where
# the human is taken elsewhere at such a time already, both bookings stay, for people to see to.
_FOLLOW_THE_PERSON = """
    create function take_times_for_person() returns trigger language plpgsql set search_path = public, pg_temp as $$
    declare
      place record;
    begin
      -- As a booking takes its turns: it has been made by now, and follows, or waits and then knows who it is.
      perform pg_advisory_xact_lock(hashtext('occupy/client:' || new.id));
      perform pg_advisory_xact_lock(hashtext('occupy/person:' || least(old.person, new.person)));
      perform pg_advisory_xact_lock(hashtext('occupy/person:' || greatest(old.person, new.person)));
      update occupied set everywhere = null where clinic = new.clinic and resource = 'client:' || new.id;
      for place in
        select visit_id from occupied where clinic = new.clinic and resource = 'client:' || new.id
        order by lower(during), visit_id
      loop
        begin
          update occupied set everywhere = 'person:' || new.person
          where visit_id = place.visit_id and resource = 'client:' || new.id;
        exception when exclusion_violation then
          null;
        end;
      end loop;
      return null;
    end $$
"""

_WHEN_TOLD = (
    """
    create trigger person_is_told after insert on person_of_client
    for each row execute function take_times_for_person()
    """,
    """
    create trigger person_is_another after update on person_of_client
    for each row when (old.person is distinct from new.person) execute function take_times_for_person()
    """,
)

# The same human under other clients, at whatever clinic. Asked for a client of the present clinic, and nobody else's.
_SAME_PERSON = """
    from public.person_of_client here
    join public.person_of_client there on there.person = here.person and there.id <> here.id
    join public.medicine m on m.client_id = there.id and m.clinic = there.clinic
    where here.id = client and here.clinic = nullif(current_setting('afterglow.clinic', true), '')
"""

_FUNCTIONS = {
    # One moment: not when, where, how much or by which route, nor whose rules are the stricter.
    "medicine_waits_until(client uuid, own_gap interval)": (
        "timestamptz",
        f"select max(m.dosed_at + greatest(m.gap, own_gap)) {_SAME_PERSON}",
    ),
    # Yes or no: not when, nor where. A visit that is over without a dose is no plan any more.
    "medicine_is_planned_near(client uuid, span tstzrange, own_gap interval, at timestamptz)": (
        "boolean",
        f"""
        select exists (
          select {_SAME_PERSON}
            and m.dosed_at is null and upper(m.during) > at
            and lower(m.during) < upper(span) + greatest(m.gap, own_gap)
            and upper(m.during) > lower(span) - greatest(m.gap, own_gap))
        """,
    ),
    # Times that touch are one, and none reaches out of what was asked for: not how many visits, where, or with whom. Of
    # a person whom the present clinic counts among its own, and of nobody else; at other clinics, where both say that
    # they work elsewhere, too: a clinic that does not has no times `everywhere`.
    "busy_times(staff text, span tstzrange)": (
        "setof tstzrange",
        """
        select unnest(range_agg(o.during * span))
        from public.clinic c, jsonb_array_elements(c.facts -> 'resources') r, public.occupied o
        where c.id = nullif(current_setting('afterglow.clinic', true), '')
          and r ->> 'id' = staff and r ->> 'kind' <> 'room' and o.during && span
          and (o.clinic = c.id and o.resource = staff
            or o.everywhere = 'staff:' || staff and r ->> 'elsewhere' = 'true')
        """,
    ),
}


def upgrade() -> None:
    for statement in (*_TABLES.values(), *_INDEXES, *_EVERYWHERE):
        op.execute(statement)
    with unbound(op.execute, "clinic", "visit", "series", "entry"):
        op.execute(_MEDICINE_SO_FAR)
    for table in _TABLES:
        protect(op.execute, table)
        read_across(op.execute, table)
    read_across(op.execute, "occupied")
    for statement in (_FOLLOW_THE_PERSON, *_WHEN_TOLD):
        op.execute(statement)
    for signature, (returns, body) in _FUNCTIONS.items():
        op.execute(
            f"create function {signature} returns {returns} language sql stable security definer"
            f" set search_path = pg_catalog, pg_temp as $${body}$$"
        )
        for_application_only(op.execute, signature.partition("(")[0])


def downgrade() -> None:
    """Restore from backup."""
