"""The WSGI application; it refuses to start on a database that may forget what it committed (K11), and warms up reading."""

import os

from django.core.wsgi import get_wsgi_application

from guanhao.core import durability
from guanhao.screening import warming

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
application = get_wsgi_application()
durability.require()
warming_up = warming.in_background()
