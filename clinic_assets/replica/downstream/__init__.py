"""What a copy is to those who read it: indexes, the days that its changes reach, what it holds.

Nothing that copies imports this.
"""
