"""A larger collection: what Drive is asked for does not grow with the pictures."""

from drawing import photo, write
from kernels import kernel
from machine import CONTENT, Machine

PICTURES = 600
COLLECT = "import artlib; data = artlib.open_workspace('data'); print(artlib.collect.folder(data, 'works'))"
READ = "import artlib; data = artlib.open_workspace('data'); print(len(list(data.images.rglob('*.jpg'))), 'pictures')"


def test_hundreds_of_pictures_are_a_few_files_and_calls(machine: Machine) -> None:
    for number in range(PICTURES):
        write(CONTENT / "works" / f"Artist {number % 3}" / f"{number}.jpg", photo(number, (96, 72)))
    with kernel(machine) as running:
        running.run(COLLECT)
    machine.reset()
    with kernel(machine) as running:
        running.run(READ)
    assert f"{PICTURES} pictures" in running.text
    assert machine.counts["most_files"] <= 10
    assert machine.counts["calls"] <= PICTURES / 2
