"""Validate and convert what people send, and nothing else; the models keep the rules.

One module per page group; ``fields`` holds what they share.
"""
