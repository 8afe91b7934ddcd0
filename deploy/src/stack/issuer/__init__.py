"""Who people are while Afterglow is tried out: a signing key, sample people, and a small OpenID provider.

None of it is in a service's image, and a service that was deployed does not believe it (`shared.settings`).
"""

from stack.issuer.people import SAMPLE_PEOPLE, SamplePerson
from stack.issuer.signing import AUDIENCE, LocalIssuer

__all__ = ["AUDIENCE", "SAMPLE_PEOPLE", "LocalIssuer", "SamplePerson"]
