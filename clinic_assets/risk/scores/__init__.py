"""What is foretold: a declaration for each score, with its label, its moments and its features."""
