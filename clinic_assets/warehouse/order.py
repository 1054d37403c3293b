"""The assets upstream first, by what their contracts say they read."""

from collections.abc import Iterable
from graphlib import TopologicalSorter

import dagster as dg

from clinic_assets.warehouse.reach import parents_of


def upstream_first(assets: Iterable[dg.AssetsDefinition]) -> tuple[str, ...]:
    """Names of the assets' tables, each after all tables it reads."""
    names = sorted(".".join(key.path) for asset in assets for key in asset.keys)
    graph = {name: [p for p in parents_of(name) if p in names and p != name] for name in names}
    return tuple(TopologicalSorter(graph).static_order())
