"""Three tables that are the same at every run: few values, many NULLs and ties, so that joins and groups have work."""

import datetime
import random

COLUMNS = {
    "people": "id INT, dept STRING, salary DECIMAL(10,2), hired DATE, score DOUBLE, boss INT",
    "sales": "id BIGINT, person INT, day DATE, at TIMESTAMP, amount DECIMAL(12,3), qty INT, note STRING, paid BOOLEAN",
    "pairs": "a INT, b INT, s STRING",
}


def statements(options=""):
    """CREATE and INSERT of every table; `options` stands behind the columns, with {name} for the table's name."""
    draw = random.Random(20260101)
    rows = {
        "people": [person(draw, n) for n in range(1, 25)],
        "sales": [sale(draw, n) for n in range(1, 61)],
        "pairs": [[maybe(draw, str(draw.randint(0, 3))), maybe(draw, str(draw.randint(0, 3))),
                   maybe(draw, text(draw.choice(["", "a", "A", "ab", "b ", "ü"])))] for _ in range(30)],
    }
    for name, columns in COLUMNS.items():
        yield f"CREATE TABLE {name} ({columns}) {options.format(name=name)}".strip()
        values = ", ".join(f"({', '.join(row)})" for row in rows[name])
        yield f"INSERT INTO {name} VALUES {values}"


def person(draw, number):
    salary = f"{draw.randint(100, 900) * 10}.{draw.choice(['00', '50', '05'])}"
    return [str(number), maybe(draw, text(draw.choice(["ops", "dev", "hr"]))), maybe(draw, salary),
            maybe(draw, day(draw)), maybe(draw, f"CAST({draw.randint(-40, 40) / 8} AS DOUBLE)"),
            maybe(draw, str(draw.randint(1, 24)))]


def sale(draw, number):
    moment = f"{2024}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02} {draw.randint(0, 23):02}:{draw.randint(0, 59):02}:07"
    amount = f"{draw.choice(['', '-'])}{draw.randint(0, 999)}.{draw.randint(0, 999):03}"
    note = text(draw.choice(["red apple", "Green-Pear", "  plum ", "100%", "a_b", "", "12", "1.5"]))
    return [str(number), maybe(draw, str(draw.randint(1, 30))), maybe(draw, day(draw)),
            maybe(draw, f"TIMESTAMP'{moment}'"), maybe(draw, amount), maybe(draw, str(draw.randint(-2, 9))),
            maybe(draw, note), maybe(draw, draw.choice(["true", "false"]))]


def maybe(draw, value):
    return "NULL" if draw.random() < 0.15 else value


def text(value):
    return f"'{value}'"


def day(draw):
    return f"DATE'{datetime.date(2020, 1, 1) + datetime.timedelta(days=draw.randint(0, 1800))}'"
