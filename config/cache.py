"""A cache that is empty, instead of an error, while Redis is away."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _forgiving(method: Callable[..., Any], *, missing: Any) -> Callable[..., Any]:
    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except RedisError as error:
            logger.warning("cache unavailable", extra={"reason": str(error)})
            return missing

    return call


class ForgivingRedisCache(RedisCache):
    """Reads find nothing and writes are lost while Redis is away.

    Only for what may be computed again. A counter that must hold (a limiter)
    needs Redis itself and fails closed, so ``incr`` is left as it is.
    """

    add = _forgiving(RedisCache.add, missing=False)
    set = _forgiving(RedisCache.set, missing=None)
    touch = _forgiving(RedisCache.touch, missing=False)
    delete = _forgiving(RedisCache.delete, missing=False)
    has_key = _forgiving(RedisCache.has_key, missing=False)
    clear = _forgiving(RedisCache.clear, missing=False)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _forgiving(super().get, missing=default)(key, default, version)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return _forgiving(super().get_many, missing={})(keys, version)

    def set_many(
        self, data: Any, timeout: Any = ..., version: int | None = None
    ) -> list[Any]:
        options = {} if timeout is ... else {"timeout": timeout}
        call = _forgiving(super().set_many, missing=list(data))
        return call(data, version=version, **options)
