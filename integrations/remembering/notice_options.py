"""What the operator sets about notices by mail. Every command reads settings: nothing heavy here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeOptions:
    """`recipient` is empty for the usual one; with `every_days` 0 there are no digests.

    Documents count as expiring from `ahead_days` before; `address` is that of the service.
    """

    recipient: str
    every_days: int
    ahead_days: int
    address: str
