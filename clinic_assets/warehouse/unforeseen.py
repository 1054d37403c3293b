"""What may be said of an error that nobody foresaw: its kind and place, never its text."""


def place_of(error: BaseException) -> str:
    """The innermost function and line. The error's own text may hold a patient's data."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"


def plainly(error: BaseException) -> str:
    """What our own errors say; of any other its kind and place, and what to do."""
    if type(error).__module__.startswith("clinic_assets"):
        return " ".join(str(error).split())
    return f"Unforeseen {type(error).__name__} at {place_of(error)}. Run `clinic doctor`."
