"""`manage.py evaluate leads`: a table is read and judged; what is wrong with it is said first."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from config.evaluation import floors
from config.evaluation.leads import names, written

HEADER = ["no", "came by", "won"]


def file(folder: Path, *rows: list[str], header: list[str] = HEADER) -> str:
    path = folder / "leads.csv"
    with path.open("w", newline="") as content:
        csv.writer(content).writerows([header, *rows])
    return str(path)


def rows(number: int = 1000) -> list[list[str]]:
    random = np.random.default_rng(2)
    referred = random.random(number) < 0.4
    won = random.random(number) < 0.1 + 0.4 * referred
    return [
        [str(at), "referral" if came else "search", "Yes" if it else "no"]
        for at, (came, it) in enumerate(zip(referred, won, strict=True))
    ]


def evaluate(path: str, *more: str, label: str = "won", order: str = "no") -> None:
    call_command("evaluate", "leads", "--csv", path, "--label", label, "--order", order, *more)


def test_a_table_is_told_of_in_lines_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(file(tmp_path, *rows()))
    *lines, last = capsys.readouterr().out.splitlines()
    found = json.loads(last)
    assert (found["rows"]["received"], found["state"], found["floor"]) == (1000, "better", None)
    assert found["columns"]["learnt_from"] == ["came by"]
    assert f"earnest: auc {found['auc']['value']:.3f} (90 %: " in "\n".join(lines)
    assert lines[-1] == f"earnest: {found['sentence']}"


def test_what_looks_filled_in_later_is_refused_until_it_is_dropped_or_kept(tmp_path: Path) -> None:
    told = [[*row, "signed, paid" if row[2] == "Yes" else "lost"] for row in rows()]
    path = file(tmp_path, *told, header=[*HEADER, "stage, now"])
    with pytest.raises(CommandError, match=r"“stage, now” alone tells later rows") as refused:
        evaluate(path)
    assert str(refused.value).endswith("""--drop '"stage, now"'""")
    evaluate(path, "--drop", '"stage, now"')
    evaluate(path, "--keep", '"stage, now"')


@pytest.mark.parametrize(
    ("row", "more", "said"),
    [
        (["1", "search", "yes"], {"label": "lost"}, "has the columns no, came by, won; it lacks lost."),
        (["1", "search", "perhaps"], {}, "“won” is no label: row 1 has “perhaps”. Every row needs 1 or 0"),
        (["1", "search", ""], {}, "“won” is no label: row 1 has “”."),
        (["first", "search", "yes"], {}, "“no” cannot be put in order: row 1 has “first”."),
        (["1", "search", "yes", "more"], {}, "Row 1 of leads.csv has more cells than its header."),
        (["1", "search", "yes"], {"label": "no"}, "“no” cannot be both the label and the order."),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, row: list[str], more: dict[str, str], said: str
) -> None:
    with pytest.raises(CommandError, match=rf".*{said.replace('.', '[.]')}"):
        evaluate(file(tmp_path, row), **more)


def test_files_that_are_none_are_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="only a header"):
        evaluate(file(tmp_path))
    with pytest.raises(CommandError, match="two columns with the name “no”"):
        evaluate(file(tmp_path, header=["no", "no", "won"]))
    with pytest.raises(CommandError, match="No column is left"):
        evaluate(file(tmp_path, *rows(10)), "--drop", "came by")
    with pytest.raises(CommandError, match="either dropped or kept"):
        evaluate(file(tmp_path, *rows(10)), "--drop", "came by", "--keep", "came by")
    for name, content, said in (
        ("empty.csv", b"", "is empty"),
        ("no.csv.gz", b"no,won\n", "cannot be read"),
        ("odd.csv", b"no,won\n\xff\xfe,1\n", "is not UTF-8"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CommandError, match=said):
            evaluate(str(tmp_path / name))


@pytest.mark.parametrize("moments", [["2026-01-31", "2026-02-01T00:00:00+02:00"], ["Feb", "October"], ["-1.5", "2e3"]])
def test_an_order_is_of_numbers_moments_or_months(
    tmp_path: Path, moments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate(file(tmp_path, [moments[1], "search", "0"], [moments[0], "search", "1"]))
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["state"] == "below_floor"
    with pytest.raises(CommandError, match=r"row 2 has “soon”"):
        evaluate(file(tmp_path, [moments[0], "search", "0"], ["soon", "search", "1"]))


def test_columns_are_named_as_they_are_written() -> None:
    there = ["Tags", "a, b", 'say "no"']
    assert names(written(there)) == there
    assert names(" Tags , City,") == ["Tags", "City"]


def test_a_figure_is_told_beside_its_floor() -> None:
    auc = {"value": 0.7, "low": 0.65, "high": 0.75}
    brier = {"value": 0.2, "low": 0.15, "high": 0.25}

    def told(**floor: float) -> list[str]:
        return [it.split("; ")[-1] for it in floors.lines({"auc": auc, "brier": brier, "floor": floor})]

    assert told(auc=0.7, brier=0.2) == ["floor 0.7: reached", "floor 0.2: reached"]
    assert told(auc=0.71, brier=0.1) == ["floor 0.71: not reached, but inside the interval", "floor 0.1: not reached"]
