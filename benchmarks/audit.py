"""What the two logs cost: a list of 25 rows and an action, with them and without.

Headline: the part of the list that its access event costs (goal: at most 8 %). Beside it two
actions with right, lock, event and change log, against the same without the logs (goal: at most
1.5 times). Queueing each row for its seal is in these figures; sealing is the worker's.
"""

import sys
from typing import Any

from benchmarks import measuring

LIST_GOAL, ACTION_GOAL = 0.08, 1.5


def main() -> None:
    options = measuring.arguments("audit")
    measuring.prepare(options)
    from benchmarks import audited, fenced
    from benchmarks.population import Population

    person = Population(options.cases).people[0]
    desk = audited.Desk(person)
    fenced.serve()
    listed = audited.compared(desk.page)
    actions = {
        "assign": audited.compared(desk.hand_on),
        "contact": audited.compared(desk.try_to_call),
    }
    equal = all(pair.same for pair in (listed, *actions.values()))
    measuring.tell(
        {
            "name": "audit",
            "n": options.cases,
            "median_ms": round(listed.wall.median, 3),
            "p95_ms": round(listed.wall.p95, 3),
            "floor_ms": round(listed.wall.floor_median, 3),
            "ratio": round(listed.wall.ratio, 3),
            "queries": listed.queries,
            "equal_to_reference": equal,
            "share": round(listed.share, 3),
            "share_of_cpu": round(listed.share_of_cpu, 3),
            "goal": LIST_GOAL,
            "actions": {name: _told(pair) for name, pair in actions.items()},
            "action_goal": ACTION_GOAL,
            "env": measuring.environment(options.db),
        }
    )
    sys.exit(0 if equal else 1)


def _told(pair: Any) -> dict[str, object]:
    return {
        "median_ms": round(pair.wall.median, 3),
        "floor_ms": round(pair.wall.floor_median, 3),
        "ratio": round(pair.wall.ratio, 2),
        "ratio_of_cpu": round(pair.cpu.ratio, 2),
        "queries": pair.queries,
        "log_rows": pair.written,
    }


if __name__ == "__main__":
    main()
