"""Can it start at all? Whatever is in the way is told in one sentence."""

import os
import shutil
import socket
from pathlib import Path
from typing import Final

import psycopg
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from config.processes import FileLock, StartError

DISK_NEEDED: Final = 500 * 1024 * 1024


def require_writable(var: Path) -> None:
    probe = var / f".probe-{os.getpid()}"
    try:
        (var / "logs").mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"0" * 4096)
        probe.unlink()
    except OSError as error:
        raise StartError(
            f"无法写入数据目录 {var}({error.strerror})，请检查权限，"
            "或用 ANWANG_VAR 另选目录。",
            f"Cannot write to the data folder {var} ({error.strerror}): check its "
            "permissions, or choose another one with ANWANG_VAR.",
        ) from error


def require_space(var: Path, *, needed: int = DISK_NEEDED) -> None:
    free = shutil.disk_usage(var).free
    if free < needed:
        have, want = free // 2**20, needed // 2**20
        raise StartError(
            f"磁盘空间不足：{var} 只剩 {have} MB，至少需要 {want} MB。",
            f"The disk is full: {var} has {have} MB left, at least {want} MB are "
            "needed.",
        )


def require_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise StartError(
                f"端口 {port} 已被占用或不可用，请换一个，例如："
                f"ANWANG_PORT={port + 1} make up。",
                f"Port {port} on {host} is taken or not allowed; choose another "
                f"one, for instance: ANWANG_PORT={port + 1} make up.",
            ) from error


def require_database(name: str, database: dict[str, object]) -> None:
    """A given database must answer now; the sentence never shows a password."""
    try:
        psycopg.connect(
            host=str(database["HOST"]) or None,
            port=str(database["PORT"]) or None,
            user=str(database["USER"]) or None,
            password=str(database["PASSWORD"]) or None,
            dbname=str(database["NAME"]),
            connect_timeout=5,
        ).close()
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise StartError(
            f"连不上 {name} 指定的数据库，请检查主机、库名、用户和密码。",
            f"The database in {name} does not answer as expected: {reason}",
        ) from error


def require_databases() -> None:
    if settings.EMBEDDED_DATABASE:
        return
    require_database("DATABASE_URL", settings.APP_DATABASE)
    if not os.environ.get("DATABASE_OWNER_URL"):
        raise StartError(
            "已设置 DATABASE_URL，还须用 DATABASE_OWNER_URL 指定建表用的属主角色。",
            "DATABASE_URL is set; DATABASE_OWNER_URL must name the owner role that "
            "migrates.",
        )
    require_database("DATABASE_OWNER_URL", settings.OWNER_DATABASE)


def warning_of_redis() -> str:
    """Without Redis the platform works, only later; so it starts."""
    if settings.EMBEDDED_REDIS:
        return ""
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2) as redis:
            redis.ping()
    except RedisError:
        return (
            "REDIS_URL 指定的 Redis 没有应答，提醒和预警将在其恢复后补发。 / "
            "The Redis in REDIS_URL does not answer; alerts catch up when it does."
        )
    return ""


def require_alone(lock: FileLock, var: Path) -> None:
    """One ``make up`` for each ``var/``; the lock goes with the process."""
    if not lock.take():
        raise StartError(
            f"数据目录 {var} 已有一个 make up 在运行，请先停止它，"
            "或用 ANWANG_VAR 另选目录。",
            f"Another make up already uses {var}: stop it, or choose another folder "
            "with ANWANG_VAR.",
        )
