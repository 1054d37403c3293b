"""Commands for whoever orders the supplies: what to move, what to order, and what would be ordered
if the service level, the lead times or the money were others.
"""

import datetime as dt
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated

import typer

from clinic_assets.cli.commands.lists import Day, Form, listed_day
from clinic_assets.cli.platform.ready import ready
from clinic_assets.cli.shown import CommandFailed, Format, Row, show

if TYPE_CHECKING:
    import pandas as pd
    import sqlalchemy as sa

    from clinic_assets.inventory.ordering.levels import Service

ORDERS = ("location_id", "item", "order_qty", "order_cost", "avoided_stockout_days",
          "order_up_to_qty", "position_qty", "reason")  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(orders)
    app.command()(transfers)
    app.command()(shortages)


def orders(
    day: Day = "today",
    service_level: Annotated[
        float | None,
        typer.Option(min=0.5, max=0.9999, help="Cycles without a stock-out, 0.98 for example."),
    ] = None,
    lead_time: Annotated[
        float, typer.Option(help="So many days more, or less, for each delivery: +7, -2.")
    ] = 0.0,
    budget: Annotated[
        float | None, typer.Option(min=0, help="So much money: what saves most for it comes first.")
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """What to order on a day, and what if; nothing is written."""
    engine = ready()
    from clinic_assets.inventory.ordering import budget as money
    from clinic_assets.inventory.shelves import usual

    asked = listed_day(engine, "mart.reorder_plan", day)
    wanted = _service(usual(), service_level, lead_time)
    plan, as_usual = _planned(engine, asked, wanted), _planned(engine, asked, usual())
    chosen = money.urgent_first(plan) if budget is None else money.within(plan, budget)
    show(_rows(chosen), ORDERS, form, f"To order on {asked}")
    if form is Format.TABLE:
        _tell_sums("These orders", chosen)
        _tell_sums("Usually, without a limit", money.urgent_first(as_usual))


def transfers(day: Day = "today", form: Form = Format.TABLE) -> None:
    """What to move between locations on a day, before anything is ordered."""
    engine = ready()
    from clinic_assets.desk import files

    asked = listed_day(engine, "mart.stock_transfers", day)
    show(files.transfers(engine, asked), files.TRANSFERS, form, f"To move on {asked}")


def shortages(day: Day = "today", form: Form = Format.TABLE) -> None:
    """What the visits booked for the week after a day will lack, by what each of them uses."""
    engine = ready()
    from clinic_assets.desk import files

    asked = listed_day(engine, "mart.stock_for_bookings", day)
    show(files.shortages(engine, asked), files.SHORTAGES, form, f"Lacking after {asked}")


def _service(usual: "Service", level: float | None, later_days: float) -> "Service":
    from dataclasses import replace

    z = usual.z if level is None else NormalDist().inv_cdf(level)
    return replace(usual, z=z, later_days=later_days)


def _planned(engine: "sa.Engine", day: dt.date, service: "Service") -> "pd.DataFrame":
    from clinic_assets.inventory import shelves
    from clinic_assets.warehouse.days import Days
    from clinic_assets.warehouse.sessions import told_plainly

    with told_plainly("mart.reorder_plan"), engine.connect() as connection:
        stock = shelves.stock_of_days(connection, Days(day, day))
    if stock.shelves.empty:
        raise CommandFailed(f"No stock was reported in the 90 days before {day}.")
    return shelves.plan_of(stock, shelves.moved(stock, service), service)


def _rows(plan: "pd.DataFrame") -> list[Row]:
    told = plan[list(ORDERS)].astype(object).where(plan[list(ORDERS)].notna(), None)
    return [{str(name): cell for name, cell in row.items()} for row in told.to_dict("records")]


def _tell_sums(words: str, plan: "pd.DataFrame") -> None:
    unpriced = int(plan["order_cost"].isna().sum())
    without = f" and {unpriced} whose cost is not known" if unpriced else ""
    typer.echo(
        f"{words}: {len(plan)} for {plan['order_cost'].sum():,.2f}{without},"
        f" {plan['avoided_stockout_days'].sum():.1f} days without stock fewer than if ordered at"
        " the next review."
    )
