"""Being built."""


def actions(request, **kwargs):
    raise NotImplementedError
