"""Drops a file on a window, as a file manager does: drop.py WINDOW PATH. xdotool cannot be the source of a drag."""

import signal
import sys
from pathlib import Path

from Xlib import X, Xatom, display
from Xlib.protocol import event

PATIENCE = 20
FORMAT = "text/uri-list"

target, path = int(sys.argv[1]), Path(sys.argv[2])
screen = display.Display()
source = screen.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
window = screen.create_resource_object("window", target)


def atom(name):
    return screen.intern_atom(name)


def tell(kind, *values):
    data = (32, [source.id, *values, *[0] * (4 - len(values))])
    window.send_event(event.ClientMessage(window=target, client_type=atom(kind), data=data))
    screen.flush()


def hand_over(request):
    """Answers a question for the file, whose name goes to a property of whoever asks."""
    content = f"{path.as_uri()}\r\n".encode() if request.target == atom(FORMAT) else b""
    request.requestor.change_property(request.property or request.target, request.target, 8, content)
    request.requestor.send_event(
        event.SelectionNotify(
            time=request.time,
            requestor=request.requestor,
            selection=request.selection,
            target=request.target,
            property=request.property or request.target,
        )
    )
    screen.flush()


def wait_for(kind):
    """The numbers in the next message of this kind. The window asks for the file whenever it likes."""
    while True:
        message = screen.next_event()
        if message.type == X.SelectionRequest:
            hand_over(message)
        elif message.type == X.ClientMessage and message.client_type == atom(kind):
            return message.data[1]


def main():
    signal.alarm(PATIENCE)
    source.set_selection_owner(atom("XdndSelection"), X.CurrentTime)
    middle = window.translate_coords(screen.screen().root, 0, 0)
    size = window.get_geometry()
    x, y = size.width // 2 - middle.x, size.height // 2 - middle.y
    tell("XdndEnter", 5 << 24, atom(FORMAT))
    accepts = False
    while not accepts:
        tell("XdndPosition", 0, x << 16 | y, X.CurrentTime, atom("XdndActionCopy"))
        accepts = wait_for("XdndStatus")[1] & 1
    tell("XdndDrop", 0, X.CurrentTime)
    wait_for("XdndFinished")


main()
