"""What gunicorn serves. It refuses to serve behind broken walls: gunicorn by itself runs no checks."""

import os

from django.core.wsgi import get_wsgi_application

from config.checks import refuse_what_is_broken

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
refuse_what_is_broken()
