"""The practice's own files: patients, physios, appointments, payments and shifts as CSV."""
