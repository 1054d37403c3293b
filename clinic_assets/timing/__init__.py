"""When: the one daily partition, schedules and sensors, on one screen each."""
