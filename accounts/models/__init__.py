"""People who sign in, how they prove it, and the rules of that."""

from accounts.models.factors import RecoveryCode, SecondFactor
from accounts.models.people import (
    LIKE_A_PHONE,
    ApiToken,
    SignInAttempts,
    User,
    phone_is_mobile,
    username_is_no_phone,
    username_is_plain,
)
from accounts.models.rules import SecurityRules
from accounts.models.sessions import FormerPassword, UserSession

__all__ = [
    "LIKE_A_PHONE",
    "ApiToken",
    "FormerPassword",
    "RecoveryCode",
    "SecondFactor",
    "SecurityRules",
    "SignInAttempts",
    "User",
    "UserSession",
    "phone_is_mobile",
    "username_is_no_phone",
    "username_is_plain",
]
