"""Alembic's entry: runs the versions over the connection that migrate.py hands in."""

from alembic import context

from clinic_assets.warehouse.contracts import SCHEMAS, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    include_name=lambda name, kind, parents: kind != "schema" or name in SCHEMAS,
    version_table_schema="ops",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
