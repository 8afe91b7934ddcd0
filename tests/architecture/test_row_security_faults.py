"""That the test of row-level security can fail: each way to leave something open is planted, and found."""

import pytest
from sqlalchemy import Connection

from notify.app import service
from shared.service import Service

from .row_security import ALLOWED, faults


@pytest.fixture
def service_under_test() -> Service:
    return service


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("create table planted (clinic text)", "planted has no row-level security"),
        ("create table planted (clinic text)", "planted has 0 policies that ask for the clinic"),
        (
            "create table planted (clinic text); alter table planted enable row level security",
            "planted does not force row-level security",
        ),
        (
            "create table planted (clinic text); alter table planted enable row level security;"
            " create policy all_of_it on planted using (true) with check (true)",
            "planted: the policy all_of_it does not ask for the clinic",
        ),
        (
            "create table planted (clinic text); alter table planted enable row level security;"
            " create policy reads on planted for select using (clinic = current_setting('afterglow.clinic', true))",
            "planted: the policy reads does not ask for the clinic in what is read and what is written",
        ),
        ("create policy also on timer using (true)", "timer: the policy also does not ask for the clinic"),
        (
            "create policy across on timer for select to {owner} using (true)",
            "timer: its owner reaches rows of all clinics by the policy across",
        ),
        ("alter table audit no force row level security", "audit does not force row-level security"),
        ("create view planted as select * from timer", "the view planted reads with its owner's rights"),
        ("create materialized view planted as select * from timer", "planted is of a kind that no policy guards"),
        ("grant usage on schema outbox_weeks to {app}", "the application reaches outbox_weeks.other past the policy"),
        ("grant select on outbox_weeks.other to {app}", "the application reaches outbox_weeks.other past the policy"),
        ("grant truncate on timer to {app}", "the application may truncate timer"),
        ("alter table timer owner to {app}", "timer belongs to {app}"),
        ("alter role {app} bypassrls", "the role {app} has rolbypassrls"),
        ("alter role {app} superuser", "the role {app} has rolsuper"),
        ("grant {owner} to {app}", "the role {app} can become {owner}"),
        ("grant create on schema public to {app}", "the role {app} can make tables and functions"),
        (
            "create function planted() returns int language sql security definer as 'select 1'",
            "the function planted runs with its owner's rights, and nobody has said why",
        ),
        (
            "create function planted() returns int language sql security definer as 'select 1'",
            "the function planted looks where its caller lets it look",
        ),
        ("grant execute on function keep_outbox_weeks to public", "keep_outbox_weeks can be called by everybody"),
        ("alter function keep_outbox_weeks reset search_path", "keep_outbox_weeks looks where its caller lets it look"),
    ],
)
def test_what_is_left_open_is_found(catalogue: Connection, planted: str, fault: str) -> None:
    names = {"app": "notify_app", "owner": "notify_owner"}
    assert faults(catalogue, "notify", ALLOWED["notify"]) == []
    catalogue.exec_driver_sql(planted.format(**names))

    found = faults(catalogue, "notify", ALLOWED["notify"])

    assert [one for one in found if fault.format(**names) in one], found
