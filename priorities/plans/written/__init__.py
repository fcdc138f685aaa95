"""Limits of time, percents, units and quantities as people write them: words in, values out."""
