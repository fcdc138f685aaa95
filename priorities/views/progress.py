"""Being built."""


def report(request, **kwargs):
    raise NotImplementedError


def unchanged(request, **kwargs):
    raise NotImplementedError


def accept(request, **kwargs):
    raise NotImplementedError


def send_back(request, **kwargs):
    raise NotImplementedError


def withdraw(request, **kwargs):
    raise NotImplementedError


def evidence(request, **kwargs):
    raise NotImplementedError
