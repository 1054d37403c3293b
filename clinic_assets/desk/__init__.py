"""What a person gets: priorities, reminders, the procurement list. Reads all rooms, nobody reads
it.
"""
