"""Runs a command under a pseudo-terminal of 80 columns, answers each prompt, prints what it saw as JSON.

usage: at_terminal.py '[["prompt", "answer"], …]' COMMAND …
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

ANSWERS = json.loads(sys.argv[1])
DEADLINE = time.monotonic() + 25

pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

seen = b""


def more():
    global seen
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if not ready:
        return True
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        return False
    seen += chunk
    return len(chunk) > 0


answered = 0
for prompt, answer in ANSWERS:
    while time.monotonic() < DEADLINE and prompt.encode() not in seen[answered:]:
        if not more():
            break
    answered = len(seen)
    os.write(terminal, answer.encode())
while time.monotonic() < DEADLINE and more():
    pass
_, status = os.waitpid(pid, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "seen": seen.decode()}))
