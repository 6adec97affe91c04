"""Start a program in a pseudo-terminal, wait until its desk has drawn its table, and quit it."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

DEADLINE = 60.0


def main(command: list[str]) -> int:
    """Run `command`; 0 when the desk was drawn and `q` ended it cleanly."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen, until = b"", time.monotonic() + DEADLINE
    quitting = False
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                break
        if not quitting and b"Hartwell" in seen and b"Authorized" in seen and b"OPERATING" in seen:
            time.sleep(1)
            os.write(terminal, b"q")
            quitting = True
    _, status = os.waitpid(pid, 0)
    print(f"desk drawn: {quitting}; exit code {os.waitstatus_to_exitcode(status)}; {len(seen)} bytes painted")
    return 0 if quitting and status == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
