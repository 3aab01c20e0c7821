"""Values of Python, arrow and DuckDB in the form in which `sandbar sql --format jsonl` prints them."""

import base64
import datetime
import decimal
import math


def plain(value):
    """One value: decimals and moments are texts, binary is base64, a map or struct is an object."""
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return moment(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list) and value and all(isinstance(item, tuple) and len(item) == 2 for item in value):
        return {str(key): plain(item) for key, item in value}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def moment(value):
    """A timestamp in UTC, without the fraction's trailing zeros."""
    if value.tzinfo:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    text = value.isoformat(sep=" ")
    return text.rstrip("0") if "." in text else text


def in_order(rows):
    """Rows as lists of plain values, sorted by what they look like: tables have no order."""
    return sorted(([plain(value) for value in row] for row in rows), key=repr)
