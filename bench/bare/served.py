"""How gunicorn serves the bare page: as many processes and threads as the program has, no more."""

workers = 2
threads = 4
worker_class = "gthread"
control_socket_disable = True
loglevel = "warning"
