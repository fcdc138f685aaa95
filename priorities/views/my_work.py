"""Being built."""


def my_work(request, **kwargs):
    raise NotImplementedError
