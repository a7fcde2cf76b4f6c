"""Reading and writing whole files: the only place that opens a file to write. Imports nothing of the project."""
import errno
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:                                           # slow to load, and most programs read no file
    from pathlib import Path

Name = str | os.PathLike


def as_path(path: Name) -> "Path":
    """A path. TypeError for what is neither a text nor a path, ValueError for an empty one."""
    from pathlib import Path
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"a path is a str or an os.PathLike such as pathlib.Path, got {path!r:.60}")
    name = os.fspath(path)
    if not name or "\0" in str(name):
        raise ValueError(f"{name!r} is no path: name a file or a folder")
    return Path(path)


def write_file(path: Name, data: bytes | str) -> "Path":
    """Write a file so that at any moment, also after a crash, the old or the new one is there, whole.

    The data go to a new file of a random name in the same folder, which then takes the path's place. It keeps the mode
    of the file that it replaces; a new one has what the umask leaves. Text is written as UTF-8. A symbolic link stays,
    and the file that it leads to is replaced.

    Returns:
        The path.

    Raises:
        FileNotFoundError: there is no such folder. PermissionError: the file may not be written.
        ValueError: the path is a folder, a device, a pipe or a socket.

    >>> import tempfile
    >>> write_file(tempfile.mkdtemp() + "/note.txt", "1 + 1 = 2").read_bytes()
    b'1 + 1 = 2'
    """
    content = data.encode() if isinstance(data, str) else data
    replaced = check_writable(path)
    target = as_path(os.path.realpath(path))
    part = target.with_name(f".{os.urandom(12).hex()}.part")
    try:
        _write_new(part, content, replaced)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return as_path(path)


def check_writable(path: Name) -> os.stat_result | None:
    """The status of the file that `write_file` would replace, None for a new one; raises as `write_file` does."""
    folder = as_path(os.path.realpath(as_path(path))).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder} for {as_path(path).name}: make it first")
    found = _status(path)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(f"{folder} is write-protected: name a file in another folder, or allow writing to it")
    if found is not None and not os.access(path, os.W_OK):
        raise PermissionError(f"{path} is write-protected: name another file, or allow writing to it")
    return found


def check_readable(path: Name) -> None:
    """FileNotFoundError if there is no such file; ValueError for a folder, a device, a pipe or a socket."""
    if _status(as_path(path)) is None:
        raise FileNotFoundError(f"there is no file {path}")


def _status(path: Name) -> os.stat_result | None:
    """The status of the regular file that a path leads to; None if nothing is there, ValueError for anything else."""
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISDIR(found.st_mode):
        raise ValueError(f"{path} is a folder: name a file in it")
    if not stat.S_ISREG(found.st_mode):
        raise ValueError(f"{path} is not a regular file but a device, a pipe or a socket: name another file")
    return found


def _write_new(path: "Path", content: bytes, like: os.stat_result | None) -> None:
    """Create a file, never following a link, with the owner and mode of another one if that is given."""
    mode = 0o666 if like is None else like.st_mode & 0o777
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        if like is not None and hasattr(os, "fchown"):
            with suppress(OSError):                         # an administrator's writing leaves the file to its user
                os.fchown(file.fileno(), like.st_uid, like.st_gid)
            os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        try:
            os.fsync(file.fileno())
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):            # of file systems that cannot
                raise
