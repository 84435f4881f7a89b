"""Files that are downloaded once, checked, and kept: MNIST, and what the classroom page carries."""

import os
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from neurons.errors import FileError

TIMEOUT = (10, 30)  # seconds: to connect, and for the next piece to arrive


def downloaded(
    what: str,
    sha256: Mapping[str, str],
    mirrors: Sequence[str],
    subfolder: str,
    advice: str,
    cache: str | os.PathLike[str] | None = None,
) -> dict[str, str]:
    """{name: path} of files in the cache, by their SHA-256 sums; those that are missing or wrong there are fetched.

    The cache is the folder `cache`, or what NEURONS_CACHE names, or the user's cache folder; the files lie in its
    `subfolder`. One mirror after the other is tried. Raises `FileError` where none has them, or the folder cannot
    be written to: `what` is missing, and the `advice` says what to do instead.
    """
    try:
        import pooch
        from requests import RequestException
    except ImportError:
        raise FileError(
            f"{what} is not on this machine, and without the package pooch it cannot be downloaded: {advice}"
        ) from None

    cache = cache or os.environ.get("NEURONS_CACHE") or pooch.os_cache("neurons")
    folder = os.path.join(os.path.expanduser(cache), subfolder)
    downloader = pooch.HTTPDownloader(progressbar=True, chunk_size=2**16, timeout=TIMEOUT)
    failures = []
    for mirror in mirrors:
        try:
            # Fetches to a temporary name and renames once the checksum is right; a right file is not fetched again.
            return {
                name: pooch.retrieve(mirror + name, checksum, name, folder, downloader=downloader)
                for name, checksum in sha256.items()
            }
        except (RequestException, ValueError) as error:  # ValueError: pooch's word for a wrong checksum
            failures.append(f"{urlsplit(mirror).netloc}: {_reason(error)}")
        except OSError as error:
            raise FileError(
                f"{what} cannot be kept in the cache folder {folder} ({error.strerror or error}): "
                f"name another folder in NEURONS_CACHE, or {advice}"
            ) from None
    raise FileError(f"{what} is not on this machine and could not be downloaded ({'; '.join(failures)}): {advice}")


def _reason(error: Exception) -> str:
    """Why a download failed, in a few words."""
    from requests import ConnectionError, HTTPError, Timeout
    from requests.exceptions import ChunkedEncodingError, RequestException

    if isinstance(error, HTTPError) and error.response is not None:
        return f"answered {error.response.status_code}"
    if isinstance(error, ChunkedEncodingError):
        return "the file broke off"
    if isinstance(error, Timeout):
        return "no answer in time"
    if isinstance(error, ConnectionError):
        return "no connection"
    return type(error).__name__ if isinstance(error, RequestException) else "wrong checksum"
