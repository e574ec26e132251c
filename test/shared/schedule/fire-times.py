#!/usr/bin/env python3
"""Makes fire-times.generated.json: when EventBridge Scheduler fires, by brute force and without any of our TypeScript.

Every minute since `from` is turned into the zone's wall clock by Python's zoneinfo and looked at field by field, as the
pages "Cron expressions" and "Daylight saving time" of the EventBridge Scheduler user guide say: a wall-clock time that
the clocks skip never comes up, one that they repeat counts the first time only (`fold == 0`). Where the next firing is
far away, days that cannot match are passed over whole.

    python3 test/shared/schedule/fire-times.py            writes the table
    python3 test/shared/schedule/fire-times.py --check    exits 1 where it differs

Rows are [expression, zone, from, up to six firings after `from`, in UTC]; fewer: there are no more before `HORIZON`.
"""
import calendar
import json
import re
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

OUT = Path(__file__).with_name("fire-times.generated.json")
COUNT = 6
AHEAD = [timedelta(hours=hours) for hours in (0, 12, 24)]
HORIZON = 9 * 366  # days: beyond the next leap day, also around 2100
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split()


# --- one field against one value -------------------------------------------------------------------------------------


def number(text, names):
    return names.index(text.upper()) + 1 if text.upper() in names else int(text)


def item_matches(item, value, low, high, names):
    text, _, step = item.partition("/")
    first, dash, last = text.partition("-")
    if text == "*":
        start, end = low, high
    else:
        start = number(first, names)
        end = number(last, names) if dash else (high if step else start)
    # Walk from the start to the end around the circle, as a hand on a clock face would.
    position, distance = start, 0
    while True:
        if position == value and distance % int(step or 1) == 0:
            return True
        if position == end:
            return False
        position, distance = (low if position == high else position + 1), distance + 1


def matches(field, value, low, high, names=()):
    return any(item_matches(item, value, low, high, names) for item in field.split(","))


# --- the days --------------------------------------------------------------------------------------------------------


def aws_weekday(day):
    return day.isoweekday() % 7 + 1


def last_of_month(day):
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def nearest_weekday(wanted):
    """The Monday-to-Friday day of the same month with the least distance; the calendar is simply tried out."""
    for distance in range(0, 4):
        for sign in (-1, 1):
            tried = wanted + timedelta(days=sign * distance)
            if tried.month == wanted.month and tried.isoweekday() <= 5:
                return tried
    raise AssertionError(wanted)


def day_of_month_matches(field, day):
    end = last_of_month(day)
    if field == "L":
        return day == end
    if field == "LW":
        return day == max(end - timedelta(days=n) for n in range(3) if (end - timedelta(days=n)).isoweekday() <= 5)
    if before := re.fullmatch(r"L-(\d+)", field):
        return day == end - timedelta(days=int(before[1]))
    if weekday := re.fullmatch(r"(\d+)W", field):
        wanted = int(weekday[1])
        return wanted <= end.day and day == nearest_weekday(day.replace(day=wanted))
    return matches(field, day.day, 1, 31)


def day_of_week_matches(field, day):
    if field == "L":
        return day.isoweekday() == 6
    if last := re.fullmatch(r"(\w+)L", field):
        return aws_weekday(day) == number(last[1], WEEKDAYS) and (day + timedelta(days=7)).month != day.month
    if nth := re.fullmatch(r"(\w+)#(\d)", field):
        same = [n for n in range(1, day.day + 1) if day.replace(day=n).isoweekday() == day.isoweekday()]
        return aws_weekday(day) == number(nth[1], WEEKDAYS) and len(same) == int(nth[2])
    return matches(field, aws_weekday(day), 1, 7, WEEKDAYS)


def day_matches(fields, day):
    _, _, day_of_month, month, day_of_week, year = fields
    return (
        matches(year, day.year, 1970, 2199)
        and matches(month, day.month, 1, 12, MONTHS)
        and (day_of_month == "?" or day_of_month_matches(day_of_month.upper(), day))
        and (day_of_week == "?" or day_of_week_matches(day_of_week.upper(), day))
    )


# --- walking ---------------------------------------------------------------------------------------------------------


def cron_fires(body, zone, start):
    fields, tz = body.split(), ZoneInfo(zone)
    fires, days = [], {}
    instant = start.replace(second=0) + timedelta(minutes=1)
    end = start + timedelta(days=HORIZON)
    while instant < end and len(fires) < COUNT:
        wall = instant.astimezone(tz)
        day = wall.date()
        if day not in days:
            days[day] = day_matches(fields, day)
        if not days[day]:
            # From six hours before the next day that may match, every minute is looked at again.
            midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), timezone.utc) - wall.utcoffset()
            instant = max(midnight - timedelta(hours=6), instant + timedelta(minutes=1))
            while not any(day_matches(fields, (instant + hours).astimezone(tz).date()) for hours in AHEAD):
                instant += timedelta(hours=12)
                if instant >= end:
                    break
            continue
        if wall.fold == 0 and matches(fields[1], wall.hour, 0, 23) and matches(fields[0], wall.minute, 0, 59):
            fires.append(instant)
        instant += timedelta(minutes=1)
    return fires


def at_fires(body, zone, start):
    """Every second of the three days around, so that a time in a gap is not found at all."""
    wanted, tz = datetime.fromisoformat(body), ZoneInfo(zone)
    middle = wanted.replace(tzinfo=timezone.utc)
    for seconds in range(-36 * 3600, 36 * 3600):
        instant = middle + timedelta(seconds=seconds)
        if instant.astimezone(tz).replace(tzinfo=None) == wanted:
            return [instant] if instant > start else []
    return []


UNITS = {"minute": 60, "hour": 3600, "day": 86400}


def rate_fires(body, start):
    """`from` is the StartDate, which is itself the first firing; then start + n, start + 2 n, … of elapsed time."""
    value, unit = body.split()
    step = timedelta(seconds=int(value) * UNITS[unit.rstrip("s")])
    return [start + index * step for index in range(COUNT)]


# --- the table -------------------------------------------------------------------------------------------------------

# (zone, a moment shortly before a change of its clocks)
CHANGES = [
    ("America/New_York", "2027-03-13T18:00:00Z"),
    ("America/New_York", "2027-11-06T18:00:00Z"),
    ("Europe/Lisbon", "2027-03-27T12:00:00Z"),
    ("Europe/Lisbon", "2027-10-30T12:00:00Z"),
    ("Australia/Lord_Howe", "2027-04-03T00:00:00Z"),
    ("Australia/Lord_Howe", "2027-10-02T00:00:00Z"),
    ("America/Sao_Paulo", "2018-11-03T12:00:00Z"),
    ("America/Sao_Paulo", "2019-02-16T12:00:00Z"),
    ("Pacific/Chatham", "2027-04-03T00:00:00Z"),
    ("Pacific/Apia", "2011-12-29T20:00:00Z"),
    ("Europe/Dublin", "2028-03-25T12:00:00Z"),
    ("America/St_Johns", "2028-11-04T18:00:00Z"),
]
AROUND_CHANGES = [
    "30 1 * * ? *",
    "30 2 * * ? *",
    "0 0 * * ? *",
    "45 23 * * ? *",
    "0/30 0-3 * * ? *",
    "15 * * * ? *",
    "*/20 1,2 * * ? *",
    "59 1 ? * SUN *",
    "0 3 ? * SAT-MON *",
    "15 2 L * ? *",
    "0/7 22-2 ? * 7,1 *",
    "0 12 * * ? *",
]

CALENDAR = [
    "0 0 L * ? *", "0 0 L-1 * ? *", "5 4 L-3 * ? *", "0 0 L-28 2,3 ? *", "0 0 L-30 * ? *", "0 0 LW * ? *",
    "0 0 1W * ? *", "30 6 15W * ? *", "0 0 28W 2 ? *", "0 0 30W * ? *", "0 0 31W * ? *", "0 0 29W FEB ? *",
    "0 9 ? * 1#1 *", "0 9 ? * 2#1 *", "0 9 ? * 6#2 *", "0 9 ? * FRI#3 *", "0 9 ? * sat#4 *", "0 9 ? * MON#5 *",
    "0 9 ? * 1L *", "0 9 ? * 6L *", "0 9 ? * FRIL *", "0 9 ? * SATL *", "0 9 ? * L *", "0 9 ? 2 5L *",
    "0 9 ? * MON-FRI *", "0 9 ? * FRI-MON *", "0 9 ? * 7-2 *", "0 9 ? * 2,4,6 *", "0 9 ? * */2 *", "0 9 ? * 2-6/2 *",
    "0 9 ? * 6-3/2 *", "0 9 ? * SUN,SAT *", "0 9 ? * wed *", "0 9 ? * 3/2 *",
    "0 9 1,15 * ? *", "0 9 1-7 * ? *", "0 9 28-3 * ? *", "0 9 */10 * ? *", "0 9 5/10 * ? *", "0 9 25-5/3 * ? *",
    "0 9 31 * ? *", "0 9 30 * ? *", "0 9 29 2 ? *", "0 9 30 2 ? *", "0 9 31 4,6 ? *",
    "0 0 1 NOV-FEB ? *", "0 0 1 1/3 ? *", "0 0 1 */5 ? *", "0 0 1 JAN,jul ? *", "0 0 10 10-3/2 ? *", "0 0 1 DEC/1 ? *",
    "0 0 1 1 ? 2028", "0 0 1 1 ? 2029,2031-2033", "0 0 1 1 ? 2027/2", "0 0 1 1 ? 2020-2030/4", "0 0 1 1 ? 1999",
    "0 0 1 1 ? */100", "0 12 L 2 ? 2028-2032",
    "0 20-2 * * ? *", "0 22-4/3 * * ? *", "0 */7 * * ? *", "0 5/6 * * ? *", "0 23-0 * * ? *", "0 8,12,18 * * ? *",
    "55-5 6 * * ? *", "50-10/5 6,7 * * ? *", "*/25 10 * * ? *", "5/20 10 * * ? *", "1,10-12,50/5 7 * * ? *",
    "* * * * ? *", "59 23 31 12 ? *", "0 0 1 1 ? *", "0/1 0 * * ? *", "30-30 4 * * ? *",
]
STARTS = [("UTC", "2027-01-01T00:00:00Z"), ("Asia/Kolkata", "2028-02-27T21:15:30Z"), ("America/New_York", "2099-12-30T03:00:00Z")]

AT = [
    ("2027-07-01T08:00:03", "Europe/Lisbon"), ("2027-12-01T08:00:00", "Europe/Lisbon"),
    ("2027-03-28T00:59:59", "Europe/Lisbon"), ("2027-03-28T01:00:00", "Europe/Lisbon"),
    ("2027-03-28T01:59:59", "Europe/Lisbon"), ("2027-03-28T02:00:00", "Europe/Lisbon"),
    ("2027-10-31T00:59:59", "Europe/Lisbon"), ("2027-10-31T01:30:00", "Europe/Lisbon"),
    ("2027-10-31T02:00:00", "Europe/Lisbon"), ("2027-03-14T02:30:00", "America/New_York"),
    ("2027-03-14T03:00:00", "America/New_York"), ("2027-11-07T01:30:00", "America/New_York"),
    ("2027-11-07T02:00:00", "America/New_York"), ("2027-10-03T02:15:00", "Australia/Lord_Howe"),
    ("2027-10-03T02:30:00", "Australia/Lord_Howe"), ("2027-04-04T01:45:00", "Australia/Lord_Howe"),
    ("2027-04-04T02:00:00", "Australia/Lord_Howe"), ("2011-12-30T12:00:00", "Pacific/Apia"),
    ("2028-02-29T23:59:59", "UTC"), ("2027-01-01T00:00:00", "Asia/Kathmandu"),
    ("2018-11-04T00:00:00", "America/Sao_Paulo"), ("2019-02-16T23:15:00", "America/Sao_Paulo"),
    ("2001-01-01T00:00:00", "UTC"),
]
RATES = [
    ("1 minute", "UTC", "2027-01-01T00:00:00Z"), ("7 minutes", "Europe/Lisbon", "2027-03-28T00:45:12Z"),
    ("1 hour", "America/New_York", "2027-11-07T04:30:00Z"), ("1 day", "America/New_York", "2027-03-13T12:34:56Z"),
    ("1 days", "Europe/Lisbon", "2027-10-30T00:30:00Z"), ("36 hours", "Australia/Lord_Howe", "2027-04-03T00:00:00Z"),
    ("31 days", "UTC", "2027-12-15T06:00:00Z"),
]


def shown(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def table():
    for zone, start in CHANGES:
        for body in AROUND_CHANGES:
            yield f"cron({body})", zone, start, cron_fires(body, zone, read(start))
    for zone, start in STARTS:
        for body in CALENDAR:
            yield f"cron({body})", zone, start, cron_fires(body, zone, read(start))
    for body, zone in AT:
        start = "2002-01-01T00:00:00Z"
        yield f"at({body})", zone, start, at_fires(body, zone, read(start))
    for body, zone, start in RATES:
        yield f"rate({body})", zone, start, rate_fires(body, read(start))


def main():
    rows = [json.dumps([expression, zone, start, [shown(fire) for fire in fires]]) for expression, zone, start, fires in table()]
    text = "[\n" + ",\n".join(rows) + "\n]\n"
    if "--check" in sys.argv:
        sys.exit(0 if OUT.read_text() == text else f"{OUT.name} is not what this script makes")
    OUT.write_text(text)
    print(f"{len(rows)} rows in {OUT.name}")


main()
