"""Demand from reports: what is known of it, simple methods, their back-test, and intervals."""
