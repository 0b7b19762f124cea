"""What schemathesis must know of this server beyond the description."""

import schemathesis


@schemathesis.hook
def filter_case(context, case):
    # A field of a request that nobody knows is no fault of it (RFC 9110, section 5.1).
    return "x-schemathesis-unknown-property" not in (case.headers or {})


@schemathesis.hook
def map_case(context, case):
    # A pause between two events that may be asked for is not waited for.
    delay = case.body.get("delay_ms") if isinstance(case.body, dict) else None
    if type(delay) is int and 0 <= delay <= 5000:
        case.body["delay_ms"] = 0
    # Nor are the pauses of a probe.
    query = case.query or {}
    if str(query.get("silence_s")).isdigit() and int(query["silence_s"]) <= 120:
        query["silence_s"] = 0
    if str(query.get("every_ms")).isdigit() and 20 <= int(query["every_ms"]) <= 1000:
        query["every_ms"] = 20
    return case
