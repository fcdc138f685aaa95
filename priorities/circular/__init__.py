"""The circular (通报) and the brief (专报): drafted of a period, then issued."""
