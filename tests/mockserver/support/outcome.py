import httpx

Told = tuple[int, list[tuple[str | None, str]]]


def outcome(answer: httpx.Response) -> Told:
    """The status of a refusal, and of each of its errors the field (None without one) and the code."""
    told: list[tuple[str | None, str]] = []
    for error in answer.json()["errors"]:
        if "field" in error:
            told += [(error["field"], message["code"]) for message in error["messages"]]
        else:
            told.append((None, error["code"]))
    return answer.status_code, told
