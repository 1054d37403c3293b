"""Bookings, show rates and utilisation, per day and practitioner."""
