"""A dental practice that never was, in a MariaDB with the tables of OpenDental.

Here: what makes up the practice (`plan`, `people`, `roster`, `diary`, `fates`, `appointments`,
`procedures`, `insurance`, `desk`, `records`, `care`, `dirt`), how it becomes rows (`chapters`,
`rows`, `schema`, `writing`), what was true (`truth`, `kpis`), how it goes on (`living`), and how
any other schema is filled (`filling`).
Not here: anything that reads those tables for the platform; this room knows no other room.
"""

from clinic_assets.simulate.dental.filling import fill_like_real
from clinic_assets.simulate.dental.living import Lived, live
from clinic_assets.simulate.dental.plan import DentalPlan
from clinic_assets.simulate.dental.truth import Truth
from clinic_assets.simulate.dental.writing import write_practice

__all__ = ["DentalPlan", "Lived", "Truth", "fill_like_real", "live", "write_practice"]
