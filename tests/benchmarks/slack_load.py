"""Slack under load: answered exactly once, first sign in time, nothing lost with a killed process.

`python -m tests.benchmarks.slack_load [--events 1000] [--mentions 50] [--a-second 20]`

A real service, two processes `auskunft slack run` and a local Slack on this machine. The small version
is a test: `tests/integrations/slack/test_process.py`.
"""

import argparse
import asyncio

from tests.integrations.slack.load import Figures, Place, ask, bots, place

_AGAIN = 0.3


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000)
    parser.add_argument("--mentions", type=int, default=50)
    parser.add_argument("--a-second", type=float, default=20)
    given = parser.parse_args()
    with place() as where:
        for line in asyncio.run(_measured(where, given.events, given.mentions, given.a_second)):
            print(line)


async def _measured(where: Place, events: int, mentions: int, a_second: float) -> list[str]:
    async with bots(where, 2) as slack:
        many = await ask(slack, events, again=_AGAIN, a_second=a_second)
    async with bots(where, 1) as slack:
        burst = await ask(slack, mentions)
    async with bots(where, 2) as slack:
        killed = await ask(slack, mentions, kill=where.bots[0])
    return [
        f"{'':44}  posts  exactly once  apologies  sign p95 s    max s  all s",
        _row(f"{events} events, {_AGAIN:.0%} of them again, two processes", many),
        _row(f"{mentions} mentions at once, one process", burst),
        _row(f"{mentions} mentions at once, one of two killed (-9)", killed),
    ]


def _row(name: str, figures: Figures) -> str:
    return (
        f"{name:44}  {figures.posts:5}  {figures.share:12.3f}  {figures.apologies:9}  "
        f"{figures.sign_at(0.95):10.2f}  {figures.sign_at(1):7.2f}  {figures.seconds:5.0f}"
    )


if __name__ == "__main__":
    main()
