"""What the rankings' part fills before it measures: boards of all lengths, and who stands on them."""

from .backlog import Backlog, each, name, uniform
from .progress import say
from .ranking_check import check_list
from .rounds import CONNECTIONS
from .sale_load import charge, hold, measure
from .shop import ShopOnSQLite

# Boards, and how many members they have.
THOUSANDS, MILLION = "thousands", "million"
LENGTHS = {THOUSANDS: 10_000, MILLION: 1_000_000}
PRODUCTS = 1_000
# Performances that are sold out, for the list of them.
SHOWN, SEATS = 20, 30


def prepare(shop: ShopOnSQLite) -> dict[str, Backlog]:
    """Boards of all lengths, products that were sold, performances that are sold out."""
    boards = {board: Backlog(shop, board) for board in (THOUSANDS, MILLION, "products")}
    for board, count in LENGTHS.items():
        shop.put(f"boards/{board}", {"timeZone": "UTC"})
        boards[board].fill(each(count, count))
        check_list(shop, board, boards[board].sums)
        say(f"{shop.name}: {count:,} members are on a board")
    for number in range(PRODUCTS):
        product = {"name": f"Product {number}", "price": 1000, "stock": 1_000_000}
        shop.put(f"products/{name(number)}", product)
    boards["products"].fill(uniform(PRODUCTS, 10 * PRODUCTS, 1))
    charge(shop)
    for number in range(SHOWN):
        performance = f"shown-{number}"
        shop.open(performance, SEATS)
        file = hold(shop, performance, SEATS)
        options = {"file": file, "tag": performance, "first": 1, "count": SEATS}
        measure(shop, "pay", "paid", options, 60, CONNECTIONS)
        file.unlink()
    return boards
