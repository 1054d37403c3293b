"""The shared clinic model: dimensions and facts, whatever source they came from."""
