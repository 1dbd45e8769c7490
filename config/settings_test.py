"""The settings of ``make test``: the same, for tests."""

import os

os.environ["ANWANG_MODE"] = "test"

from config.settings import *

# Argon2 is slow on purpose; one test asks for it by name.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Every test client builds the middleware anew: looking for a file when it is asked
# for costs less than listing all of them, two tenths of a second each time.
WHITENOISE_AUTOREFRESH = True
