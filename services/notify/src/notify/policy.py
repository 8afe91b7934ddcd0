"""Who may do what in notify."""

from shared.web.policy import Policy, Role, allow

POLICY: Policy = {
    # Clients see their own; the people who answer "did you get my mail?" see that it left, never what it said.
    "message.read": allow(Role.CLIENT, Role.FRONT_DESK, Role.THERAPIST, Role.CLINIC_ADMIN),
    # What leaves the clinic for a partner is the clinic's decision, not a clinician's in passing. Whoever works for a
    # partner sees no more than that partner's own (`notify.queries.own_subscriptions`), and may have it tried again.
    "subscription.read": allow(Role.CLINIC_ADMIN, Role.PARTNER),
    "delivery.retry": allow(Role.CLINIC_ADMIN, Role.PARTNER),
    "subscription.manage": allow(Role.CLINIC_ADMIN),
}
