"""Prints a daily sales report; standard library only.

    report.py [--days N] [--currency CODE]

There is no data source in the demo: the sales are generated from the dates, so that two runs of
one day agree. Replace `sales_of` by a query of your own.
"""

import argparse
import datetime
import zlib


def sales_of(day: datetime.date) -> int:
    """The day's sales in cents."""
    return zlib.crc32(day.isoformat().encode()) % 90_000 + 10_000


def positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 366:
        raise argparse.ArgumentTypeError("must be from 1 to 366")
    return number


def main() -> None:
    parser = argparse.ArgumentParser(description="Prints a daily sales report.")
    parser.add_argument("--days", type=positive, default=7)
    parser.add_argument("--currency", default="EUR")
    options = parser.parse_args()

    today = datetime.datetime.now(datetime.timezone.utc).date()
    total = 0
    for index in range(options.days):
        day = today - datetime.timedelta(days=options.days - index)
        cents = sales_of(day)
        total += cents
        print(f"{day}  {cents / 100:10.2f} {options.currency}")
        print(f"::progress {100 * (index + 1) // options.days} {day}")
    print(f"::output days={options.days}")
    print(f"::output total={total / 100:.2f}")


if __name__ == "__main__":
    main()
