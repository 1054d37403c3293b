"""The stock logs are checked as every kind of file is, and for days without one."""

from clinic_assets.sources.stock_logs.checks import CHECKS


def test_every_file_rule_and_completeness_are_there():
    rules = [
        ("raw", "files_were_accepted"),
        ("raw", "no_row_in_quarantine"),
        ("raw", "files_are_kept_whole"),
        ("clean", "rows_are_as_written"),
    ]
    things = ("daily", "items", "locations", "orders", "service_items")
    assert [(c.table.fullname, c.name) for c in CHECKS] == [
        *((f"{schema}.stock_logs_{thing}", rule) for thing in things for schema, rule in rules),
        ("raw.stock_logs_daily", "every_day_was_told"),
    ]
