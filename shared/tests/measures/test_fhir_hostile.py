"""Resources with many faults, or made to hurt: all is told, briefly, and no answer is repeated."""

from typing import Any

from measures.made_up import refusal


def test_everything_wrong_is_told_at_once(resource: dict[str, Any]) -> None:
    resource["status"] = "amended"
    resource["authored"] = "2027"
    resource["item"][2]["linkId"] = "total"
    resource["item"][5]["answer"] = [{"valueInteger": 9}]

    assert [path for path, _ in refusal(resource)] == [
        "/status",
        "/authored",
        "/item/2/linkId",
        "/item/5/answer/0/valueInteger",
    ]


def test_a_refusal_never_repeats_what_was_answered(resource: dict[str, Any]) -> None:
    secret = "I told nobody"
    resource["item"][0]["answer"] = [{"valueString": secret}]
    resource["item"][1]["answer"] = [{"valueInteger": secret}]
    resource["authored"] = secret

    assert secret not in str(refusal(resource))


def test_a_resource_with_countless_faults_gets_a_short_answer(resource: dict[str, Any]) -> None:
    resource["item"] = [{"linkId": 1}] * 5_000
    assert len(refusal(resource)) == 20

    resource["item"] = [{"linkId": "x", "modifierExtension": [{"url": "urn:not"}]}] * 5_000
    assert len(refusal(resource)) == 20


def test_a_resource_nested_without_end_is_refused_like_any_other(resource: dict[str, Any]) -> None:
    nested: dict[str, Any] = {"linkId": "44250-9"}
    for _ in range(2_000):
        nested = {"linkId": "44250-9", "item": [nested]}
    resource["item"] = [nested]

    assert len(refusal(resource)) == 1
