"""Aliases: one name stays for each artist, whatever was joined before, and a file edited by hand is understood."""

import subprocess
import sys

import pytest
from conftest import REPOSITORY

from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.artist_names import add_aliases, clean_artist, read_aliases


def by_hand(workspace: Workspace, text: str) -> Workspace:
    workspace.root.mkdir(parents=True, exist_ok=True)
    workspace.aliases.write_text(text, encoding="utf-8")
    return workspace


def test_without_a_file_nobody_has_an_alias(workspace: Workspace) -> None:
    assert read_aliases(workspace) == {}


def test_an_alias_of_an_alias_stands_for_the_name_that_stays(workspace: Workspace) -> None:
    add_aliases(workspace, ["a"], "b")
    add_aliases(workspace, ["b"], "c")
    assert read_aliases(workspace) == {"a": "c", "b": "c"}


def test_the_file_holds_neither_chains_nor_names_that_stand_for_themselves(workspace: Workspace) -> None:
    add_aliases(workspace, ["a"], "b")
    add_aliases(workspace, ["b"], "c")
    assert workspace.aliases.read_text(encoding="utf-8") == "alias,artist\na,c\nb,c\n"
    add_aliases(workspace, ["c"], "b")
    assert workspace.aliases.read_text(encoding="utf-8") == "alias,artist\na,b\nc,b\n"


def test_joining_to_an_alias_joins_to_its_artist(workspace: Workspace) -> None:
    add_aliases(workspace, ["a"], "b")
    assert add_aliases(workspace, ["c"], "a") == "b"
    assert read_aliases(workspace) == {"a": "b", "c": "b"}


def test_renaming_back_makes_no_circle(workspace: Workspace) -> None:
    add_aliases(workspace, ["a"], "b")
    assert add_aliases(workspace, ["b"], "a") == "a"
    assert read_aliases(workspace) == {"b": "a"}


def test_the_name_that_stays_may_be_among_those_joined(workspace: Workspace) -> None:
    add_aliases(workspace, ["a", "b"], "b")
    assert read_aliases(workspace) == {"a": "b"}


def test_a_chain_written_by_hand_is_followed_to_its_end(workspace: Workspace) -> None:
    assert read_aliases(by_hand(workspace, "alias,artist\na,b\nb,c\n")) == {"a": "c", "b": "c"}


def test_a_circle_written_by_hand_is_pointed_out_and_not_used(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    by_hand(workspace, "alias,artist\na,b\nb,a\nc,d\ne,e\n")
    assert read_aliases(workspace) == {"c": "d"}
    assert "stand for each other, and are not used: a, b. Correct the file" in capsys.readouterr().err


def test_names_written_by_hand_are_compared_as_clean_ones(workspace: Workspace) -> None:
    by_hand(workspace, "alias,artist\n Du\u0308rer ,Albrecht  Dürer\n")
    assert read_aliases(workspace) == {"Dürer": "Albrecht Dürer"}


def test_a_name_with_a_comma_is_one_name(workspace: Workspace) -> None:
    add_aliases(workspace, ["Dürer, Albrecht"], "Albrecht Dürer")
    assert read_aliases(workspace) == {"Dürer, Albrecht": "Albrecht Dürer"}


@pytest.mark.parametrize("text", ["", '"', "alias,name\na,b\n", "alias,artist\nDürer, Albrecht,Dürer\n"])
def test_a_file_that_is_no_table_says_what_to_do(text: str, workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="aliases.csv.*Correct it, or move it away"):
        read_aliases(by_hand(workspace, text))


def test_the_same_name_in_two_forms_of_unicode_is_one_text() -> None:
    assert clean_artist("  Du\u0308rer \n Albrecht") == "Dürer Albrecht"


def test_commands_that_add_aliases_at_once_lose_none(workspace: Workspace) -> None:
    code = (
        "import sys; from artlib.workspace import Workspace; from artlib.workspace.artist_names import add_aliases\n"
        "for number in range(20): add_aliases(Workspace(sys.argv[1]), [f'{sys.argv[2]}{number}'], 'Wlop')"
    )
    commands = [[sys.executable, "-c", code, str(workspace.root), name] for name in "ab"]
    running = [subprocess.Popen(command, cwd=REPOSITORY) for command in commands]
    assert [process.wait() for process in running] == [0, 0]
    assert len(read_aliases(workspace)) == 40
