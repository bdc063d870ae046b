"""Runs a notebook in its kernel, as Jupyter does, and writes it with its outputs.

usage: /usr/bin/python3 run_notebook.py IN.ipynb OUT.ipynb

The working folder becomes the kernel's. Exits 0 when every cell ran, 1 when a cell failed (its
number, source and error go to standard error; OUT is not written), 69 when Jupyter is missing.
"""

import asyncio
import os
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
os.environ["JUPYTER_PATH"] = str(HERE)

try:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionComplete, CellExecutionError
    from jupyter_client.utils import ensure_async
    from queue import Empty
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(69)

# Deno's kernel sends some outputs after it has said "idle"; this is how long the channel must
# stay silent before a cell counts as finished.
QUIET_SECONDS = 0.2


class DrainingClient(NotebookClient):
    """An nbclient that goes on listening after "idle" until nothing more comes."""

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        await super()._async_poll_output_msg(parent_msg_id, cell, cell_index)
        while True:
            try:
                message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=QUIET_SECONDS))
            except Empty:
                return
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    pass


def say_which_cell(cell, cell_index, **_):
    first = cell.source.strip().splitlines()[0] if cell.source.strip() else ""
    if cell.cell_type == "code":
        print(f"cell {cell_index + 1}: {first}", file=sys.stderr, flush=True)


def clean(notebook):
    """Leaves only what a reader needs, so that a second run differs as little as possible."""
    notebook.metadata = nbformat.from_dict({
        "kernelspec": {"display_name": "Deno", "language": "typescript", "name": "deno"},
        "language_info": {
            "file_extension": ".ts",
            "mimetype": "text/x.typescript",
            "name": "typescript",
        },
    })
    number = 0
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type == "code":
            number += 1
            cell.execution_count = number
            for output in cell.outputs:
                output.get("metadata", {}).clear()


def main(source, target):
    notebook = nbformat.read(source, as_version=4)
    client = DrainingClient(
        notebook,
        kernel_name="deno",
        timeout=600,
        iopub_timeout=60,
        resources={"metadata": {"path": os.getcwd()}},
        record_timing=False,
        on_cell_execute=say_which_cell,
    )
    try:
        client.execute()
    except CellExecutionError as failure:
        for number, cell in enumerate(notebook.cells, 1):
            if any(output.output_type == "error" for output in cell.get("outputs", [])):
                message = re.sub(r"\x1b\[[0-9;]*m", "", f"{failure.ename}: {failure.evalue}")
                print(f"Cell {number} failed with {message}\n\n{cell.source}", file=sys.stderr)
        return 1
    clean(notebook)
    nbformat.write(notebook, target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
