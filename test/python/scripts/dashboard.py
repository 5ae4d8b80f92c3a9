"""Serves optuna-dashboard for the journal given on 127.0.0.1, prints the port, and ends with its input."""

import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

from optuna_dashboard import wsgi
from optuna_dashboard._storage_url import get_storage


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


server = make_server("127.0.0.1", 0, wsgi(get_storage(sys.argv[1])), handler_class=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
