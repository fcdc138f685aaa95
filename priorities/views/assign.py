"""Being built."""


def assign(request, **kwargs):
    raise NotImplementedError


def bulk_assign(request, **kwargs):
    raise NotImplementedError
