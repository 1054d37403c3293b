"""The operations data platform of a clinic. Start reading at definitions.py; each folder is a
room.
"""

import warnings

# Each beta API of the pinned Dagster that we use is guarded by a test (test_dagster_contract.py);
# a warning per asset and process would only hide the ones that matter.
warnings.filterwarnings("ignore", message=".*is currently in (beta|preview).*")
