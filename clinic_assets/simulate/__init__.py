"""A physiotherapy clinic that never was, and the files its systems would have dropped.

Here: everything that makes up the clinic (`plan`, `people`, `roster`, `bookings`, `outcomes`,
`payments`, `stock`) and what turns it into folders of CSV files (`slices`, `files`).
In `dental`: another clinic that never was, a dental practice in a MariaDB.
Not here: anything that reads those files; this room knows nothing of the other rooms.
"""

from clinic_assets.simulate.files import Layout, write_clinic
from clinic_assets.simulate.plan import SAMPLE, ClinicPlan
from clinic_assets.simulate.world import World, simulate

__all__ = ["SAMPLE", "ClinicPlan", "Layout", "World", "simulate", "write_clinic"]
