"""Who polls: one process per store, decided by a lock of the kernel.

Knows nothing of what is in the store.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock


class PollingLock:
    """The right to poll for one store; the kernel frees it when its process dies."""

    def __init__(self, path: Path | None) -> None:
        """``path`` is the store's file; None, in memory, has nobody to share with."""
        self._path = path
        self._lock: BaseFileLock | None = None

    def try_acquire(self) -> bool:
        """Whether this process polls now; does not wait.

        Where the lock can't be written, the store runs in memory and has nobody to
        share with either.
        """
        if self._path is None:
            return True
        if self._lock is None:
            # 30 ms to import, which the first paint need not wait for.
            from filelock import FileLock

            self._lock = FileLock(
                self._path.with_name(self._path.name + ".lock"),
                mode=0o600,
                # Acquired and released from whichever thread comes.
                thread_local=False,
            )
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(blocking=False)
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def release(self) -> None:
        """Let another process poll; nothing happens if this one did not."""
        if self._lock is not None and self._lock.is_locked:
            self._lock.release()
