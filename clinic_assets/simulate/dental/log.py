"""The security log: who opened and changed what. By far the largest table of a practice."""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import seconds, shifted
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dice import Ints, Times


def security_log(scene: Scene, visits: pd.DataFrame, told: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The security log: a line for each change told, and for every screen opened at a visit."""
    past = visits[(visits["start"] <= scene.plan.now - np.timedelta64(1, "h")) & ~visits["is_gone"]]
    at = np.repeat(np.arange(len(past)), scene.plan.log_rows)
    key = past["key"].to_numpy()[at] * 64 + np.tile(np.arange(scene.plan.log_rows), len(past))
    opened = pd.DataFrame(
        {
            "LogDateTime": _around(past["start"].to_numpy()[at], scene, key),
            "PatNum": past["PatNum"].to_numpy()[at],
            "PermType": scene.lots.whole("screen", 1, 7, key),
            "FKey": 0,
            "LogText": "",
            "UserNum": scene.lots.whole("user", 1, 6, key),
        }
    )
    rows = pd.concat([opened, *told]).sort_values("LogDateTime", kind="stable", ignore_index=True)
    return rows.assign(
        SecurityLogNum=scene.number("securitylog", len(rows)),
        CompName=scene.lots.pick(
            "computer", ("FRONT-1", "FRONT-2", "OP-1", "OP-2"), rows["PatNum"]
        ),
    )


def log_lines(
    rows: pd.DataFrame, moment: str, kind: Ints | int, key: str, text: str
) -> pd.DataFrame:
    """What the log says of rows that were changed."""
    return pd.DataFrame(
        {
            "LogDateTime": rows[moment].to_numpy(),
            "PatNum": rows["PatNum"].to_numpy(),
            "PermType": kind,
            "FKey": rows[key].to_numpy(),
            "LogText": text,
            "UserNum": 1 + rows[key].to_numpy() % 6,
        }
    )


def seals(scene: Scene, rows: pd.DataFrame) -> pd.DataFrame:
    """The seal of each line of the log."""
    numbers = rows["SecurityLogNum"].to_numpy()
    spelled = [sha256(b"%d" % number).hexdigest()[:44] for number in numbers.tolist()]
    return pd.DataFrame(
        {
            "SecurityLogHashNum": scene.number("securityloghash", len(rows)),
            "SecurityLogNum": numbers,
            "LogHash": np.array(spelled, dtype=object),
        }
    )


def _around(moment: Times, scene: Scene, key: Ints) -> Times:
    return shifted(moment, seconds(scene.lots.whole("opened", -3600, 3600, key)))
