"""How a dropped file becomes rows of text and then typed rows, or a refusal that says what to
do.
"""
