"""Which rows of the quarantine still wait: the one place that says so, as SQL about a row `bad`."""

COUNTS = """
    exists (
        select from ops.file_ledger as version
        where version.is_current and version.source = bad.source
            and version.sha256 = bad.source_sha256
    )
"""
"""Its file is the version that counts: nothing newer was let in under that name."""

STATE = f"""
    case
        when bad.corrected_at is not null then 'let in'
        when {COUNTS} then 'waiting'
        else 'closed: a newer version of the file counts'
    end
"""
