"""Sign in by user name or by phone number."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password

from accounts import services
from accounts.models import User


class UsernameOrPhoneBackend(ModelBackend):
    """Find the one user whom a user name or a mobile number names.

    What a user may do to tenants' rows is answered by ``grids.access`` alone;
    Django's own model permissions serve only the admin.
    """

    def authenticate(
        self,
        request: Any,
        username: str | None = None,
        password: str | None = None,
        **_credentials: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        user = services.user_named(username)
        if user is None:
            # The same time for an unknown name as for a wrong password.
            make_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.is_in_service)

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("tenant").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
