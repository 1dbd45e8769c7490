"""How passwords are kept, and the floor below which no bureau's own rules go."""

from typing import Any, Final

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION: Final = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: Final[list[dict[str, Any]]] = [
    {
        "NAME": "config.password_words.NotLikeTheAccount",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
