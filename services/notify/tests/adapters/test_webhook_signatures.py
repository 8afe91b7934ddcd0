"""How a webhook is signed: the receiver verifies it with the standard's own library."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notify.adapters.webhooks import new_secret, sign

from .receiver import BODY, MESSAGE_ID


def test_a_signature_is_verified_by_the_standard_library_of_the_receiver() -> None:
    secret = new_secret()

    headers = sign(MESSAGE_ID, BODY, datetime.now(UTC), [secret])

    assert Webhook(secret).verify(BODY, headers) == json.loads(BODY)
    assert headers["webhook-id"] == str(MESSAGE_ID)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, {**headers, "webhook-id": str(UUID(int=1))})


def test_while_a_secret_is_rotated_the_old_and_the_new_both_verify() -> None:
    old, new, other = new_secret(), new_secret(), new_secret()

    headers = sign(MESSAGE_ID, BODY, datetime.now(UTC), [new, old])

    assert headers["webhook-signature"].count("v1,") == 2
    Webhook(old).verify(BODY, headers)
    Webhook(new).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(BODY, headers)


def test_the_signed_time_is_the_same_instant_in_every_zone() -> None:
    secret = new_secret()
    here = datetime.now(UTC)
    there = here.astimezone(timezone(timedelta(hours=-8)))

    headers = sign(MESSAGE_ID, BODY, there, [secret])

    Webhook(secret).verify(BODY, headers)
    assert headers == sign(MESSAGE_ID, BODY, here, [secret])


def test_the_example_of_the_standard_webhooks_libraries_gets_the_signature_that_they_publish() -> None:
    webhook = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    signature = webhook.sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), '{"test": 2432232314}'
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_nothing_is_signed_without_a_secret_or_with_a_time_of_no_zone() -> None:
    with pytest.raises(ValueError, match="secret"):
        sign(MESSAGE_ID, BODY, datetime.now(UTC), [])
    with pytest.raises(ValueError, match="aware"):
        sign(MESSAGE_ID, BODY, datetime.now(), [new_secret()])  # noqa: DTZ005 - naive on purpose.


def test_every_secret_is_new_and_holds_32_bytes() -> None:
    made = {new_secret() for _ in range(50)}

    assert len(made) == 50
    assert {len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) for secret in made} == {32}
