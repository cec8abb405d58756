"""The stand-in for Colab's machine and Drive: as strict as the real ones, or the tests beside this say nothing."""

import json
import re
import textwrap
from collections.abc import Iterator

import pytest
from kernels import Kernel, kernel
from machine import CONTENT, OURS, Machine, why_not
from nbclient.exceptions import CellExecutionError

MOUNT = "from google.colab import drive\ndrive.mount('/content/drive')\n"
FILE = "from pathlib import Path\npath = Path('/content/drive/MyDrive/file')\n"


@pytest.fixture
def mounted(machine: Machine) -> Iterator[Kernel]:
    """A kernel with the Drive mounted, and `path` on it."""
    with kernel(machine) as running:
        running.run(MOUNT + FILE)
        yield running


def said(running: Kernel, source: str) -> str:
    running.outputs.clear()
    running.run(source)
    return running.text.strip()


def fails(running: Kernel, source: str) -> str:
    """The last line of the error that a cell raises."""
    with pytest.raises(CellExecutionError) as error:
        running.run(source)
    return f"{error.value.ename}: {error.value.evalue}"


def test_the_kernel_is_in_content_with_colabs_package_imported_beside_googles_others(machine: Machine) -> None:
    with kernel(machine) as running:
        assert said(running, "import os, sys; print(os.getcwd(), 'google.colab' in sys.modules)") == "/content True"
        assert said(running, "import google.protobuf; print(len(google.__path__))") == "2"


def test_artlib_is_the_installed_one(machine: Machine) -> None:
    with kernel(machine) as running:
        assert "site-packages" in said(running, "import artlib; print(artlib.__file__)")


def test_before_it_is_mounted_there_is_no_drive(machine: Machine) -> None:
    with kernel(machine) as running:
        assert said(running, FILE + "print(path.parent.exists())") == "False"


def test_what_is_on_drive_outlives_the_machine_and_nothing_else_does(mounted: Kernel, machine: Machine) -> None:
    mounted.run("path.write_text('kept'); Path('local').write_text('lost')")
    machine.reset()
    assert sorted(CONTENT.iterdir()) == [OURS, CONTENT / "sample_data"]
    with kernel(machine) as running:
        assert said(running, MOUNT + FILE + "print(path.read_text())").endswith("kept")


def test_a_restarted_kernel_finds_the_drive_mounted(mounted: Kernel, machine: Machine) -> None:
    with kernel(machine) as running:
        assert said(running, MOUNT).startswith("Drive already mounted at /content/drive")


def test_it_is_not_mounted_over_files(machine: Machine) -> None:
    (CONTENT / "drive" / "MyDrive").mkdir(parents=True)
    with kernel(machine) as running:
        assert fails(running, MOUNT) == "ValueError: Mountpoint must not already contain files"


def test_a_user_may_say_no(machine: Machine) -> None:
    machine.set_up(COLAB_DRIVE_DENIED="1")
    with kernel(machine) as running:
        assert fails(running, MOUNT) == "MessageError: Error: credential propagation was unsuccessful"


def test_an_unmounted_drive_is_empty_and_can_be_mounted_again(mounted: Kernel) -> None:
    mounted.run("path.write_text('kept')")
    assert said(mounted, "drive.flush_and_unmount(); print(list(Path('/content/drive').iterdir()))") == "[]"
    assert said(mounted, MOUNT + "print(path.read_text())").endswith("kept")


@pytest.mark.parametrize("call", ["symlink_to", "hardlink_to"])
def test_it_refuses_links(mounted: Kernel, call: str) -> None:
    mounted.run("path.write_text('kept')")
    assert fails(mounted, f"path.with_name('link').{call}(path)").startswith("OSError: [Errno 95]")


def test_permissions_are_always_the_same(mounted: Kernel) -> None:
    assert said(mounted, "path.touch(); path.chmod(0o644); print(oct(path.stat().st_mode))") == "0o100600"


def test_files_and_folders_are_otherwise_as_anywhere(machine: Machine) -> None:
    machine.set_up(COLAB_DRIVE_DELAY="0")
    source = """
    import os, shutil, zipfile
    work = path.with_name("work"); shutil.rmtree(work, ignore_errors=True); (work / "a" / "b").mkdir(parents=True)
    first, second = work / "a" / "b" / "first", work / "second"
    first.write_bytes(bytes(range(256)) * 20000)
    with first.open("ab") as file: file.write(b"end")
    with first.open("r+b") as file: file.seek(5); file.write(b"five"); file.truncate(3_000_000)
    os.utime(first, (1, 2_000_000_000))
    second.write_text("replaced"); (work / "a").rename(work / "moved")
    os.replace(work / "moved" / "b" / "first", second)
    content = second.read_bytes()
    print(len(content), content[5:9], content[-1], second.stat().st_mtime, sorted(os.listdir(work)))
    shutil.copyfile(second, work / "copy"); print((work / "copy").read_bytes() == content)
    with zipfile.ZipFile(work / "packed.zip", "w") as packed: packed.write(second, "second")
    with zipfile.ZipFile(work / "packed.zip") as packed: print(packed.read("second") == content)
    import numpy; print(numpy.memmap(second, mode="r")[:3].tolist())
    many = [work / f"{number}" for number in range(300)]
    for each in many: each.touch()
    print(len(list(work.iterdir()))); second.unlink(); print(second.exists(), shutil.disk_usage(work).free > 0)
    """
    with kernel(machine) as running:
        running.run(MOUNT + FILE)
        lines = said(running, textwrap.dedent(source)).splitlines()
    assert lines[0] == "3000000 b'five' 191 2000000000.0 ['moved', 'second']"
    assert lines[1:] == ["True", "True", "[0, 1, 2]", "304", "False True"]


def test_files_are_counted_and_each_call_waits(machine: Machine) -> None:
    machine.set_up(COLAB_DRIVE_DELAY="0.1")
    with kernel(machine) as running:
        running.run(MOUNT + FILE + "path.write_text('1'); path.with_name('second').write_text('2')")
        timed = "import time; start = time.monotonic(); path.unlink(); print(time.monotonic() - start)"
        seconds = float(said(running, timed))
    counts = machine.counts
    assert (counts["files"], counts["most_files"]) == (1, 2)
    assert counts["by_kind"]["create"] == counts["by_kind"]["write"] == 2 and counts["by_kind"]["unlink"] == 1
    assert counts["waited"] == pytest.approx(counts["calls"] * 0.1)
    assert seconds >= 0.1


@pytest.mark.parametrize(("size", "calls"), [(3, 1), (3 << 20, 3)])
def test_a_large_write_is_a_call_for_each_megabyte(mounted: Kernel, machine: Machine, size: int, calls: int) -> None:
    mounted.run(f"path.write_bytes(bytes({size}))")
    assert machine.counts["by_kind"]["write"] == calls


def test_counts_go_on_over_a_reset(mounted: Kernel, machine: Machine) -> None:
    mounted.run("path.write_text('1')")
    before = machine.counts["calls"]
    machine.reset()
    with kernel(machine) as running:
        running.run(MOUNT + FILE + "path.read_text()")
    assert machine.counts["calls"] > before


def test_a_drive_that_drops_out_answers_nothing_any_more(mounted: Kernel, machine: Machine) -> None:
    machine.drop_drive()
    assert fails(mounted, "path.write_text('1')").startswith("OSError: [Errno 107]")
    assert fails(mounted, "path.parent.iterdir().__next__()").startswith("OSError: [Errno 107]")
    assert fails(mounted, MOUNT).startswith("OSError: [Errno 107]")
    mounted.run("drive.mount('/content/drive', force_remount=True); path.write_text('1')")


def test_it_can_drop_out_after_a_number_of_calls(machine: Machine) -> None:
    machine.set_up(COLAB_DRIVE_DROP_AFTER="30")
    with kernel(machine) as running:
        running.run(MOUNT + FILE)
        source = "for number in range(100): path.with_name(str(number)).touch()"
        assert re.match(r"(OSError|ConnectionAbortedError): \[Errno (107|103)\]", fails(running, source))
    assert machine.counts["calls"] == 30


def test_a_content_of_somebody_else_is_left_alone(machine: Machine) -> None:
    OURS.unlink()
    try:
        assert why_not() == "needs /content, which holds files that these tests did not make"
    finally:
        OURS.touch()


def test_the_counts_are_a_file_that_other_programs_read(mounted: Kernel, machine: Machine) -> None:
    assert set(json.loads((machine.folder / "counts.json").read_text())) >= {"calls", "waited", "files", "most_files"}
