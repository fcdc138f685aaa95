"""Walks every address that carries a plan, as a role, and gathers what is answered there."""

from django.test import Client

from .address_book import ADDRESSES, Address, arguments_of, values_of
from .district import District


def of_a_plan(district: District) -> list[Address]:
    """The addresses that carry the district's plan, and those of the panel for what is in it."""
    arguments = arguments_of(district)
    return [a for a in ADDRESSES if {"slug", "source"} & set(arguments[a.arguments])]


def of_rows(district: District, *models: str) -> list[Address]:
    """The addresses of the panel for single rows of these models."""
    return [a for a in ADDRESSES if a.arguments in {f"of:{model}" for model in models}]


def asked(person, address: Address, district: District, method: str, path: str = ""):
    client = Client()
    client.force_login(person)
    values = values_of(address.name, district) if method == "POST" else None
    return getattr(client, method.lower())(path or address.url(district), values)
