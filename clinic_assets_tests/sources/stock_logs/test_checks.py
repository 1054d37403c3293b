"""The stock logs are checked as every kind of file is, and for days without one."""

from clinic_assets.sources.stock_logs.checks import CHECKS


def test_every_file_rule_and_completeness_are_there():
    assert [(c.table.fullname, c.name) for c in CHECKS] == [
        ("raw.stock_logs_daily", "files_were_accepted"),
        ("raw.stock_logs_daily", "no_row_in_quarantine"),
        ("raw.stock_logs_daily", "files_are_kept_whole"),
        ("clean.stock_logs_daily", "rows_are_as_written"),
        ("raw.stock_logs_daily", "every_day_was_told"),
    ]
