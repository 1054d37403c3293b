"""What is typed: one function for each command, which says what happened or what is wrong."""
