"""The clinical rule set of a clinic: approved as a whole, in force as a whole.

Every clinical value carries where it comes from. `basis` tells a published figure from a product default that the
clinic's medical director took over; nothing here is a guideline. What a set was approved without is None or empty in
it: that clinic has decided nothing about it, and no default decides in its name.
"""

from datetime import date
from decimal import Decimal

from marshmallow.validate import Length, Range

from shared.clinics.words import Basis, NoDriveRule, Route
from shared.declared import Declared, field
from shared.languages import phrase


class Count(Declared):
    """A number with its source: days, hours, points, as the rule's name says."""

    value: int = field(phrase("The number."), 90, validate=Range(min=0))
    basis: Basis = field(phrase("Where it comes from."), "product_default")
    source: str = field(
        phrase("The source, for a reader to check."), "Product default, approved by the medical director."
    )


class PressureLimit(Declared):
    """A blood pressure at or above which a visit is held."""

    systolic: int = field(phrase("mmHg."), 160, validate=Range(60, 300))
    diastolic: int = field(phrase("mmHg."), 100, validate=Range(30, 200))
    basis: Basis = field(phrase("Where it comes from."), "product_default")
    source: str = field(phrase("The source, for a reader to check."), "Product default.")


class DoseGuard(Declared):
    """Typing-error guards for one route, in mg per kg of body weight; not dosing advice.

    Below `soft_low` or above `soft_high` a second person confirms; above `hard_high` the dose is refused.
    """

    route: Route = field(phrase("The route that it guards."), "IM")
    soft_low: Decimal = field(phrase("mg/kg."), "0.3")
    soft_high: Decimal = field(phrase("mg/kg."), "1.5")
    hard_high: Decimal = field(phrase("mg/kg."), "3.0")
    basis: Basis = field(phrase("Where it comes from."), "product_default")
    source: str = field(phrase("The source, for a reader to check."), "Product default.")


class Protocol(Declared):
    """How a series of medicine visits is laid out."""

    id: str = field(phrase("Its name in this clinic."), "induction")
    medicine_visits: int = field(phrase("How many medicine visits."), 6, validate=Range(1, 24))
    integration_between: int = field(phrase("Integration visits after each medicine visit."), 1, validate=Range(0, 6))
    min_gap_h: int = field(phrase("Hours between two medicine visits, at least."), 72, validate=Range(min=0))
    window_days: int = field(
        phrase("Days from the first to the last medicine visit, at most."), 56, validate=Range(min=1)
    )
    basis: Basis = field(phrase("Where it comes from."), "product_default")
    source: str = field(phrase("The source, for a reader to check."), "Six sessions in 3-8 weeks.")


class CheckIns(Declared):
    """When after a medicine visit the client is asked how they are, and for how long that time is tended."""

    hours_after: list[int] = field(phrase("Hours after the visit."), [24, 72, 168], validate=Length(min=1))
    tended_days: int | None = field(
        phrase("For how many days the time after a visit is tended; none: until the last check-in."),
        30,
        default=None,
        validate=Range(1, 366),
    )
    basis: Basis = field(phrase("Where it comes from."), "published")
    source: str = field(phrase("The source, for a reader to check."), "Integration tracking: 24 h, 72 h, 1 week.")


class RouteCheckIns(Declared):
    """When a client is asked after a medicine visit by one route, where that differs."""

    route: Route = field(phrase("The route that it is for."), "SL")
    hours_after: list[int] = field(phrase("Hours after the visit."), [24, 168, 336], validate=Length(min=1))
    basis: Basis = field(phrase("Where it comes from."), "clinic")
    source: str = field(phrase("The source, for a reader to check."), "The clinic's own experience.")


class Fasting(Declared):
    """For how long before a medicine visit a client neither eats nor drinks."""

    fast_solids_h: int = field(phrase("Hours without food."), 6, validate=Range(0, 24))
    fast_clear_h: int = field(phrase("Hours without clear liquids."), 2, validate=Range(0, 24))
    basis: Basis = field(phrase("Where it comes from."), "published")
    source: str = field(phrase("The source, for a reader to check."), "6 h no food, 2 h no clear liquids.")


class Driving(Declared):
    """Until when a client does not drive after a medicine visit."""

    no_drive_rule: NoDriveRule = field(phrase("How the end is found."), "next_day_after_sleep")
    no_drive_h: int | None = field(
        phrase("Where it ends so many hours after the visit: how many."), None, default=None, validate=Range(1, 72)
    )
    basis: Basis = field(phrase("Where it comes from."), "product_default")
    source: str = field(phrase("The source, for a reader to check."), "Product default.")


class GoingHome(Declared):
    """With whom a client leaves, and who stays near."""

    escort_required: bool = field(phrase("Whether somebody takes the client home."), True)
    companion_hours: int | None = field(
        phrase("For how many hours somebody stays near; none: not asked for."), 8, default=None, validate=Range(1, 72)
    )
    basis: Basis = field(phrase("Where it comes from."), "product_default")
    source: str = field(phrase("The source, for a reader to check."), "Product default.")


class StaffRatio(Declared):
    """How many clients one of the staff may attend to at once, until the client is awake, by one route."""

    route: Route = field(phrase("The route that it is for."), "IM")
    clients_per_monitor: int = field(phrase("Clients for one monitor, at most."), 1, validate=Range(1, 20))
    clients_per_therapist: int = field(
        phrase("Clients for one therapist or sitter, at most."), 1, validate=Range(1, 20)
    )
    basis: Basis = field(phrase("Where it comes from."), "product_default")
    source: str = field(phrase("The source, for a reader to check."), "Product default; no published figure is known.")


class VitalsSchedule(Declared):
    """When vital signs are due at a medicine visit by one route, counted from the dose."""

    route: Route = field(phrase("The route that it is for."), "IM")
    at_minutes: list[int] = field(phrase("Minutes after the dose; 0 is just before it."), [0, 15, 30, 60])
    every_minutes: int | None = field(
        phrase("From the last of these on, every so many minutes until discharge."),
        30,
        default=None,
        validate=Range(1, 120),
    )
    before_discharge: bool = field(phrase("Whether they are taken once more before the client leaves."), True)
    continuous_spo2: bool = field(phrase("Whether the saturation is watched all the time."), False, default=False)
    basis: Basis = field(phrase("Where it comes from."), "product_default")
    source: str = field(phrase("The source, for a reader to check."), "Product default.")


class MeasurePlan(Declared):
    """When a client answers one measure."""

    instrument: str = field(phrase("Instrument id."), "phq-9")
    at_baseline: bool = field(phrase("Whether before anybody decides on a clearance."), True)
    before_medicine: bool = field(phrase("Whether before each medicine visit."), True)
    every_days: int | None = field(
        phrase("Every so many days while the series lasts."), 14, default=None, validate=Range(1, 366)
    )
    days_after_series: list[int] = field(phrase("Days after the last medicine visit."), [30, 90, 180])
    hours_after_medicine: int | None = field(
        phrase("So many hours after each medicine visit; none: not then."), None, default=None, validate=Range(1, 336)
    )
    basis: Basis = field(phrase("Where it comes from."), "product_default")
    source: str = field(phrase("The source, for a reader to check."), "Product default.")


class RuleSet(Declared):
    """What a medical director approves, and everyone then goes by."""

    clearance_days: Count = field(phrase("How long a clearance covers, at most."), Count.sample_data())
    blood_pressure_hold: PressureLimit = field(phrase("Pre-dose limit."), PressureLimit.sample_data())
    dose_guards: list[DoseGuard] = field(phrase("One for each route offered."), [DoseGuard.sample_data()])
    discharge_score: Count = field(
        phrase("PADSS points needed for discharge, at least."), Count.sample_data() | {"value": 9}
    )
    check_ins: CheckIns = field(phrase("After each medicine visit."), CheckIns.sample_data())
    check_ins_by_route: list[RouteCheckIns] = field(
        phrase("At most one for each route, where it differs."), [RouteCheckIns.sample_data()], default=[]
    )
    protocols: list[Protocol] = field(phrase("Series that may be planned."), [Protocol.sample_data()])
    fasting: Fasting | None = field(phrase("Before a medicine visit."), Fasting.sample_data(), default=None)
    driving: Driving | None = field(phrase("After a medicine visit."), Driving.sample_data(), default=None)
    going_home: GoingHome | None = field(phrase("After a medicine visit."), GoingHome.sample_data(), default=None)
    staff_ratios: list[StaffRatio] = field(
        phrase("At most one for each route."), [StaffRatio.sample_data()], default=[]
    )
    vitals: list[VitalsSchedule] = field(
        phrase("At most one for each route."), [VitalsSchedule.sample_data()], default=[]
    )
    measures: list[MeasurePlan] = field(
        phrase("At most one for each measure."), [MeasurePlan.sample_data()], default=[]
    )

    @property
    def routes(self) -> list[Route]:
        """The routes that the clinic offers: those whose doses it has a guard for, and no others."""
        return [guard.route for guard in self.dose_guards]

    def dose_guard(self, route: Route) -> DoseGuard | None:
        return next((guard for guard in self.dose_guards if guard.route == route), None)

    def check_in_hours(self, route: Route | None) -> list[int]:
        """The hours after a visit by that route; those of every route where none is known, or nothing differs."""
        own = next((one.hours_after for one in self.check_ins_by_route if one.route == route), None)
        return own or self.check_ins.hours_after

    def protocol(self, name: str) -> Protocol | None:
        return next((protocol for protocol in self.protocols if protocol.id == name), None)


class ClinicalRules(RuleSet):
    """The clinical rule set in force, approved as a whole by a named medical director."""

    version: int = field("Counts up with each approved change.", 1, validate=Range(min=1))
    effective_from: date = field("First day in force, clinic-local.", "2026-01-01")
    approved_by: str = field("The medical director who approved it.", "Dr. Ines Okafor (sample)")
    approver: str | None = field(
        "The subject of that medical director's sign-in; none where an operator vouched for the first set.",
        "medical-director-at-maple",
        default=None,
    )

    @property
    def content(self) -> RuleSet:
        """What was approved, without who did and since when it is in force."""
        return RuleSet.load(self.dump(), tolerant=True)
