"""HDF5 files that keep HDF5's own library busy for ever, or end the program: an error within some seconds."""

import base64
import hashlib
import subprocess
import sys
import time
import zlib
from pathlib import Path

import h5py
import pytest

from artlib.backbones import WeightsError, hdf5_files
from artlib.backbones.hdf5_files import check_ends

# two bytes of a whole file are zero: fuzzing found it
BUSY = zlib.decompress(
    base64.b85decode(
        r"c-rllzfM9i6vo?o0dEi@Bqm(^OTq)lXxxmT3`UGPunC$QAtEMV6ek_8Z@}p2BRDep2#&r9-rJr+TOz1{gPb2j>1k<8`<*uVp7Pn<"
        r"Xm}}1d@PFuNQ}sIfycC37wsh|DU>dhFNTPltj&ga48~8HyxxNN$x$xn_wH(ld5R%kS_GLz^11Cprh}f2IB$m9@BF%cE9)^o=Dcy3"
        r"N!N7*RzkgRi=Mh`<$I@bS}$KYO%_j5zQ$N@EnK;jQYBwR8IZ(Hhvbb2xZlj1%nIfW=FMQ<kkEAV=J=qHrQT>lcWqPEdk5+tK|G^j"
        r"Q1<EH1L8hvCwcvKdA#xWb_)Ac5{7agNxIPS;~Qtya&s%g>TsMSDz{%cjk;5V9-xB-JW~Wg5ClOG1VIo4`D=uqp!+cqQUO08%KXhc"
        r"r+QJj=^LD*{7qrY8nQ0{W{^MCyi_;X7(qS`6+Q%aplE<9{(@dwU&II7Z8mf~wGQ4!iX<$Oc!2hx*VAt|41@CDamU4^UPngBRClg8"
        r")pHr;>$X<a|A)*Lx~~f&CGVOas9SKtvJ*bv<`3u9eck6dk*}Od`I7$~zK=%F*X^tg?=SY-wQ=uc2Hy=^d55fty#uARnrQ+T4*@}t"
        r"U-1c~cZM_"
    )
)
READING = """
import sys
from pathlib import Path
from artlib.backbones import WeightsError
from artlib.backbones.keras_files import KerasFile
import keras
layer = keras.layers.Conv2D(8, 3, name="conv")
layer.build((None, 9, 9, 3))
try:
    KerasFile("a network's", "", "net.h5", "").read(Path(sys.argv[1]), [layer])
except WeightsError as error:
    print(error)
"""


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    with h5py.File(tmp_path / "whole.h5", "w") as file:
        file["kernel"] = [1.0, 2.0]
    return tmp_path / "whole.h5"


@pytest.mark.slow
def test_a_damaged_file_does_not_keep_the_reader_busy_for_ever(tmp_path: Path) -> None:
    (tmp_path / "busy.h5").write_bytes(BUSY)
    command = [sys.executable, "-c", READING, str(tmp_path / "busy.h5")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "busy.h5" in ended.stdout
    assert "damaged" in ended.stdout or "does not hold" in ended.stdout


def test_what_does_not_end_in_time_is_an_error(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hdf5_files, "SECONDS", 1.0)
    monkeypatch.setattr(hdf5_files, "PROGRAM", "while True: pass")
    began = time.monotonic()
    with pytest.raises(
        WeightsError, match=r"whole\.h5 is damaged: reading it takes longer than 1 seconds.*get it again"
    ):
        check_ends(whole)
    assert time.monotonic() - began < 20


def test_what_would_end_the_program_is_an_error(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hdf5_files, "PROGRAM", "import os; os.abort()")
    with pytest.raises(WeightsError, match=r"whole\.h5 is damaged: reading it would end the program"):
        check_ends(whole)


def test_a_file_that_is_known_to_be_whole_is_not_read_before(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hdf5_files, "PROGRAM", "import os; os.abort()")
    check_ends(whole, hashlib.md5(whole.read_bytes()).hexdigest())
    check_ends(whole, hashlib.sha256(whole.read_bytes()).hexdigest())


def test_a_whole_file_and_one_of_another_kind_pass(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "text.h5").write_text("no HDF5")
    for path in (whole, tmp_path / "text.h5", tmp_path / "nowhere.h5"):
        check_ends(path)  # whoever reads them next says what is wrong
