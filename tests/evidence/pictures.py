"""Pictures and things that pretend to be pictures, made for the tests."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(
    width: int = 320, height: int = 240, *, kind: str = "JPEG", **given: Any
) -> bytes:
    """A picture whose four quarters differ, so that a turn shows."""
    mode = given.pop("mode", "RGB")
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 200, 30), (width // 2, 0, width, height // 2))
    image.paste((30, 30, 200), (0, height // 2, width // 2, height))
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, kind, **given)
    return buffer.getvalue()


def moving(kind: str, frames: int) -> bytes:
    first, *rest = [Image.new("RGB", (80, 80), (n % 256, 0, 0)) for n in range(frames)]
    buffer = io.BytesIO()
    first.save(buffer, kind, save_all=True, append_images=rest, duration=50)
    return buffer.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises width × height pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"x" * 99)


def zipped_png(edge: int) -> bytes:
    """A real PNG of one colour: small to send, large to decode."""
    line = b"\0" * (edge * 3 + 1)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(line) for _ in range(edge)) + packer.flush()
    header = struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def huge_webp(edge: int) -> bytes:
    stream = b"\x2f" + struct.pack("<I", (edge - 1) | ((edge - 1) << 14)) + b"\0" * 99
    body = b"WEBPVP8L" + struct.pack("<I", len(stream)) + stream
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def with_exif(*, orientation: int = 1, taken: str = "2026:03:02 10:20:30") -> bytes:
    """A JPEG that says how it was held, when and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretPhoneMaker"
    exif.get_ifd(0x8769)[0x9003] = taken
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (33.0, 10.0, 30.0)
    gps[3], gps[4] = "E", (115.0, 37.0, 12.0)
    return picture(exif=exif, comment=b"SecretComment")


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"
MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\0" * 200
ZIP = b"PK\x03\x04" + b"\0" * 200
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 200 200\nshowpage\n"
