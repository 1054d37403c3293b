"""The definitions of stock health and of demand.

models/inventory_health.sql and forecast.py compute them, in these words.
"""

from clinic_assets.warehouse.measures import Measure

GRAIN = "day x clinic x location x item"

WINDOW_DAYS = 90
STALE_AFTER_DAYS = 3
MAX_STOCK_DAYS = 90
BOOKED_DAYS = 7
STATUSES = ("STALE", "STOCKOUT", "NO_DEMAND", "CRITICAL", "WARNING", "OVERSTOCK", "GOOD")


def _of(measure_id: str, words: str, formula: str, unit: str) -> Measure:
    return Measure(measure_id, words, formula, unit, GRAIN)


MEASURES = {
    m.id: m
    for m in (
        _of("current_stock", "Counted at the last report", "closing_qty of that report", "items"),
        _of(
            "burn_rate",
            "Daily use while there was stock, days that ended without stock left out",
            "issued on days in stock / days in stock, 90 days",
            "items per day",
        ),
        _of(
            "burn_rate_raw",
            "Daily use as reported, stock-outs included",
            "issued / reported days, 90 days",
            "items per day",
        ),
        _of("days_in_stock", "Reported days that ended with stock", "count, 90 days", "days"),
        _of(
            "is_low_confidence", "Too few days in stock to trust the rate", "days_in_stock < 14",
            "yes/no",
        ),
        _of("lead_time_days", "From order to delivery", "of the last report that says it", "days"),
        _of(
            "days_remaining",
            "How long the stock lasts; null when nothing is used",
            "current_stock / burn_rate",
            "days",
        ),
        _of(
            "status",
            "STALE no report for more than 3 days; STOCKOUT nothing left; NO_DEMAND nothing used;"
            " CRITICAL lasts shorter than the lead time; WARNING shorter than twice; OVERSTOCK more"
            " than both the order-up-to level and 90 days of use; else GOOD",
            "first that applies, in this order",
            "word",
        ),
        _of(
            "reorder_qty",
            "What to order now, in whole packs",
            "max(0, burn_rate * (L + R) + z * sqrt(L + R) * spread - current_stock), rounded up",
            "items",
        ),
        _of("last_report_day", "Day of the last report", "latest day in the window", "date"),
        _of(
            "mean_per_day",
            "Demand to expect in the three weeks ahead, hidden days left out; what orders need",
            "by the named method from whole weeks, at most 104, until as_of",
            "items per day",
        ),
        _of(
            "low_per_day",
            "Eight of ten times demand is between this and high_per_day; null: too little past",
            "mean_per_day - the 80 % quantile of past errors of like levels, at least 0",
            "items per day",
        ),
        _of(
            "high_per_day",
            "The upper end of the same interval",
            "mean_per_day + the 80 % quantile of past errors of like levels",
            "items per day",
        ),
        _of(
            "spread_per_day",
            "How much a day's demand varies; what safety stock is made of",
            "sd of the last 26 known weeks around mean_per_day, as one day's; at least that of"
            " random calls",
            "items per day",
        ),
        _of(
            "backtest_error",
            "How far the method was off on this item's own past; null: too little past",
            "mean of |mean demand of three weeks - forecast before them|",
            "items per day",
        ),
        _of(
            "seed_error",
            "How far the mean of all history was off on the same weeks",
            "mean of |mean demand of three weeks - mean until then|",
            "items per day",
        ),
        _of(
            "weeks_known",
            "Weeks whose demand is known: with stock and reports on two days or more",
            "count, 104 weeks",
            "weeks",
        ),
        _of(
            "usable_qty",
            "What has not expired, the soonest having gone first",
            "current_stock - delivered lots past their day, as far as they are still there",
            "items",
        ),
        _of(
            "expiring_qty",
            "What nobody will have used by its last day",
            "sum over usable lots, soonest first, of what daily_demand leaves until their day",
            "items",
        ),
        _of(
            "on_order_qty",
            "Ordered within a year and not come by the day",
            "sum of quantity of open orders; 0 without a list of orders",
            "items",
        ),
        _of(
            "daily_demand",
            "The demand that is planned for",
            "mean_per_day of the forecast, burn_rate where there is none",
            "items per day",
        ),
        _of(
            "daily_spread",
            "How much a day's demand varies",
            "spread_per_day of the forecast, root of burn_rate where there is none",
            "items per day",
        ),
        _of(
            "lead_time_spread",
            "How much deliveries vary; 0 where the lead time is only declared",
            "sd of the deliveries that lead_time_days is the mean of",
            "days",
        ),
        _of(
            "safety_stock_qty",
            "Held against chance",
            "z * sqrt((L + R) * daily_spread^2 + daily_demand^2 * lead_time_spread^2)",
            "items",
        ),
        _of(
            "reorder_point_qty",
            "Below it an order is due before the next review",
            "daily_demand * L + z * sqrt(L * daily_spread^2 + daily_demand^2 * lead_time_spread^2)"
            " + 1",
            "items",
        ),
        _of(
            "order_up_to_qty",
            "What an order fills up to",
            "daily_demand * (L + R) + safety_stock_qty + 1; 0 where nothing is used",
            "items",
        ),
        _of(
            "position_qty",
            "What an order may count on",
            "usable_qty - what of it expires unused within L + R + on_order_qty + transfer_in_qty"
            " - transfer_out_qty",
            "items",
        ),
        _of(
            "order_qty",
            "What to order; null where a silent site or an unknown lead time leaves it open",
            "max(0, order_up_to_qty - position_qty), in whole packs, at least the least order",
            "items",
        ),
        _of(
            "avoided_stockout_days",
            "Days without stock that an order now saves over one at the next review",
            "sum over days t from L + 1 to L + R of the chance that demand of t days reaches"
            " position_qty, demand taken as normal",
            "days",
        ),
        _of(
            "seed004_qty",
            "What the inventory seed's thirty days would order, for comparison",
            "max(0, burn_rate_raw * 30 - current_stock)",
            "items",
        ),
        _of(
            "visits_week",
            "Visits of the seven days ahead that use the item, booked and not cancelled by the"
            " evening",
            "count",
            "visits",
        ),
        _of(
            "needed_tomorrow_qty",
            "What tomorrow's visits will use",
            "sum of the quantities of any visit, of the visit's type and of its procedures",
            "items",
        ),
        _of(
            "needed_week_qty",
            "What the visits of the seven days ahead will use",
            "the same sum, seven days",
            "items",
        ),
        _of(
            "short_tomorrow_qty",
            "What will be lacking tomorrow if nothing comes",
            "max(0, needed_tomorrow_qty - usable_qty of all locations)",
            "items",
        ),
        _of(
            "short_week_qty",
            "What will be lacking within seven days if nothing comes",
            "max(0, needed_week_qty - usable_qty of all locations)",
            "items",
        ),
    )
}  # fmt: skip
