"""What PostgreSQL's own catalogue says about who may see which clinic's rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

SETTING = "afterglow.clinic"

_TABLES = text("""
    select c.oid, n.nspname as schema, c.relname as name, c.relkind, c.relispartition as is_partition,
      c.relrowsecurity as guarded, c.relforcerowsecurity as forced, pg_get_userbyid(c.relowner) as owner,
      coalesce(c.reloptions @> '{security_invoker=true}', false) as as_invoker,
      has_schema_privilege(:app, n.oid, 'usage') as schema_open,
      array(select p from unnest(array['select', 'insert', 'update', 'delete']) p
        where has_table_privilege(:app, c.oid, p)) as rights,
      array(select p from unnest(array['truncate', 'references', 'trigger']) p
        where has_table_privilege(:app, c.oid, p)) as undue_rights
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and n.nspname !~ '^pg_(temp|toast_temp)'
    order by n.nspname, c.relname
""")
_POLICIES = text("""
    select polname as name, polcmd as command, polpermissive as permissive,
      pg_get_expr(polqual, polrelid) as condition, pg_get_expr(polwithcheck, polrelid) as check,
      array(select case r when 0 then 'public' else pg_get_userbyid(r)::text end from unnest(polroles) r) as roles
    from pg_policy where polrelid = :table
""")
_FUNCTIONS = text("""
    select p.proname as name, pg_get_userbyid(p.proowner) as owner,
      coalesce(array_to_string(p.proconfig, ' '), '') ~ '(^| )search_path=' as pinned,
      exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0) as for_all
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
""")
_ROLE = text("select rolsuper, rolbypassrls, rolcreaterole, rolreplication from pg_roles where rolname = :app")
_MORE_ROLES = text("""
    select rolname from pg_roles where rolname <> :app and pg_has_role(:app, oid, 'member')
""")


@dataclass(frozen=True)
class Allowed:
    """What a service has that others have not, each with its reason beside it in the test.

    `unreachable` tables hold no clinic's rows, and the application has no right to them. `crossing` tables may be read
    across clinics by functions of the owner. `functions` run with the owner's rights.
    """

    unreachable: frozenset[str] = field(default_factory=frozenset)
    crossing: frozenset[str] = field(default_factory=frozenset)
    functions: frozenset[str] = field(default_factory=frozenset)


EVERYWHERE = frozenset(
    {
        # Makes and drops the weeks of the outbox, which only an owner can.
        "keep_outbox_weeks",
    }
)
ALLOWED = {
    "intake": Allowed(
        # A sign-in spans clinics. Whoever has its secret reaches that one row through the functions.
        # Which words of the provider were heard belongs to no clinic either.
        unreachable=frozenset({"sign_in", "sign_out_heard"}),
        # A number and a keyed hash for each client: docs/decisions/0017.
        crossing=frozenset({"known_person"}),
        functions=EVERYWHERE
        | {"sign_in_begin", "sign_in_touch", "sign_in_move", "sign_in_end", "sign_in_end_all"}
        | {"sign_ins_beside", "sign_in_ended_elsewhere"}
        # Whether two clinics' clients are one human.
        | {"person_of"},
    ),
    "sessions": Allowed(
        # When somebody is given medicine, and when humans are taken: docs/decisions/0017.
        crossing=frozenset({"person_of_client", "medicine", "occupied"}),
        functions=EVERYWHERE
        | {"medicine_waits_until", "medicine_is_planned_near", "busy_times"}
        # Lines of the record go with a client who is erased, and in no other way.
        | {"erase_entries"},
    ),
    "integration": Allowed(
        # What a clinic may tell of many of its people together, and of nobody: docs/decisions/0029.
        crossing=frozenset({"outcome_figures"}),
        functions=EVERYWHERE | {"outcomes_of_network"},
    ),
    "notify": Allowed(functions=EVERYWHERE),
}


def faults(connection: Connection, service: str, allowed: Allowed) -> list[str]:
    """Everything in a service's database by which one clinic could see another's rows; empty where there is nothing."""
    app = f"{service}_app"
    return [
        *_faults_of_role(connection, app),
        *_faults_of_tables(connection, app, f"{service}_owner", allowed),
        *_faults_of_functions(connection, f"{service}_owner", allowed),
    ]


def tables_of(connection: Connection, service: str) -> dict[str, list[str]]:
    """The tables that the application can name, with what it may do to their rows."""
    found = connection.execute(_TABLES, {"app": f"{service}_app"})
    return {row.name: list(row.rights) for row in found if row.relkind in ("r", "p") and row.schema_open}


def _faults_of_role(connection: Connection, app: str) -> Iterator[str]:
    role: Mapping[str, bool] = connection.execute(_ROLE, {"app": app}).mappings().one()
    for power, held in role.items():
        if held:
            yield f"the role {app} has {power}"
    for other in connection.scalars(_MORE_ROLES, {"app": app}):
        yield f"the role {app} can become {other}"
    if connection.scalar(text("select has_schema_privilege(:app, 'public', 'create')"), {"app": app}):
        yield f"the role {app} can make tables and functions of its own"


def _faults_of_tables(connection: Connection, app: str, owner: str, allowed: Allowed) -> Iterator[str]:
    for table in connection.execute(_TABLES, {"app": app}).all():
        name = table.name if table.schema == "public" else f"{table.schema}.{table.name}"
        if table.owner != owner:
            yield f"{name} belongs to {table.owner}"
        if table.undue_rights:
            yield f"the application may {', '.join(table.undue_rights)} {name}, which no policy guards"
        if name == "alembic_version":
            continue
        if table.relkind in ("m", "f"):
            yield f"{name} is of a kind that no policy guards"
        elif table.relkind == "v":
            if not table.as_invoker:
                yield f"the view {name} reads with its owner's rights"
        elif table.is_partition or table.schema != "public":
            if table.schema_open or table.rights:
                yield f"the application reaches {name} past the policy of the table that it belongs to"
        elif name in allowed.unreachable:
            if table.rights or not table.guarded:
                yield f"the application has a right to {name}, which holds no clinic's rows"
        else:
            yield from _faults_of_policies(connection, table.oid, name, table.guarded, table.forced, owner, allowed)


def _faults_of_policies(
    connection: Connection, oid: int, name: str, guarded: bool, forced: bool, owner: str, allowed: Allowed
) -> Iterator[str]:
    if not guarded:
        yield f"{name} has no row-level security"
    if not forced:
        yield f"{name} does not force row-level security on its owner"
    by_clinic = 0
    for policy in connection.execute(_POLICIES, {"table": oid}).all():
        if policy.roles == [owner]:
            if name not in allowed.crossing or policy.command != "r":
                yield f"{name}: its owner reaches rows of all clinics by the policy {policy.name}"
        elif policy.command == "*" and policy.permissive and SETTING in _both(policy.condition, policy.check):
            by_clinic += 1
        else:
            yield f"{name}: the policy {policy.name} does not ask for the clinic in what is read and what is written"
    if by_clinic != 1:
        yield f"{name} has {by_clinic} policies that ask for the clinic, where it should have one"


def _faults_of_functions(connection: Connection, owner: str, allowed: Allowed) -> Iterator[str]:
    found = connection.execute(_FUNCTIONS).all()
    for function in found:
        if function.name not in allowed.functions:
            yield f"the function {function.name} runs with its owner's rights, and nobody has said why"
        if function.owner != owner:
            yield f"the function {function.name} runs with the rights of {function.owner}"
        if not function.pinned:
            yield f"the function {function.name} looks where its caller lets it look"
        if function.for_all:
            yield f"the function {function.name} can be called by everybody"
    for name in sorted(allowed.functions - {function.name for function in found}):
        yield f"there is no function {name} any more"


def _both(condition: str | None, check: str | None) -> str:
    """The setting's name where both conditions ask for it."""
    return SETTING if condition and check and SETTING in condition and SETTING in check else ""
