"""The door of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from config.patience import limit_statements
from config.serving import refuse_unsafe_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
limit_statements()
refuse_unsafe_role()
