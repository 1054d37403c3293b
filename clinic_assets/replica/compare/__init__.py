"""Which parts of a copy differ from their source, by checksums, and bringing these again."""
