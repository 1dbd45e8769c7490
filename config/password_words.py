"""Django's rules of passwords, in sentences of our own."""

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.utils.translation import gettext as _


class NotLikeTheAccount(UserAttributeSimilarityValidator):
    """Not like the user name, the name or the e-mail of the account."""

    def get_error_message(self) -> str:
        return _("The password is too much like the %(verbose_name)s.")

    def get_help_text(self) -> str:
        return _("The password must not be like the user name or the full name.")
