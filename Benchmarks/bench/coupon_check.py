"""Are the answers to claims right? The load counts statuses; this reads bodies, and the ledger."""

import random

from .check import CHECKS
from .failure import Failure
from .http import Answer, call, visitor
from .shop import Shop

# As `claimer` of wrk/sale.lua.
STRIDE, CLAIMERS = 7919, 10_000_000


def claimer(number: int) -> str:
    return f"c-{number * STRIDE % CLAIMERS:07}"


def claim(shop: Shop, coupon: str, user: str) -> Answer:
    return call(shop.port, "POST", f"/api/v1/coupons/{coupon}/claims", visitor(user, ""))


def check_claims(shop: Shop, coupon: str, user: str) -> None:
    """A claim is given with a number, and the same number is the answer to the next."""
    first, again = claim(shop, coupon, user), claim(shop, coupon, user)
    if first.status != 201 or not 1 <= first.json["sequence"]:
        raise Failure(f"{shop.name}: a claim: {first.status} {first.body!r}")
    _is_owned(shop, again, {first.json["sequence"]})


def check_owned(shop: Shop, coupon: str, owners: int) -> None:
    """All of the first `owners` have one."""
    numbers = range(1, owners + 1)
    for number in random.sample(numbers, min(CHECKS, owners)):
        _is_owned(shop, claim(shop, coupon, claimer(number)), numbers)


def check_sold_out(shop: Shop, coupon: str) -> None:
    for number in range(CHECKS):
        answer = claim(shop, coupon, f"late-{number}")
        if answer.status != 410 or answer.json["code"] != "coupon_sold_out":
            raise Failure(f"{shop.name}: sold out: {answer.status} {answer.body!r}")


def check_issued(shop: Shop, coupon: str, least: int, most: int) -> None:
    """What was answered is in the ledger, and no more than was on its way at the end."""
    rows = shop.issued(coupon)
    shown = call(shop.port, "GET", f"/api/v1/coupons/{coupon}").json["issued"]
    if not (least <= rows <= most and least <= shown <= most):
        raise Failure(
            f"{shop.name}: {least} claims of {coupon} were answered, {rows} are in the ledger,"
            f" {shown} are shown"
        )


def _is_owned(shop: Shop, answer: Answer, numbers) -> None:
    good = answer.status == 409 and answer.json["code"] == "coupon_already_claimed"
    if not good or answer.json["sequence"] not in numbers:
        raise Failure(f"{shop.name}: who has one claims again: {answer.status} {answer.body!r}")
