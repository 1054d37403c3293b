"""Shelves, lots and places of the days asked for, from the warehouse, and what is made of them:
transfers first, then the orders that are left.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import sqlalchemy as sa

from clinic_assets.inventory.ordering import moving
from clinic_assets.inventory.ordering.expiry import lots_on_hand
from clinic_assets.inventory.ordering.levels import Service, levels, ordered
from clinic_assets.inventory.ordering.reason import reasons
from clinic_assets.inventory.tables import plan
from clinic_assets.settings import settings
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.frames import frame_of
from clinic_assets.warehouse.sql_models import model_text

ORDER_DAYS = 365
"""Orders older than a year are not expected any more, nor do their lead times count."""
SHELVES, LOTS = (model_text(__file__, name) for name in ("shelves", "lots"))
PLACES = """
    select clinic_id, location_id, day, latitude::float, longitude::float
    from core.location_version
    where day <= :last_day
    order by clinic_id, location_id, day, source desc
"""
TRANSFERS = """
    select clinic_id, day, item, from_location_id, to_location_id, quantity::float
    from mart.stock_transfers
    where day between :first_day and :last_day
"""


@dataclass(frozen=True)
class Stock:
    """What is known of the stock on the days asked for."""

    shelves: pd.DataFrame
    lots: pd.DataFrame
    places: pd.DataFrame


def usual() -> Service:
    """What the clinic's settings ask of ordering."""
    return Service(settings().service_z, settings().review_days)


def stock_of_days(connection: sa.Connection, days: Days) -> Stock:
    """Read the shelves, what lies on them by expiry, and where they are."""
    span = {"first_day": days.first, "last_day": days.upper}
    bound = {**span, "order_days": ORDER_DAYS, "pack_size": settings().pack_size}
    shelves = _frame(connection, SHELVES, bound)
    delivered = _frame(connection, LOTS, bound)
    place = shelves[moving.SHELF].assign(shelf=np.arange(len(shelves)))
    lots = delivered.merge(place, on=moving.SHELF)
    on_hand = lots_on_hand(lots, shelves["current_stock"].to_numpy(float))
    return Stock(shelves, on_hand, _frame(connection, PLACES, bound))


def transfers_of_days(connection: sa.Connection, days: Days) -> pd.DataFrame:
    """What moves between locations on each day, by the clinic's settings."""
    moves = moved(stock_of_days(connection, days), usual())
    return moves.round({"distance_km": 3})


def plan_of_days(connection: sa.Connection, days: Days) -> pd.DataFrame:
    """What each shelf orders on each day, by the clinic's settings, after the day's transfers."""
    span = {"first_day": days.first, "last_day": days.upper}
    moves = _frame(connection, TRANSFERS, span)
    planned = plan_of(stock_of_days(connection, days), moves, usual())
    return planned[[column.name for column in plan.columns]]


def moved(stock: Stock, service: Service) -> pd.DataFrame:
    """The transfers that this stock allows."""
    return moving.moves_of(levels(stock.shelves, stock.lots, service), stock.lots, stock.places)


def plan_of(stock: Stock, moves: pd.DataFrame, service: Service) -> pd.DataFrame:
    """What each shelf orders when these transfers have moved."""
    told = levels(stock.shelves, stock.lots, service)
    planned = ordered(told, moving.moved_by_shelf(told, moves), service)
    return planned.assign(reason=reasons(planned)).round(3)


def _frame(connection: sa.Connection, text: str, bound: Mapping[str, object]) -> pd.DataFrame:
    used = {name: value for name, value in bound.items() if f":{name}" in text}
    return frame_of(connection.execute(sa.text(text), used))
