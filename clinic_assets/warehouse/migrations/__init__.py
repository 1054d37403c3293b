"""The schema's history. Each version is written once and never changed after it was released."""
